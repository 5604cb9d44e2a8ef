import type { TrialEnding } from "../sweep/index.ts";
import type { Session } from "./database.ts";
import { FENCE, fenceOf } from "./fence.ts";
import type { Claim, Release } from "./sweep-store.ts";

/** Ends trials as the mathematics ended them. A trial that has ended is fenced off, so its first ending stands. */
export async function endTrials(
  session: Session,
  claim: Claim,
  endings: readonly TrialEnding[],
): Promise<readonly number[]> {
  const { rows } = await session.query<{ number: number }>(END_TRIALS, [
    ...fenceOf(
      claim,
      endings.map(({ trial }) => trial),
    ),
    endings.map(({ trial }) => trial),
    endings.map(({ ending }) => ending),
    endings.map(({ epoch }) => epoch),
  ]);
  const ended = new Set(rows.map(({ number }) => number));
  return endings.flatMap(({ trial }) => (ended.has(trial) ? [] : trial));
}

const END_TRIALS = `${FENCE}, ended as (
    update trials t
    set state = e.ending::trial_state, last_epoch = greatest(t.last_epoch, e.epoch), finished_at = now()
    from unnest($3::int[], $4::text[], $5::int[]) as e (number, ending, epoch)
    join fenced f using (number)
    where t.id = f.id
    returning t.id, t.number, t.attempt
  )
  update attempts a set state = 'complete', finished_at = now()
  from ended e where a.trial_id = e.id and a.attempt = e.attempt
  returning e.number`;

/** Lets go of every trial of the claim that has not ended. */
export async function releaseTrials(
  session: Session,
  claim: Claim,
  outcome: Release,
): Promise<void> {
  const failure =
    outcome.kind === "cancelled"
      ? [null, null, null]
      : [outcome.failureClass, outcome.error, outcome.message];
  await session.query(RELEASE_TRIALS, [
    ...fenceOf(
      claim,
      claim.trials.map(({ trial }) => trial.number),
    ),
    outcome.kind,
    outcome.kind === "cancelled" ? "cancelled" : "failed",
    ...failure,
  ]);
}

const RELEASE_TRIALS = `${FENCE}, released as (
    update trials t
    set state = $3::trial_state,
        finished_at = case when $3::trial_state <> 'queued' then now() end
    from fenced f
    where t.id = f.id
    returning t.id, t.attempt
  )
  update attempts a
  set state = $4::attempt_state, finished_at = now(),
      failure_class = $5::failure_class, failure_error = $6, failure_message = $7
  from released r where a.trial_id = r.id and a.attempt = r.attempt`;
