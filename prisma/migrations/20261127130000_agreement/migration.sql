-- How near trials came to the verdict and to the other seeds of their configuration, as angles.

alter table directions add column whitened double precision[];
alter table verdict_generators add column whitened double precision[];

comment on column directions.whitened is 'The same in the whitened coordinates of the data, rank x rank, row by row, of unit length: cosine() of two of one data set is that of their angle; null where there is none, and for rows of before.';
comment on column verdict_generators.whitened is 'The same in the whitened coordinates of the data, of unit length; null where there is none, and for rows of before.';

create function cosine(a double precision[], b double precision[]) returns double precision
  language sql immutable strict parallel safe
  as 'select sum(x * y) from (select unnest(a) as x, unnest(b) as y) as entries';

comment on function cosine is 'Sum of the products of entries: the cosine of the angle between two matrices of unit length.';

-- One sweep at a time, so that a question about one computes no angle of another. Not least() for the rounding above 1:
-- it takes null for the larger.
create view agreement as
select s.id as sweep_id, q.trial_number, q.configuration,
       q.basis_count, q.regularization, q.overlap_weight, q.group_dimension, q.seed,
       q.verdict_angle, q.seeds, q.mean_seed_angle, q.largest_seed_angle
from sweeps s
cross join lateral (
  with verdict as (
    select id, dimension from verdicts where sweep_id = s.id order by number desc limit 1
  ),
  -- Of each trial as many directions as the verdict has, the least noticed first.
  best as materialized (
    select trial_id, configuration, whitened, count(*) over (partition by trial_id) as directions
    from (
      select d.trial_id, t.configuration, d.whitened,
             row_number() over (partition by d.trial_id order by d.score, d.extent desc, d.rank) as place
      from directions d
      join trials t on t.id = d.trial_id
      where d.sweep_id = s.id and t.state in ('converged', 'settled')
        and (d.standing is null or d.standing not in ('unfit', 'floor'))
    ) learned
    where place <= coalesce((select greatest(1, dimension) from verdict), 1)
  ),
  to_verdict as (
    select trial_id, degrees(acos(sqrt(case when min(share) > 1 then 1 else min(share) end))) as angle
    from (
      select b.trial_id, sum(cosine(b.whitened, g.whitened) ^ 2) as share
      from best b
      cross join (verdict v join verdict_generators g on g.verdict_id = v.id)
      group by b.trial_id, g.ordinal
    ) shares
    group by trial_id
  ),
  pairs as (
    select one, other, degrees(acos(sqrt(case when share > 1 then 1 else share end))) as angle
    from (
      select a.trial_id as one, b.trial_id as other,
             sum(cosine(a.whitened, b.whitened) ^ 2) / min(least(a.directions, b.directions)) as share
      from best a
      join best b on b.configuration = a.configuration and b.trial_id > a.trial_id
      group by a.trial_id, b.trial_id
    ) shares
  ),
  between_seeds as (
    select trial_id, count(*)::int as seeds, avg(angle) as mean_angle, max(angle) as largest_angle
    from pairs
    cross join lateral (values (one), (other)) as either (trial_id)
    group by trial_id
  )
  select t.number as trial_number, t.configuration,
         t.basis_count, t.regularization, t.overlap_weight, t.group_dimension, t.seed,
         case
           when (select dimension from verdict) = 0 then null
           when v.trial_id is null and exists (select from verdict) then 90
           else v.angle
         end as verdict_angle,
         coalesce(b.seeds, 0) as seeds, b.mean_angle as mean_seed_angle, b.largest_angle as largest_seed_angle
  from trials t
  left join to_verdict v on v.trial_id = t.id
  left join between_seeds b on b.trial_id = t.id
  where t.sweep_id = s.id and t.state in ('converged', 'settled')
) q;

comment on view agreement is 'How near each trial that converged or settled came to the latest verdict and to the other seeds of its configuration: of each trial as many directions as the verdict has (one without a verdict), those that a classifier noticed least. Angles in degrees, where a right angle is no relation.';
comment on column agreement.sweep_id is 'The sweep.';
comment on column agreement.trial_number is 'Position in the plan of the sweep.';
comment on column agreement.configuration is 'Trials that differ only by seed share it.';
comment on column agreement.basis_count is 'K, number of generators.';
comment on column agreement.regularization is 'lambda, push away from the identity.';
comment on column agreement.overlap_weight is 'eta, weight of the overlap penalty.';
comment on column agreement.group_dimension is 'n, size of the block the matrices act on.';
comment on column agreement.seed is 'Seed of the trial.';
comment on column agreement.verdict_angle is 'From the span of the trial to the matrix of the basis that is farthest from it; 90 where the trial learned nothing, null where nothing was found.';
comment on column agreement.seeds is 'How many other seeds it is compared with: those that learned something.';
comment on column agreement.mean_seed_angle is 'Mean over them of the angle whose squared cosine is the mean of the squared cosines of the principal angles.';
comment on column agreement.largest_seed_angle is 'The largest of those angles.';

do $$
declare
  reader text;
begin
  foreach reader in array array['sweep_reader', 'liesweep_reader'] loop
    if exists (select from pg_roles where rolname = reader) then
      execute format('grant select on all tables in schema public to %I', reader);
    end if;
  end loop;
end
$$;
