-- What is asked of a sweep after it was submitted, in the order in which it was done.

create type "change_kind" as enum
  ('paused', 'resumed', 'concurrency', 'priority', 'dropped', 'extended', 'retried');

alter table "sweeps" add column "paused_at" timestamptz(3);

create table "sweep_changes" (
  "sweep_id" text not null,
  "number" integer not null,
  "kind" "change_kind" not null,
  "detail" jsonb not null,
  "changed_at" timestamptz(3) not null default current_timestamp,
  constraint "sweep_changes_pkey" primary key ("sweep_id", "number"),
  constraint "sweep_changes_from_one" check ("number" >= 1),
  constraint "sweep_changes_sweep_id_fkey"
    foreign key ("sweep_id") references "sweeps" ("id") on delete cascade on update cascade
);

comment on column sweeps.spec is 'The whole question as it was asked at first; sweep_changes has what joined it.';
comment on column sweeps.paused_at is 'Since when no new pack begins; null where packs begin.';

comment on table sweep_changes is 'What was asked of a sweep after it was submitted.';
comment on column sweep_changes.sweep_id is 'The sweep.';
comment on column sweep_changes.number is 'From 1, in the order in which they were made.';
comment on column sweep_changes.kind is 'paused, resumed, concurrency, priority, dropped, extended or retried.';
comment on column sweep_changes.detail is 'Packs at once, the priority, the trial, the axes from then on, or the trials that had failed.';
comment on column sweep_changes.changed_at is 'When it was made.';
