-- Why attempts failed, as one of few words. Until now it was the name of an error, which has a column of its own now.

create type "failure_class" as enum
  ('machine', 'memory', 'configuration', 'data', 'interrupted', 'abandoned');

alter table "attempts" add column "failure_error" text;

update attempts set failure_error = failure_class where failure_class is not null;

-- Packs that were given up: what the attempt before had ended of.
update attempts a
set failure_class = b.failure_class
from attempts b
where a.failure_class = 'PackFailed' and b.trial_id = a.trial_id and b.attempt = a.attempt - 1
  and b.failure_class is not null;

alter table "attempts" alter column "failure_class" type "failure_class" using
  (case
     when failure_class is null then null
     when failure_class = 'DatasetError' then 'data'
     when failure_class = 'PackTooLargeError' then 'memory'
     when failure_class = 'Interrupted' then 'interrupted'
     when failure_class = 'SweepEnded' then 'abandoned'
     else 'machine'
   end)::failure_class;

alter table "attempts"
  add constraint "attempts_fail_whole"
    check ((failure_class is null) = (failure_error is null) and (failure_class is null) = (failure_message is null));

create view failures as
select t.sweep_id, a.failure_class::text as failure_class,
       count(*) filter (where t.state = 'failed' and a.attempt = t.attempt)::int as trials,
       count(*)::int as attempts,
       (array_agg(a.failure_message order by a.finished_at desc, t.number))[1] as latest_message,
       max(a.finished_at) as latest_at
from attempts a
join trials t on t.id = a.trial_id
where a.failure_class is not null
group by t.sweep_id, a.failure_class;

comment on column attempts.failure_class is 'What kind of failure ended it: machine, memory, configuration, data, interrupted or abandoned; null unless one did.';
comment on column attempts.failure_error is 'Name of the error.';

comment on view failures is 'What ended attempts before their trials had an ending, by class: docs/operations.md says what follows from each.';
comment on column failures.sweep_id is 'The sweep.';
comment on column failures.failure_class is 'machine, memory, configuration, data, interrupted (its worker was stopped) or abandoned (its sweep ended).';
comment on column failures.trials is 'How many trials failed of it: their last attempt ended so.';
comment on column failures.attempts is 'How many attempts at trials ended so, those that were made up for among them.';
comment on column failures.latest_message is 'What the latest of them said.';
comment on column failures.latest_at is 'When that was.';

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
