-- What Prisma cannot state: rules, a partial index, views, comments and a role for readers.

-- "is not null" first: a check that evaluates to null passes.
alter table datasets
  add constraint datasets_second_moment_square
    check (second_moment is not null and cardinality(second_moment) = dimension * dimension),
  add constraint datasets_rank check (rank between 0 and dimension);
alter table trials
  add constraint trials_counters check (number >= 0 and attempt >= 0 and last_epoch >= 0);
alter table epochs
  add constraint epochs_from_one check (epoch >= 1 and attempt >= 1);
alter table generators
  add constraint generators_square
    check (entries is not null and cardinality(entries) = dimension * dimension and ordinal >= 0);
alter table directions
  add constraint directions_square
    check (entries is not null and cardinality(entries) = dimension * dimension and number >= 0),
  add constraint directions_of_trials
    check ((origin = 'trial') = (trial_id is not null) and (origin = 'trial') = (rank is not null)),
  add constraint directions_judged_whole check ((standing is null) = (reason is null));
alter table validity_tests
  add constraint validity_tests_name_directions check (directions is not null and number >= 0),
  add constraint validity_tests_dated check ((cross_entropy is null) = (tested_at is null));
alter table verdicts
  add constraint verdicts_from_one check (number >= 1),
  add constraint verdicts_found
    check ((status = 'found') or (name is null and dimension = 0));
alter table verdict_generators
  add constraint verdict_generators_square
    check (entries is not null and cardinality(entries) = dimension * dimension and ordinal >= 0);

create index trials_running on trials (sweep_id) where state = 'running';

-- NaN sorts above every number in PostgreSQL, so a classifier that broke would win: nullif takes it out.
create view leaderboard as
select t.sweep_id,
       rank() over (
         partition by t.sweep_id order by v.best_cross_entropy desc nulls last
       )::int as place,
       t.number as trial_number, t.configuration,
       t.basis_count, t.regularization, t.overlap_weight, t.group_dimension, t.seed,
       t.state::text as state,
       v.best_score, v.best_cross_entropy,
       e.largest_extent,
       coalesce(v.accepted_directions, 0) as accepted_directions,
       e.discriminator_loss,
       t.last_epoch as epochs,
       extract(epoch from t.finished_at - t.started_at)::double precision as duration_seconds
from trials t
left join (
  select d.sweep_id, d.trial_id,
         min(nullif(d.score, 'NaN')) as best_score,
         max(nullif(q.cross_entropy, 'NaN')) as best_cross_entropy,
         count(distinct d.number) filter (where d.standing = 'accepted')::int as accepted_directions,
         count(q.cross_entropy) as tested
  from directions d
  left join validity_tests q
    on q.sweep_id = d.sweep_id and q.directions = array[d.number] and q.sees = 'sample'
  where d.trial_id is not null
  group by d.sweep_id, d.trial_id
) v on v.sweep_id = t.sweep_id and v.trial_id = t.id
left join lateral (
  select largest_extent, discriminator_loss
  from epochs where trial_id = t.id order by epoch desc limit 1
) e on true
where t.state not in ('queued', 'running') or v.tested > 0;

create view learning_curves as
select t.sweep_id, t.number as trial_number, t.configuration, t.seed,
       e.epoch, e.recorded_at, m.metric, m.value
from epochs e
join trials t on t.id = e.trial_id
cross join lateral (values
  ('generator_loss', e.generator_loss),
  ('discriminator_loss', e.discriminator_loss),
  ('identity_penalty', e.identity_penalty),
  ('overlap_penalty', e.overlap_penalty),
  ('largest_extent', e.largest_extent)) as m (metric, value);

create view by_configuration as
select t.sweep_id, t.configuration,
       t.basis_count, t.regularization, t.overlap_weight, t.group_dimension,
       count(*)::int as trials,
       count(*) filter (where t.state in ('converged', 'settled'))::int as converged,
       count(*) filter (where t.state in ('detected', 'collapsed', 'diverged', 'failed'))::int as lost,
       avg(l.best_cross_entropy) as mean_best_cross_entropy,
       stddev_samp(l.best_cross_entropy) as sd_best_cross_entropy,
       coalesce(sum(l.accepted_directions), 0)::int as accepted_directions
