import type { SweepId, Trial } from "../sweep/index.ts";
import { type Database, isFinal, lockSweep, transaction } from "./database.ts";
import type { Claim, WorkerFacts } from "./sweep-store.ts";

/**
 * Takes trials for a new attempt. From then on every fenced write of an earlier attempt finds nothing
 * to write to; one that is under way holds its trials, and the claim waits for it, then removes its rows past the epochs to go on from.
 *
 * A sweep in a final state gives nothing: its trials have all ended.
 */
export async function claimTrials(
  { pool }: Database,
  sweep: SweepId,
  numbers: readonly number[],
  { worker, engine, backend, versions }: WorkerFacts,
  fromEpochs: ReadonlyMap<number, number>,
): Promise<Claim> {
  return transaction(pool, async (client) => {
    if (isFinal(await lockSweep(client, sweep, "share"))) return { sweep, trials: [] };
    const open = await client.query<OpenRow>(LOCK_OPEN_TRIALS, [sweep, numbers]);
    const ids = open.rows.map(({ id }) => id);
    const epochs = open.rows.map(({ number }) => fromEpochs.get(number) ?? 0);
    const { rows } = await client.query<ClaimedRow>(TAKE, [ids, epochs]);
    await client.query(REPLACE_ATTEMPTS, [ids]);
    for (const statement of [REMOVE_EPOCHS, REMOVE_GENERATORS])
      await client.query(statement, [ids, epochs]);
    await client.query(BEGIN_ATTEMPTS, [ids, worker, engine, backend, versions]);
    const trials = rows
      .map(({ id, attempt, ...trial }) => ({ id, attempt, trial }))
      .sort((a, b) => a.trial.number - b.trial.number);
    return { sweep, trials };
  });
}

interface OpenRow {
  readonly id: number;
  readonly number: number;
}

interface ClaimedRow extends Trial {
  readonly id: number;
  readonly attempt: number;
}

const LOCK_OPEN_TRIALS = `
  select id, number from trials
  where sweep_id = $1 and number = any($2::int[]) and state in ('queued', 'running')
  order by id for no key update`;

/** $1 and $2 are the ids of the trials and the epochs that they go on from. */
const TAKEN = "unnest($1::int[], $2::int[]) as taken (id, from_epoch)";

const TAKE = `
  update trials
  set state = 'running', attempt = attempt + 1, last_epoch = least(last_epoch, from_epoch), started_at = now()
  from ${TAKEN}
  where trials.id = taken.id
  returning trials.id, attempt, number, configuration, basis_count as "basisCount", regularization,
            overlap_weight as "overlapWeight", group_dimension as "groupDimension", seed`;

const REPLACE_ATTEMPTS = `
  update attempts set state = 'replaced', finished_at = now()
  where trial_id = any($1::int[]) and state = 'running'`;

const REMOVE_EPOCHS = `delete from epochs using ${TAKEN} where trial_id = taken.id and epoch > from_epoch`;

const REMOVE_GENERATORS = `delete from generators using ${TAKEN} where trial_id = taken.id and epoch > from_epoch`;

const BEGIN_ATTEMPTS = `
  insert into attempts (trial_id, attempt, worker, engine, backend, versions)
  select id, attempt, $2, $3, $4, $5 from trials where id = any($1::int[])`;
