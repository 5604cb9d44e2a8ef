-- Before a level is called exact a classifier looks longer than usual.
alter table validity_tests add column closely boolean not null default false;

comment on column validity_tests.closely is 'Whether the classifier trained longer and at a larger rate than usual.';

create or replace view validity_curves as
select t.sweep_id, t.directions, t.sees::text as sees, t.displacement, t.cross_entropy,
       d.origin::text as origin, d.standing::text as standing, t.closely
from validity_tests t
join directions d on d.sweep_id = t.sweep_id and d.number = t.directions[1]
where t.cross_entropy is not null;

comment on column validity_curves.closely is 'Whether the classifier trained longer than usual.';