from trials t
left join leaderboard l on l.sweep_id = t.sweep_id and l.trial_number = t.number
group by t.sweep_id, t.configuration,
         t.basis_count, t.regularization, t.overlap_weight, t.group_dimension;

create view verdict_bases as
select v.sweep_id, v.number as verdict_number, g.ordinal,
       ((e.position - 1) / g.dimension)::int as row_index,
       ((e.position - 1) % g.dimension)::int as column_index,
       e.value
from (select distinct on (sweep_id) * from verdicts order by sweep_id, number desc) v
join verdict_generators g on g.verdict_id = v.id
cross join lateral unnest(g.entries) with ordinality as e (value, position);

comment on table datasets is 'One fixed set of samples, known by its content.';
comment on column datasets.sha256 is 'Of the values, groups and shape, in hexadecimal.';
comment on column datasets.title is 'What the data are, for readers.';
comment on column datasets.samples is 'N, number of samples.';
comment on column datasets.groups is 'Number of groups, such as trajectories; samples of one group are held out together.';
comment on column datasets.dimension is 'd, dimension of one vector.';
comment on column datasets.input_blocks is 'Vectors of one sample that move as input.';
comment on column datasets.output_blocks is 'Vectors of one sample that move along as output.';
comment on column datasets.labels is 'Numbers of one sample that stay.';
comment on column datasets.rank is 'Rank of the pooled second moment; below d where the data fill only a subspace.';
comment on column datasets.second_moment is 'E[x xT] pooled over blocks, each divided by its root mean square; d x d, row by row.';
comment on column datasets.created_at is 'When a sweep first used it.';

comment on table sweeps is 'One symmetry question about one data set.';
comment on column sweeps.id is 'Name of the sweep; also its Temporal workflow id.';
comment on column sweeps.dataset_sha256 is 'The data set it asks about.';
comment on column sweeps.state is 'planned, running, or how it ended: complete, cancelled, failed.';
comment on column sweeps.spec is 'The whole question as it was asked.';
comment on column sweeps.spec_sha256 is 'Of the spec with sorted keys: equal questions have equal values.';
comment on column sweeps.created_at is 'When it was asked.';
comment on column sweeps.started_at is 'When work began; null before.';
comment on column sweeps.finished_at is 'When it ended; null before.';

comment on table trials is 'One training run of one configuration with one seed.';
comment on column trials.id is 'Key of the rows about this trial.';
comment on column trials.sweep_id is 'The sweep it belongs to.';
comment on column trials.number is 'Position in the plan of the sweep, from 0.';
comment on column trials.configuration is 'Trials that differ only by seed share it.';
comment on column trials.basis_count is 'K, number of generators.';
comment on column trials.regularization is 'lambda, push away from the identity.';
comment on column trials.overlap_weight is 'eta, weight of the overlap penalty.';
comment on column trials.group_dimension is 'n, size of the block the matrices act on.';
comment on column trials.seed is 'Seed of every random stream of the trial.';
comment on column trials.planned_epochs is 'Passes over the training samples it may take.';
comment on column trials.state is 'queued, running, or how it ended.';
comment on column trials.attempt is 'Number of the attempt that may write; 0 before the first.';
comment on column trials.last_epoch is 'Last epoch reported by that attempt; 0 before the first.';
comment on column trials.started_at is 'When that attempt began; null before the first.';
comment on column trials.finished_at is 'When the trial ended; null before.';

comment on table attempts is 'One try at a trial on one worker. Only the newest may write.';
comment on column attempts.trial_id is 'The trial.';
comment on column attempts.attempt is 'From 1.';
comment on column attempts.state is 'running, complete, failed, cancelled, or replaced by a newer attempt.';
comment on column attempts.worker is 'host:pid of the worker.';
comment on column attempts.engine is 'onnx or tfjs.';
comment on column attempts.backend is 'What the engine computed on: cpu, tensorflow, webgpu.';
comment on column attempts.versions is 'Versions of liesweep and of the libraries of the engine.';
comment on column attempts.started_at is 'When it claimed the trial.';
comment on column attempts.finished_at is 'When it ended; null while it runs.';
comment on column attempts.failure_class is 'Class of the error that ended it; null unless one did.';
comment on column attempts.failure_message is 'What that error said.';

