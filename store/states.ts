import type { SweepId } from "../sweep/index.ts";
import { changeCount } from "./changes.ts";
import { type Database, isFinal, lockSweep, transaction } from "./database.ts";
import type { SweepState } from "./sweep-store.ts";

/**
 * Moves a sweep to `state`. A final state is final: asking for another changes nothing, so a late retry
 * cannot reopen a sweep, and one that knows of fewer `changes` than were made cannot end it. Entering one ends every trial and attempt that has not ended, in the same
 * transaction: a sweep never ends with a row that says running.
 */
export async function setSweepState(
  { pool }: Database,
  sweep: SweepId,
  state: SweepState,
  changes?: number,
  reason?: string,
): Promise<void> {
  await transaction(pool, async (client) => {
    const before = await lockSweep(client, sweep, "update");
    if (before === state || isFinal(before) || state === "planned") return;
    if (changes !== undefined && (await changeCount(client, sweep)) > changes) return;
    await client.query(MOVE, [sweep, state, isFinal(state), reason ?? null]);
    if (!isFinal(state)) return;
    // A sweep that completes without some of its trials has given them up.
    const end = state === "cancelled" ? "cancelled" : "failed";
    const why = `The sweep ended (${state}) before this trial did${reason === undefined ? "." : `: ${reason}`}`;
    const { rows } = await client.query<{ id: number }>(LOCK_OPEN_TRIALS, [sweep]);
    const ids = rows.map(({ id }) => id);
    await client.query(END_TRIALS, [ids, end]);
    await client.query(END_ATTEMPTS, [ids, end, end === "failed" ? why : null]);
  });
}

const MOVE = `
  update sweeps
  set state = $2::sweep_state,
      started_at = coalesce(started_at, case when not $3::boolean then now() end),
      finished_at = case when $3::boolean then now() end,
      paused_at = case when not $3::boolean then paused_at end,
      reason = case when $2::sweep_state = 'failed' then $4::text end
  where id = $1`;

/** In the order every fenced write locks them, so that none waits in a circle. */
const LOCK_OPEN_TRIALS = `
  select id from trials where sweep_id = $1 and state in ('queued', 'running')
  order by id for no key update`;

const END_TRIALS = `
  update trials set state = $2::trial_state, finished_at = now() where id = any($1::int[])`;

const END_ATTEMPTS = `
  update attempts
  set state = $2::attempt_state, finished_at = now(), failure_message = $3,
      failure_class = case when $3::text is not null then 'abandoned'::failure_class end,
      failure_error = case when $3::text is not null then 'SweepEnded' end
  where trial_id = any($1::int[]) and state = 'running'`;
