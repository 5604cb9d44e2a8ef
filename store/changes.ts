import type pg from "pg";
import {
  type ChangeRequest,
  controlOf,
  extended,
  planSweep,
  type SweepChange,
  type SweepId,
  type SweepSpec,
  type TrialRange,
} from "../sweep/index.ts";
import { canonical } from "./canonical.ts";
import { type Database, isFinal, lockSweep, type Session, transaction } from "./database.ts";
import { RefusedChangeError, UnknownRowError } from "./errors.ts";
import type { TrialState } from "./sweep-store.ts";
import { insertTrials } from "./trials.ts";

/**
 * Makes a change and writes it down in one transaction, so that the rows of `sweep_changes` are what was
 * done. The number is its key: the same change under a number that is there was made before.
 */
export async function changeSweep(
  { pool }: Database,
  sweep: SweepId,
  number: number,
  request: ChangeRequest,
): Promise<SweepChange> {
  return transaction(pool, async (client) => {
    const state = await lockSweep(client, sweep, "update");
    const there = await readChanges(client, sweep);
    const made = there[number - 1];
    if (made !== undefined) {
      if (isSame(made, request, await readAsked(client, sweep), there.slice(0, number - 1)))
        return made;
      throw new RefusedChangeError(`${sweep} was changed by someone else just now; ask again.`);
    }
    if (state === "cancelled")
      throw new RefusedChangeError(`${sweep} was cancelled, and is not taken up again.`);
    const change = await carryOut(client, sweep, request, there);
    if (isFinal(state) && (change.kind === "extended" || change.kind === "retried"))
      await client.query(REOPEN, [sweep]);
    const { kind, ...detail } = change;
    await client.query(RECORD, [sweep, number, kind, JSON.stringify(detail)]);
    return change;
  });
}

async function carryOut(
  client: pg.PoolClient,
  sweep: SweepId,
  request: ChangeRequest,
  there: readonly SweepChange[],
): Promise<SweepChange> {
  switch (request.kind) {
    case "paused":
    case "resumed":
      await client.query(PAUSE, [sweep, request.kind === "paused"]);
      return { kind: request.kind };
    case "concurrency":
    case "priority":
      return request;
    case "dropped":
      await cancelTrial(client, sweep, request.trial);
      return request;
    case "extended": {
      const asked = await readAsked(client, sweep);
      const { search } = controlOf(asked, there);
      const change: SweepChange = { kind: "extended", search: extended(search, request) };
      const before = planSweep(asked, there).count;
      await insertTrials(
        client,
        sweep,
        planSweep(asked, [...there, change])
          .listTrials()
          .slice(before),
      );
      return change;
    }
    case "retried": {
      const { rows } = await client.query<{ number: number }>(REQUEUE, [sweep]);
      if (rows.length === 0) throw new RefusedChangeError(`No trial of ${sweep} has failed.`);
      return { kind: "retried", trials: rangesOf(rows.map(({ number }) => number)) };
    }
  }
}

async function cancelTrial(client: pg.PoolClient, sweep: SweepId, trial: number): Promise<void> {
  const { rows } = await client.query<{ id: number; state: TrialState }>(LOCK_TRIAL, [
    sweep,
    trial,
  ]);
  const row = rows[0];
  if (row === undefined) throw new RefusedChangeError(`${sweep} has no trial ${trial}.`);
  if (row.state !== "queued" && row.state !== "running")
    throw new RefusedChangeError(`Trial ${trial} of ${sweep} has ended already (${row.state}).`);
  await client.query(CANCEL_TRIAL, [row.id]);
  await client.query(CANCEL_ATTEMPT, [row.id]);
}

/** Whether `request`, made after `before`, would be what was made. */
function isSame(
  made: SweepChange,
  request: ChangeRequest,
  asked: SweepSpec,
  before: readonly SweepChange[],
): boolean {
  if (made.kind !== request.kind) return false;
  if (made.kind === "retried") return true;
  if (made.kind !== "extended" || request.kind !== "extended")
    return canonical(made) === canonical(request);
  return canonical(made.search) === canonical(extended(controlOf(asked, before).search, request));
}

/** Ascending numbers as ranges. */
function rangesOf(numbers: readonly number[]): readonly TrialRange[] {
  const ranges: { from: number; count: number }[] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && last.from + last.count === number) last.count++;
    else ranges.push({ from: number, count: 1 });
  }
  return ranges;
}

export async function changeCount(session: Session, sweep: SweepId): Promise<number> {
  return (await readChanges(session, sweep)).length;
}

async function readChanges(session: Session, sweep: SweepId): Promise<readonly SweepChange[]> {
  const { rows } = await session.query<ChangeRow>(READ, [sweep]);
  return rows.map(changeOf);
}

async function readAsked(session: Session, sweep: SweepId): Promise<SweepSpec> {
  const { rows } = await session.query<{ spec: SweepSpec }>(
    "select spec from sweeps where id = $1",
    [sweep],
  );
  if (rows[0] === undefined) throw new UnknownRowError(sweep);
  return rows[0].spec;
}

interface ChangeRow {
  readonly kind: SweepChange["kind"];
  readonly detail: unknown;
}

/** Only {@link changeSweep} writes details, and of one kind all have one form. */
export const changeOf = ({ kind, detail }: ChangeRow): SweepChange =>
  ({ kind, ...(detail as object) }) as SweepChange;

const READ = "select kind, detail from sweep_changes where sweep_id = $1 order by number";

const RECORD = `
  insert into sweep_changes (sweep_id, number, kind, detail)
  values ($1, $2, $3::change_kind, $4::jsonb)`;

/** A sweep that has ended has nothing to pause. */
const PAUSE = `
  update sweeps set paused_at = case when $2::boolean then now() end
  where id = $1 and state in ('planned', 'running')`;

const REOPEN =
  "update sweeps set state = 'running', finished_at = null, reason = null where id = $1";

/** In the order every fenced write locks them, so that none waits in a circle. */
const REQUEUE = `
  with failed as materialized (
    select id from trials where sweep_id = $1 and state = 'failed' order by id for no key update
  ), requeued as (
    update trials t set state = 'queued', finished_at = null from failed f where t.id = f.id
    returning t.number
  )
  select number from requeued order by number`;

const LOCK_TRIAL = `
  select id, state from trials where sweep_id = $1 and number = $2 for no key update`;

const CANCEL_TRIAL = "update trials set state = 'cancelled', finished_at = now() where id = $1";

const CANCEL_ATTEMPT = `
  update attempts set state = 'cancelled', finished_at = now()
  where trial_id = $1 and state = 'running'`;
