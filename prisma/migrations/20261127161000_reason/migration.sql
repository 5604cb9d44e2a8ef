-- What stopped a sweep that failed: until now its workflow alone said it.

alter table "sweeps" add column "reason" text;

comment on column sweeps.reason is 'What stopped it; null unless it failed.';
