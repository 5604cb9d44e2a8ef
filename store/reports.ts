import type { EpochReport, TrialGenerators } from "../sweep/index.ts";
import { arrayLiteral, type Session } from "./database.ts";
import { FENCE, fenceOf } from "./fence.ts";
import type { Claim } from "./sweep-store.ts";

/**
 * Writes one row per report and moves `last_epoch` along, in one statement. Prisma's `createMany` takes
 * more than ten times as long for the same rows.
 *
 * A row that is there stays as it is: claims remove the rows of earlier attempts, so it can only be this one.
 */
export async function saveReports(
  session: Session,
  claim: Claim,
  reports: readonly EpochReport[],
): Promise<readonly number[]> {
  const numbers = new Set(reports.map(({ trial }) => trial));
  const { rows } = await session.query<{ number: number }>(SAVE_REPORTS, [
    ...fenceOf(claim, numbers),
    reports.map((report) => report.trial),
    reports.map((report) => report.epoch),
    reports.map((report) => report.generatorLoss),
    reports.map((report) => report.discriminatorLoss),
    reports.map((report) => report.identityPenalty),
    reports.map((report) => report.overlapPenalty),
    reports.map((report) => report.largestExtent),
    reports.map((report) => report.inputLoss ?? null),
  ]);
  for (const { number } of rows) numbers.delete(number);
  return [...numbers];
}

const SAVE_REPORTS = `${FENCE}, reported as (
    select f.id, f.attempt, r.*
    from unnest($3::int[], $4::int[], $5::float8[], $6::float8[], $7::float8[], $8::float8[], $9::float8[], $10::float8[])
      as r (number, epoch, generator_loss, discriminator_loss, identity_penalty, overlap_penalty, largest_extent, input_loss)
    join fenced f using (number)
  ), written as (
    insert into epochs (trial_id, epoch, attempt, generator_loss, discriminator_loss,
                        identity_penalty, overlap_penalty, largest_extent, input_loss)
    select id, epoch, attempt, generator_loss, discriminator_loss,
           identity_penalty, overlap_penalty, largest_extent, input_loss
    from reported
    on conflict (trial_id, epoch) do nothing
  ), advanced as (
    update trials t set last_epoch = r.epoch
    from (select id, max(epoch) as epoch from reported group by id) r
    where t.id = r.id and t.last_epoch < r.epoch
  )
  select number from fenced`;

/** A repeated save of an earlier epoch does not undo a later one. */
export async function saveGenerators(
  session: Session,
  claim: Claim,
  saved: readonly TrialGenerators[],
): Promise<void> {
  const rows = saved.flatMap(({ trial, epoch, dimension, generators }) =>
    generators.map((entries, ordinal) => ({ trial, epoch, dimension, ordinal, entries })),
  );
  await session.query(SAVE_GENERATORS, [
    ...fenceOf(
      claim,
      saved.map(({ trial }) => trial),
    ),
    rows.map(({ trial }) => trial),
    rows.map(({ ordinal }) => ordinal),
    rows.map(({ epoch }) => epoch),
    rows.map(({ dimension }) => dimension),
    // `unnest` would flatten an array of arrays.
    rows.map(({ entries }) => arrayLiteral(entries)),
  ]);
}

const SAVE_GENERATORS = `${FENCE}
  insert into generators (trial_id, ordinal, epoch, attempt, dimension, entries)
  select f.id, g.ordinal, g.epoch, f.attempt, g.dimension, g.entries::float8[]
  from unnest($3::int[], $4::int[], $5::int[], $6::int[], $7::text[])
    as g (number, ordinal, epoch, dimension, entries)
  join fenced f using (number)
  on conflict (trial_id, ordinal) do update
  set epoch = excluded.epoch, attempt = excluded.attempt,
      dimension = excluded.dimension, entries = excluded.entries
  where generators.epoch < excluded.epoch`;