comment on table epochs is 'What was measured in one epoch of one trial; losses are means over its steps.';
comment on column epochs.trial_id is 'The trial.';
comment on column epochs.epoch is 'From 1.';
comment on column epochs.attempt is 'The attempt that measured it.';
comment on column epochs.recorded_at is 'When the row arrived.';
comment on column epochs.generator_loss is 'E softplus(-D(gx, gy)), without the penalties.';
comment on column epochs.discriminator_loss is 'ln 2 = 0.693 when nothing can be told apart.';
comment on column epochs.identity_penalty is '|mean cos(gx, x)|.';
comment on column epochs.overlap_penalty is 'Sum of |cos(Li, Lj)| over pairs of generators.';
comment on column epochs.largest_extent is 'Largest sqrt(E|Lx|^2 / E|x|^2) among the singular directions of the trial.';

comment on table generators is 'One learned matrix of a trial, the latest saved, in the coordinates of the data.';
comment on column generators.trial_id is 'The trial.';
comment on column generators.ordinal is 'From 0 to K - 1.';
comment on column generators.epoch is 'The epoch at whose end it was saved.';
comment on column generators.attempt is 'The attempt that saved it.';
comment on column generators.dimension is 'n, its number of rows and columns.';
comment on column generators.entries is 'Its entries, row by row.';

comment on table directions is 'One unit vector in the space of generators, and how the latest verdict judged it.';
comment on column directions.sweep_id is 'The sweep it belongs to.';
comment on column directions.number is 'Position in the list of directions of the sweep, from 0.';
comment on column directions.origin is 'trial, zero, random, residual or bracket.';
comment on column directions.trial_id is 'The trial that learned it; null unless origin is trial.';
comment on column directions.rank is 'Its rank by extent in that trial; null unless origin is trial.';
comment on column directions.dimension is 'n, number of rows and columns of the matrix.';
comment on column directions.entries is 'The matrix in the coordinates of the data, row by row, scaled to unit extent.';
comment on column directions.extent is 'How far the trial moved the data along it; 0 where nothing was learned.';
comment on column directions.standing is 'What became of it in the latest verdict; null before the first.';
comment on column directions.score is '0 scores like the identity, 1 like a random direction; null where it was not tested.';
comment on column directions.reason is 'Why, with the number that decided.';

comment on table validity_tests is 'One question to a fresh classifier, can data moved along these directions be told from data, and its answer.';
comment on column validity_tests.sweep_id is 'The sweep it belongs to.';
comment on column validity_tests.number is 'Position in the list of tests of the sweep, from 0.';
comment on column validity_tests.directions is 'Numbers of the directions moved along at once.';
comment on column validity_tests.displacement is 'delta, joint displacement at which the data are moved.';
comment on column validity_tests.sees is 'What the classifier sees: the whole sample, or the input alone.';
comment on column validity_tests.cross_entropy is 'On held-out data, ln 2 = 0.693 when nothing can be told apart; null before the test.';
comment on column validity_tests.tested_at is 'When the answer arrived; null before.';

comment on table verdicts is 'What a sweep concluded; the one with the largest number counts.';
comment on column verdicts.id is 'Key of the basis.';
comment on column verdicts.sweep_id is 'The sweep.';
comment on column verdicts.number is 'From 1.';
comment on column verdicts.status is 'found, none or inconclusive.';
comment on column verdicts.name is 'Name of the algebra, such as so(2), or unnamed; null unless found.';
comment on column verdicts.dimension is 'Dimension of the algebra; 0 unless found.';
comment on column verdicts.group_dimension is 'Smallest n whose trials explain every accepted direction; null unless found.';
comment on column verdicts.basis_count is 'Smallest K whose trials explain them; null unless found.';
comment on column verdicts.closure_defect is '0 for an algebra, 1 for a span no bracket stays in; null where abelian or not found.';
comment on column verdicts.abelian is 'Whether all generators commute.';
comment on column verdicts.support is 'Smallest share of seeds that found one of its directions.';
comment on column verdicts.score is 'Score of the whole algebra moved along at once: 0 like the identity, 1 like a random direction.';
comment on column verdicts.reason is 'The verdict in words, with the numbers that decided.';
comment on column verdicts.decided_at is 'When it was written.';

comment on table verdict_generators is 'One matrix of the basis of the algebra a verdict found, in the coordinates of the data.';
comment on column verdict_generators.verdict_id is 'The verdict.';
comment on column verdict_generators.ordinal is 'From 0.';
comment on column verdict_generators.dimension is 'n, its number of rows and columns.';
comment on column verdict_generators.entries is 'Its entries, row by row, scaled to unit extent.';

