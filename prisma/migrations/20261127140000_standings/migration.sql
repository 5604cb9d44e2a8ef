-- What tests and the latest verdict say of each trial, kept as they say it: the leaderboard of 10,000 trials would
-- otherwise join all of their directions and tests each time it is looked at.

create table trial_standings (
    trial_id integer not null,
    best_score double precision,
    best_cross_entropy double precision,
    accepted_directions integer not null,
    tests integer not null,

    constraint trial_standings_pkey primary key (trial_id)
);

alter table trial_standings
  add constraint trial_standings_trial_id_fkey
    foreign key (trial_id) references trials (id) on delete cascade on update cascade;

comment on table trial_standings is 'What tests and the latest verdict say of one trial; triggers keep it as directions and validity_tests are.';
comment on column trial_standings.trial_id is 'The trial.';
comment on column trial_standings.best_score is 'Smallest score among its directions; null where none has one.';
comment on column trial_standings.best_cross_entropy is 'Largest among tests of one of its directions on whole samples; null where none was answered.';
comment on column trial_standings.accepted_directions is 'How many of its directions the latest verdict accepted.';
comment on column trial_standings.tests is 'How many of those tests were answered.';

-- Rows are locked before they are counted anew, so that of two who answer tests of one trial at once the second counts
-- what the first wrote. NaN sorts above every number, so a classifier that broke would win: nullif takes it out.
create function refresh_standings(trials integer[]) returns void language plpgsql as $$
begin
  insert into trial_standings (trial_id, accepted_directions, tests)
  select distinct id, 0, 0 from unnest(trials) as t (id) order by id
  on conflict do nothing;
  perform from trial_standings where trial_id = any (trials) order by trial_id for no key update;
  update trial_standings s
  set best_score = n.best_score, best_cross_entropy = n.best_cross_entropy,
      accepted_directions = n.accepted_directions, tests = n.tests
  from (
    select d.trial_id,
           min(nullif(d.score, 'NaN')) as best_score,
           max(nullif(q.cross_entropy, 'NaN')) as best_cross_entropy,
           count(distinct d.number) filter (where d.standing = 'accepted')::int as accepted_directions,
           count(q.cross_entropy)::int as tests
    from directions d
    left join validity_tests q
      on q.sweep_id = d.sweep_id and q.directions = array[d.number] and q.sees = 'sample'
    where d.trial_id = any (trials)
    group by d.trial_id
  ) n
  where s.trial_id = n.trial_id;
end
$$;

create function refresh_standings_by_directions() returns trigger language plpgsql as $$
begin
  perform refresh_standings(array(select distinct trial_id from changed where trial_id is not null));
  return null;
end
$$;

create function refresh_standings_by_tests() returns trigger language plpgsql as $$
begin
  perform refresh_standings(array(
    select distinct d.trial_id
    from changed c
    join directions d on d.sweep_id = c.sweep_id and array[d.number] = c.directions
    where c.sees = 'sample' and d.trial_id is not null
  ));
  return null;
end
$$;

create trigger standings_of_new_directions after insert on directions
  referencing new table as changed for each statement execute function refresh_standings_by_directions();
create trigger standings_of_judged_directions after update on directions
  referencing new table as changed for each statement execute function refresh_standings_by_directions();
create trigger standings_of_new_tests after insert on validity_tests
  referencing new table as changed for each statement execute function refresh_standings_by_tests();
create trigger standings_of_answered_tests after update on validity_tests
  referencing new table as changed for each statement execute function refresh_standings_by_tests();

select refresh_standings(array(select distinct trial_id from directions where trial_id is not null));

-- The last epoch is looked up for each row that is shown, not joined: PostgreSQL does that after it has cut the order short.
create or replace view leaderboard as
select r.sweep_id, r.place, r.trial_number, r.configuration,
       r.basis_count, r.regularization, r.overlap_weight, r.group_dimension, r.seed,
       r.state, r.best_score, r.best_cross_entropy,
       (select largest_extent from epochs where trial_id = r.id order by epoch desc limit 1) as largest_extent,
       r.accepted_directions,
       (select discriminator_loss from epochs where trial_id = r.id order by epoch desc limit 1) as discriminator_loss,
       r.epochs, r.duration_seconds
from (
  select t.id, t.sweep_id,
         rank() over (partition by t.sweep_id order by s.best_cross_entropy desc nulls last)::int as place,
         t.number as trial_number, t.configuration,
         t.basis_count, t.regularization, t.overlap_weight, t.group_dimension, t.seed,
         t.state::text as state,
         s.best_score, s.best_cross_entropy, coalesce(s.accepted_directions, 0) as accepted_directions,
         t.last_epoch as epochs,
         date_part('epoch', t.finished_at - t.started_at) as duration_seconds
  from trials t
  left join trial_standings s on s.trial_id = t.id
  where t.state not in ('queued', 'running') or s.tests > 0
) r;

create or replace view by_configuration as
select t.sweep_id, t.configuration,
       t.basis_count, t.regularization, t.overlap_weight, t.group_dimension,
       count(*)::int as trials,
       count(*) filter (where t.state in ('converged', 'settled'))::int as converged,
       count(*) filter (where t.state in ('detected', 'collapsed', 'diverged', 'failed'))::int as lost,
       avg(s.best_cross_entropy) as mean_best_cross_entropy,
       stddev_samp(s.best_cross_entropy) as sd_best_cross_entropy,
       coalesce(sum(s.accepted_directions), 0)::int as accepted_directions
from trials t
left join trial_standings s on s.trial_id = t.id
group by t.sweep_id, t.configuration,
         t.basis_count, t.regularization, t.overlap_weight, t.group_dimension;

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
