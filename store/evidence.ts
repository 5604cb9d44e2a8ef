import type { Direction, SweepId, TestedValidity, ValidityTest } from "../sweep/index.ts";
import { arrayLiteral, type Database } from "./database.ts";
import { UnknownRowError } from "./errors.ts";
import type { EvidenceRecord } from "./sweep-store.ts";
import { whitenFor } from "./whitened.ts";

/** A number is assigned once: a direction that is there is left alone. @throws {UnknownRowError} for a trial never planned. */
export async function addDirections(
  { pool, prisma }: Database,
  sweep: SweepId,
  directions: readonly Direction[],
): Promise<void> {
  const numbers = directions.flatMap(({ trial }) => trial ?? []);
  const trials = await prisma.trial.findMany({
    where: { sweepId: sweep, number: { in: [...new Set(numbers)] } },
    select: { id: true, number: true },
  });
  const ids = new Map(trials.map(({ id, number }) => [number, id]));
  const idOf = (direction: Direction): number | null => {
    if (direction.trial === undefined) return null;
    const id = ids.get(direction.trial);
    if (id !== undefined) return id;
    const what = `direction ${direction.number} names trial ${direction.trial}, which was never added`;
    throw new UnknownRowError(sweep, what);
  };
  const whiten = await whitenFor(prisma, sweep);
  await pool.query(ADD_DIRECTIONS, [
    sweep,
    directions.map(({ number }) => number),
    directions.map(({ origin }) => origin),
    directions.map(idOf),
    directions.map(({ rank }) => rank ?? null),
    directions.map(({ dimension }) => dimension),
    directions.map(({ entries }) => arrayLiteral(entries)),
    directions.map(({ extent }) => extent),
    directions.map(({ entries }) => whiten(entries)),
  ]);
}

/** Not by Prisma: it writes the numbers of an array with 16 digits, and some doubles need 17. */
const ADD_DIRECTIONS = `
  insert into directions (sweep_id, number, origin, trial_id, rank, dimension, entries, extent, whitened)
  select $1, d.number, d.origin::direction_origin, d.trial_id, d.rank, d.dimension, d.entries::float8[], d.extent,
         d.whitened::float8[]
  from unnest($2::int[], $3::text[], $4::int[], $5::int[], $6::int[], $7::text[], $8::float8[], $9::text[])
    as d (number, origin, trial_id, rank, dimension, entries, extent, whitened)
  on conflict (sweep_id, number) do nothing`;

/** A number is assigned once: a test that is there is left alone. */
export async function addTests(
  { prisma }: Database,
  sweep: SweepId,
  tests: readonly ValidityTest[],
): Promise<void> {
  await prisma.validityTest.createMany({
    data: tests.map(({ number, directions, displacement, sees, closely = false }) => ({
      sweepId: sweep,
      number,
      directions: [...directions],
      displacement,
      sees,
      closely,
    })),
    skipDuplicates: true,
  });
}

/** The first answer stands. Tests that were never planned are added, so an answer is never lost. */
export async function saveTestResults(
  database: Database,
  sweep: SweepId,
  results: readonly TestedValidity[],
): Promise<void> {
  await addTests(database, sweep, results);
  await database.pool.query(ANSWER, [
    sweep,
    results.map(({ number }) => number),
    results.map(({ crossEntropy }) => crossEntropy),
  ]);
}

const ANSWER = `
  update validity_tests t set cross_entropy = r.cross_entropy, tested_at = now()
  from unnest($2::int[], $3::float8[]) as r (number, cross_entropy)
  where t.sweep_id = $1 and t.number = r.number and t.cross_entropy is null`;

/** Both in the order of their numbers. */
export async function readEvidence({ prisma }: Database, sweep: SweepId): Promise<EvidenceRecord> {
  // Trials not by `include`, which names each in a parameter of its own, and PostgreSQL takes 32,767.
  const [directions, trials, tests] = await Promise.all([
    prisma.direction.findMany({
      where: { sweepId: sweep },
      omit: { whitened: true },
      orderBy: { number: "asc" },
    }),
    prisma.trial.findMany({
      where: { sweepId: sweep, directions: { some: {} } },
      select: { id: true, number: true },
    }),
    prisma.validityTest.findMany({ where: { sweepId: sweep }, orderBy: { number: "asc" } }),
  ]);
  const numbers = new Map(trials.map(({ id, number }) => [id, number]));
  return {
    directions: directions.map(({ trialId, rank, entries, ...row }) => {
      const trial = trialId === null ? undefined : numbers.get(trialId);
      return {
        number: row.number,
        origin: row.origin,
        ...(trial === undefined ? {} : { trial }),
        ...(rank === null ? {} : { rank }),
        dimension: row.dimension,
        entries: Float64Array.from(entries),
        extent: row.extent,
      };
    }),
    tests: tests.map(({ number, directions, displacement, sees, closely, crossEntropy }) => ({
      number,
      directions,
      displacement,
      sees,
      ...(closely && { closely }),
      crossEntropy: crossEntropy ?? undefined,
    })),
  };
}