comment on view leaderboard is 'Trials that ended or have a tested direction, best cross entropy first.';
comment on column leaderboard.sweep_id is 'The sweep.';
comment on column leaderboard.place is '1 is best; ties share a place.';
comment on column leaderboard.trial_number is 'Position in the plan of the sweep.';
comment on column leaderboard.configuration is 'Trials that differ only by seed share it.';
comment on column leaderboard.basis_count is 'K, number of generators.';
comment on column leaderboard.regularization is 'lambda, push away from the identity.';
comment on column leaderboard.overlap_weight is 'eta, weight of the overlap penalty.';
comment on column leaderboard.group_dimension is 'n, size of the block the matrices act on.';
comment on column leaderboard.seed is 'Seed of the trial.';
comment on column leaderboard.state is 'State of the trial.';
comment on column leaderboard.best_score is 'Smallest score among its directions: 0 like the identity, 1 like a random direction.';
comment on column leaderboard.best_cross_entropy is 'Largest among tests of one of its directions on whole samples; ln 2 at best.';
comment on column leaderboard.largest_extent is 'Largest extent in its last epoch.';
comment on column leaderboard.accepted_directions is 'How many of its directions the latest verdict accepted.';
comment on column leaderboard.discriminator_loss is 'In its last epoch.';
comment on column leaderboard.epochs is 'Last epoch reported.';
comment on column leaderboard.duration_seconds is 'From the start of its last attempt to its end; null while it runs.';

comment on view learning_curves is 'One row per trial, epoch and metric.';
comment on column learning_curves.sweep_id is 'The sweep.';
comment on column learning_curves.trial_number is 'Position in the plan of the sweep.';
comment on column learning_curves.configuration is 'Trials that differ only by seed share it.';
comment on column learning_curves.seed is 'Seed of the trial.';
comment on column learning_curves.epoch is 'From 1.';
comment on column learning_curves.recorded_at is 'When the epoch was recorded.';
comment on column learning_curves.metric is 'Name of a column of epochs.';
comment on column learning_curves.value is 'Its value.';

comment on view by_configuration is 'Seeds of one configuration taken together.';
comment on column by_configuration.sweep_id is 'The sweep.';
comment on column by_configuration.configuration is 'Trials that differ only by seed share it.';
comment on column by_configuration.basis_count is 'K, number of generators.';
comment on column by_configuration.regularization is 'lambda, push away from the identity.';
comment on column by_configuration.overlap_weight is 'eta, weight of the overlap penalty.';
comment on column by_configuration.group_dimension is 'n, size of the block the matrices act on.';
comment on column by_configuration.trials is 'Planned trials, one per seed.';
comment on column by_configuration.converged is 'How many converged, or settled before their last epoch.';
comment on column by_configuration.lost is 'How many were detected, collapsed, diverged or failed.';
comment on column by_configuration.mean_best_cross_entropy is 'Mean over trials of the best cross entropy of each.';
comment on column by_configuration.sd_best_cross_entropy is 'Sample standard deviation of the same; null below two tested trials.';
comment on column by_configuration.accepted_directions is 'How many directions of its trials the latest verdict accepted.';

comment on view verdict_bases is 'The basis of the latest verdict of each sweep, one row per matrix entry.';
comment on column verdict_bases.sweep_id is 'The sweep.';
comment on column verdict_bases.verdict_number is 'Number of that verdict.';
comment on column verdict_bases.ordinal is 'Which matrix, from 0.';
comment on column verdict_bases.row_index is 'From 0.';
comment on column verdict_bases.column_index is 'From 0.';
comment on column verdict_bases.value is 'The entry.';

-- Roles belong to the cluster, not the database: a second database meets it already made, perhaps just now.
do $$
begin
  create role sweep_reader nologin;
exception
  when duplicate_object or unique_violation then null;
  when insufficient_privilege then raise notice 'role sweep_reader was not created: ask an administrator';
end
$$;

do $$
begin
  if exists (select from pg_roles where rolname = 'sweep_reader') then
    grant usage on schema public to sweep_reader;
    grant select on all tables in schema public to sweep_reader;
    alter default privileges in schema public grant select on tables to sweep_reader;
  end if;
end
$$;
