-- A verdict is a filtration: every level that lasts over a range of tolerances, and how far each holds.

alter type direction_origin add value 'basis';
alter type standing add value 'approximate';

alter table verdicts add column proposal jsonb;

create table verdict_levels (
    verdict_id integer not null,
    ordinal integer not null,
    tolerance double precision not null,
    name text not null,
    dimension integer not null,
    group_dimension integer not null,
    basis_count integer,
    closure_defect double precision,
    abelian boolean not null,
    support double precision not null,
    score double precision not null,
    symmetric_share double precision not null,
    law_exact boolean not null,
    law_range double precision not null,
    map_exact boolean,
    map_range double precision,

    constraint verdict_levels_pkey primary key (verdict_id, ordinal)
);

create table level_generators (
    verdict_id integer not null,
    level integer not null,
    ordinal integer not null,
    dimension integer not null,
    entries double precision[],

    constraint level_generators_pkey primary key (verdict_id, level, ordinal)
);

alter table verdict_levels
  add constraint verdict_levels_verdict_id_fkey
    foreign key (verdict_id) references verdicts (id) on delete cascade on update cascade,
  add constraint verdict_levels_map check ((map_exact is null) = (map_range is null)),
  add constraint verdict_levels_abelian check (not abelian or closure_defect is null);
alter table level_generators
  add constraint level_generators_verdict_id_level_fkey
    foreign key (verdict_id, level) references verdict_levels (verdict_id, ordinal)
    on delete cascade on update cascade,
  add constraint level_generators_square
    check (entries is not null and cardinality(entries) = dimension * dimension and ordinal >= 0);

create view filtration as
select v.sweep_id, v.number as verdict_number, l.ordinal as level,
       l.tolerance, l.name, l.dimension, l.group_dimension, l.basis_count,
       l.closure_defect, l.abelian, l.support, l.score, l.symmetric_share,
       l.law_exact, l.law_range, l.map_exact, l.map_range
from (select distinct on (sweep_id) * from verdicts order by sweep_id, number desc) v
join verdict_levels l on l.verdict_id = v.id;

-- How the classifiers of one question answer as the data are moved further.
create view validity_curves as
select t.sweep_id, t.directions, t.sees::text as sees, t.displacement, t.cross_entropy,
       d.origin::text as origin, d.standing::text as standing
from validity_tests t
join directions d on d.sweep_id = t.sweep_id and d.number = t.directions[1]
where t.cross_entropy is not null;

comment on column verdicts.proposal is 'What would settle it, as values of the fields of a sweep file; null where nothing would.';
comment on column directions.origin is 'trial, zero, random, residual, bracket or basis.';

comment on table verdict_levels is 'A group that is valid at some tolerance and lasts; the first is the group of the verdict.';
comment on column verdict_levels.verdict_id is 'The verdict.';
comment on column verdict_levels.ordinal is 'From 0, by rising tolerance.';
comment on column verdict_levels.tolerance is 'Least tolerance at which every one of its directions is valid.';
comment on column verdict_levels.name is 'Name of the algebra, or unnamed.';
comment on column verdict_levels.dimension is 'Dimension of the algebra.';
comment on column verdict_levels.group_dimension is 'Smallest n whose trials explain it.';
comment on column verdict_levels.basis_count is 'Smallest K with which a majority of seeds found all of it; null where none did.';
comment on column verdict_levels.closure_defect is '0 for an algebra, 1 for a span no bracket stays in; null where abelian.';
comment on column verdict_levels.abelian is 'Whether all generators commute.';
comment on column verdict_levels.support is 'Smallest share of seeds that found one of its directions.';
comment on column verdict_levels.score is 'Score of the whole algebra moved along at once, at the displacement of the sweep.';
comment on column verdict_levels.symmetric_share is 'Share of the symmetric part in whitened coordinates: 0 wherever the law is exactly invariant.';
comment on column verdict_levels.law_exact is 'Whether data moved along it go unnoticed at every displacement tested.';
comment on column verdict_levels.law_range is 'Largest displacement up to which they do; 0 for none.';
comment on column verdict_levels.map_exact is 'Whether y follows x at every displacement tested; null where y says nothing about x.';
comment on column verdict_levels.map_range is 'Largest displacement up to which it does.';

comment on table level_generators is 'One matrix of the basis of a level, in the coordinates of the data.';
comment on column level_generators.verdict_id is 'The verdict.';
comment on column level_generators.level is 'Ordinal of the level.';
comment on column level_generators.ordinal is 'From 0.';
comment on column level_generators.dimension is 'n, its number of rows and columns.';
comment on column level_generators.entries is 'Its entries, row by row, scaled to unit extent.';

comment on view filtration is 'The levels of the latest verdict of each sweep, by rising tolerance.';
comment on column filtration.sweep_id is 'The sweep.';
comment on column filtration.verdict_number is 'Number of that verdict.';
comment on column filtration.level is 'From 0; the first is the group of the verdict.';
comment on column filtration.tolerance is 'Least tolerance at which every one of its directions is valid.';
comment on column filtration.name is 'Name of the algebra, or unnamed.';
comment on column filtration.dimension is 'Dimension of the algebra.';
comment on column filtration.group_dimension is 'Smallest n whose trials explain it.';
comment on column filtration.basis_count is 'Smallest K with which a majority of seeds found all of it; null where none did.';
comment on column filtration.closure_defect is '0 for an algebra, 1 for a span no bracket stays in; null where abelian.';
comment on column filtration.abelian is 'Whether all generators commute.';
comment on column filtration.support is 'Smallest share of seeds that found one of its directions.';
comment on column filtration.score is 'Score of the whole algebra moved along at once.';
comment on column filtration.symmetric_share is 'Share of the symmetric part in whitened coordinates.';
comment on column filtration.law_exact is 'Whether data moved along it go unnoticed at every displacement tested.';
comment on column filtration.law_range is 'Largest displacement up to which they do.';
comment on column filtration.map_exact is 'Whether y follows x at every displacement tested; null where y says nothing about x.';
comment on column filtration.map_range is 'Largest displacement up to which it does.';

comment on view validity_curves is 'Every answered validity test, with what became of its first direction.';
comment on column validity_curves.sweep_id is 'The sweep.';
comment on column validity_curves.directions is 'Numbers of the directions moved along at once.';
comment on column validity_curves.sees is 'What the classifier saw: the whole sample, or the input alone.';
comment on column validity_curves.displacement is 'delta, joint displacement at which the data were moved.';
comment on column validity_curves.cross_entropy is 'On held-out data; ln 2 = 0.693 when nothing can be told apart.';
comment on column validity_curves.origin is 'Where the first direction came from.';
comment on column validity_curves.standing is 'What became of it in the latest verdict; null before the first.';

do $$
begin
  if exists (select from pg_roles where rolname = 'sweep_reader') then
    grant select on all tables in schema public to sweep_reader;
  end if;
end
$$;
