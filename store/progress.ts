import type { SweepId } from "../sweep/index.ts";
import type { Database } from "./database.ts";
import { UnknownRowError } from "./errors.ts";
import type { Progress, SweepState, TrialState } from "./sweep-store.ts";

/** How far a sweep has come, in one look. @throws {UnknownRowError} if there is no such sweep. */
export async function readProgress({ pool }: Database, sweep: SweepId): Promise<Progress> {
  const { rows } = await pool.query<ProgressRow>(PROGRESS, [sweep]);
  const row = rows[0];
  if (row === undefined) throw new UnknownRowError(sweep);
  return {
    state: row.state,
    isPaused: row.is_paused,
    trials: { ...NO_TRIALS, ...row.trials },
    plannedEpochs: row.planned_epochs,
    epochsDone: row.epochs_done,
    epochsPlanned: row.epochs_planned,
    tests: { planned: row.tests_planned, done: row.tests_done },
    bestCrossEntropy: row.best_cross_entropy ?? undefined,
    startedAt: row.started_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
  };
}

interface ProgressRow {
  readonly state: SweepState;
  readonly is_paused: boolean;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly planned_epochs: number;
  readonly trials: Partial<Record<TrialState, number>> | null;
  readonly epochs_done: number;
  readonly epochs_planned: number;
  readonly tests_planned: number;
  readonly tests_done: number;
  readonly best_cross_entropy: number | null;
}

const NO_TRIALS: Readonly<Record<TrialState, number>> = {
  queued: 0,
  running: 0,
  converged: 0,
  settled: 0,
  detected: 0,
  collapsed: 0,
  diverged: 0,
  failed: 0,
  cancelled: 0,
};

/**
 * A trial that ended early needs no more epochs, so what it did is all that was planned of it: the two
 * sums meet when the sweep ends. The best cross entropy is that of one direction of a trial seen on
 * whole samples, as in `leaderboard`; NaN, which PostgreSQL sorts first, is left out.
 */
const PROGRESS = `
  select s.state, s.paused_at is not null as is_paused, s.started_at, s.finished_at,
         (s.spec -> 'training' ->> 'epochs')::int as planned_epochs,
         t.*, q.*, b.best_cross_entropy
  from sweeps s
  cross join lateral (
    select jsonb_object_agg(state, count) as trials,
           coalesce(sum(done), 0)::float8 as epochs_done,
           coalesce(sum(planned), 0)::float8 as epochs_planned
    from (
      select state, count(*) as count, sum(last_epoch) as done,
             sum(case when state in ('queued', 'running') then planned_epochs else last_epoch end) as planned
      from trials where sweep_id = s.id group by state
    ) by_state
  ) t
  cross join lateral (
    select count(*)::int as tests_planned, count(cross_entropy)::int as tests_done
    from validity_tests where sweep_id = s.id
  ) q
  cross join lateral (
    select max(nullif(v.cross_entropy, 'NaN')) as best_cross_entropy
    from validity_tests v
    join directions d on d.sweep_id = v.sweep_id and v.directions = array[d.number]
    where v.sweep_id = s.id and v.sees = 'sample' and d.origin = 'trial'
  ) b
  where s.id = $1`;
