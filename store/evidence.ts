import type { Direction, SweepId, TestedValidity, ValidityTest } from "../sweep/index.ts";
import type { Database } from "./database.ts";
import { UnknownRowError } from "./errors.ts";
import type { EvidenceRecord } from "./sweep-store.ts";

/** A number is assigned once: a direction that is there is left alone. @throws {UnknownRowError} for a trial never planned. */
export async function addDirections(
  { prisma }: Database,
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
  await prisma.direction.createMany({
    data: directions.map((direction) => ({
      sweepId: sweep,
      number: direction.number,
      origin: direction.origin,
      trialId: idOf(direction),
      rank: direction.rank ?? null,
      dimension: direction.dimension,
      entries: Array.from(direction.entries),
      extent: direction.extent,
    })),
    skipDuplicates: true,
  });
}

/** A number is assigned once: a test that is there is left alone. */
export async function addTests(
  { prisma }: Database,
  sweep: SweepId,
  tests: readonly ValidityTest[],
): Promise<void> {
  await prisma.validityTest.createMany({
    data: tests.map(({ number, directions, displacement, sees }) => ({
      sweepId: sweep,
      number,
      directions: [...directions],
      displacement,
      sees,
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
    prisma.direction.findMany({ where: { sweepId: sweep }, orderBy: { number: "asc" } }),
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
    tests: tests.map(({ number, directions, displacement, sees, crossEntropy }) => ({
      number,
      directions,
      displacement,
      sees,
      crossEntropy: crossEntropy ?? undefined,
    })),
  };
}
