import type { EpochReport, SweepId, Trial } from "../sweep/index.ts";
import { type Database, isFinal, lockSweep, type Session, transaction } from "./database.ts";
import type { Trial as TrialRow } from "./generated/client.ts";
import type { TrialRecord } from "./sweep-store.ts";

/** A sweep in a final state takes no more trials: nobody would end them. */
export async function addTrials(
  { pool }: Database,
  sweep: SweepId,
  trials: readonly Trial[],
): Promise<void> {
  await transaction(pool, async (client) => {
    if (!isFinal(await lockSweep(client, sweep, "share")))
      await insertTrials(client, sweep, trials);
  });
}

export async function insertTrials(
  session: Session,
  sweep: SweepId,
  trials: readonly Trial[],
): Promise<void> {
  await session.query(ADD_TRIALS, [
    sweep,
    trials.map((trial) => trial.number),
    trials.map((trial) => trial.configuration),
    trials.map((trial) => trial.basisCount),
    trials.map((trial) => trial.regularization),
    trials.map((trial) => trial.overlapWeight),
    trials.map((trial) => trial.groupDimension),
    trials.map((trial) => trial.seed),
  ]);
}

const ADD_TRIALS = `
  insert into trials (sweep_id, planned_epochs, number, configuration, basis_count,
                      regularization, overlap_weight, group_dimension, seed)
  select s.id, (s.spec -> 'training' ->> 'epochs')::int, t.*
  from sweeps s
  cross join unnest($2::int[], $3::int[], $4::int[], $5::float8[], $6::float8[], $7::int[], $8::int[]) as t
  where s.id = $1
  on conflict (sweep_id, number) do nothing`;

/** In the order of the plan. */
export async function readTrials(
  { prisma, pool }: Database,
  sweep: SweepId,
): Promise<readonly TrialRecord[]> {
  // Not by `include`, which names every trial in a parameter of its own, and PostgreSQL takes 32,767.
  const [rows, matrices, lastReports] = await Promise.all([
    prisma.trial.findMany({ where: { sweepId: sweep }, orderBy: { number: "asc" } }),
    prisma.generator.findMany({
      where: { trial: { sweepId: sweep } },
      orderBy: { ordinal: "asc" },
      select: { trialId: true, entries: true },
    }),
    pool.query<ReportRow>(LAST_REPORTS, [sweep]),
  ]);
  const reports = new Map(lastReports.rows.map((row) => [row.trial, reportOf(row)]));
  const generators = new Map(rows.map(({ id }): [number, Float64Array[]] => [id, []]));
  for (const { trialId, entries } of matrices)
    generators.get(trialId)?.push(Float64Array.from(entries));
  return rows.map((row) => ({
    trial: trialOf(row),
    state: row.state,
    attempt: row.attempt,
    lastEpoch: row.lastEpoch,
    generators: generators.get(row.id) ?? [],
    lastReport: reports.get(row.number),
    seconds: secondsBetween(row.startedAt, row.finishedAt),
  }));
}

interface ReportRow extends Omit<EpochReport, "inputLoss"> {
  readonly inputLoss: number | null;
}

const reportOf = ({ inputLoss, ...report }: ReportRow): EpochReport =>
  inputLoss === null ? report : { ...report, inputLoss };

const LAST_REPORTS = `
  select t.number as trial, e.epoch, e.generator_loss as "generatorLoss",
         e.discriminator_loss as "discriminatorLoss", e.identity_penalty as "identityPenalty",
         e.overlap_penalty as "overlapPenalty", e.largest_extent as "largestExtent",
         e.input_loss as "inputLoss"
  from trials t
  cross join lateral (select * from epochs where trial_id = t.id order by epoch desc limit 1) e
  where t.sweep_id = $1`;

const trialOf = (row: TrialRow): Trial => ({
  number: row.number,
  configuration: row.configuration,
  basisCount: row.basisCount,
  regularization: row.regularization,
  overlapWeight: row.overlapWeight,
  groupDimension: row.groupDimension,
  seed: row.seed,
});

/** Undefined until the trial has ended, and for one that ended without ever starting. */
const secondsBetween = (started: Date | null, finished: Date | null): number | undefined =>
  started === null || finished === null
    ? undefined
    : (finished.getTime() - started.getTime()) / 1000;
