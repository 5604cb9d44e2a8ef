import type { Session } from "./database.ts";
import type { Claim, Hold } from "./sweep-store.ts";

/**
 * The head of every write a claim makes: `fenced` holds the trials that are still the claim's, locked
 * until the write commits. $1 and $2 are the ids and attempts of the trials written to.
 *
 * Without the lock, a new claim could read past rows that are written but not yet committed, and they
 * would land after it. `no key update` rather than `share`: most of these writes go on to update the trial,
 * and two writers that both held a share would then wait for each other.
 */
export const FENCE = `
  with fenced as materialized (
    select t.id, t.number, t.attempt
    from trials t
    join unnest($1::int[], $2::int[]) as c (id, attempt) on t.id = c.id and t.attempt = c.attempt
    where t.state = 'running'
    order by t.id
    for no key update of t
  )`;

/** $1 and $2 of the fence: the claimed trials among `numbers`. */
export function fenceOf(claim: Claim, numbers: Iterable<number>): [number[], number[]] {
  const wanted = new Set(numbers);
  const held = claim.trials.filter(({ trial }) => wanted.has(trial.number));
  return [held.map(({ id }) => id), held.map(({ attempt }) => attempt)];
}

/** Of the claimed trials: those still its own, and whether others went to a later attempt rather than to their end. */
export async function readHold(session: Session, claim: Claim): Promise<Hold> {
  const numbers = claim.trials.map(({ trial }) => trial.number);
  const { rows } = await session.query<HoldRow>(HOLD, fenceOf(claim, numbers));
  return {
    held: rows.flatMap(({ number, held }) => (held ? number : [])),
    isTakenOver: rows.some(({ taken }) => taken),
  };
}

interface HoldRow {
  readonly number: number;
  readonly held: boolean;
  readonly taken: boolean;
}

const HOLD = `
  select t.number, t.attempt = c.attempt and t.state = 'running' as held, t.attempt > c.attempt as taken
  from trials t
  join unnest($1::int[], $2::int[]) as c (id, attempt) using (id)
  order by t.number`;
