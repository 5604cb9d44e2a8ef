import type { JudgedDirection, Level, Proposal, SweepId, Verdict } from "../sweep/index.ts";
import { canonical } from "./canonical.ts";
import { arrayLiteral, type Database } from "./database.ts";
import { UnknownRowError } from "./errors.ts";
import type { Prisma } from "./generated/client.ts";
import { whitenFor } from "./whitened.ts";

/**
 * Adds a verdict unless it equals the latest. The standings on the directions are always those of the latest.
 *
 * @throws {UnknownRowError} if there is no such sweep, or the verdict judges a direction it does not have.
 */
export async function saveVerdict(
  { prisma }: Database,
  sweep: SweepId,
  verdict: Verdict,
): Promise<void> {
  await prisma.$transaction(async (tx) => {
    // One verdict of a sweep at a time, so that the latest stays the latest until this one is written.
    const held = await tx.$queryRaw<unknown[]>`
      select id from sweeps where id = ${sweep} for no key update`;
    if (held.length === 0) throw new UnknownRowError(sweep);
    const latest = await latestVerdict(tx, sweep);
    if (latest !== undefined && canonical(latest) === canonical(inOrder(verdict))) return;
    await insertVerdict(tx, sweep, verdict);
    await judge(tx, sweep, verdict.directions);
  });
}

async function insertVerdict(
  tx: Prisma.TransactionClient,
  sweepId: SweepId,
  { closureDefect, basis, levels, proposal, directions: _, ...columns }: Verdict,
): Promise<void> {
  const before = await tx.verdict.count({ where: { sweepId } });
  const { id } = await tx.verdict.create({
    data: {
      ...columns,
      sweepId,
      number: before + 1,
      ...closureColumns(closureDefect),
      ...(proposal && { proposal: { ...proposal } as Prisma.InputJsonObject }),
    },
  });
  // Not by Prisma: it writes the numbers of an array with 16 digits, and some doubles need 17.
  const whiten = await whitenFor(tx, sweepId);
  for (const [ordinal, entries] of basis.entries())
    await tx.$executeRaw`
      insert into verdict_generators (verdict_id, ordinal, dimension, entries, whitened)
      values (${id}, ${ordinal}, ${Math.sqrt(entries.length)}, ${arrayLiteral(entries)}::text::float8[],
              ${whiten(entries)}::text::float8[])`;
  await insertLevels(tx, id, levels);
}

/** Inserts the levels of a verdict with their bases. */
async function insertLevels(
  tx: Prisma.TransactionClient,
  verdictId: number,
  levels: readonly Level[],
): Promise<void> {
  for (const [ordinal, { closureDefect, law, map, basis, ...columns }] of levels.entries()) {
    await tx.verdictLevel.create({
      data: {
        ...columns,
        verdictId,
        ordinal,
        ...closureColumns(closureDefect),
        lawExact: law.exact,
        lawRange: law.range,
        mapExact: map?.exact ?? null,
        mapRange: map?.range ?? null,
      },
    });
    for (const [i, entries] of basis.entries())
      await tx.$executeRaw`
        insert into level_generators (verdict_id, level, ordinal, dimension, entries)
        values (${verdictId}, ${ordinal}, ${i}, ${Math.sqrt(entries.length)}, ${arrayLiteral(entries)}::text::float8[])`;
  }
}

const closureColumns = (closureDefect: Verdict["closureDefect"]) =>
  closureDefect === "abelian"
    ? { closureDefect: null, abelian: true }
    : { closureDefect: closureDefect ?? null, abelian: false };

async function judge(
  tx: Prisma.TransactionClient,
  sweep: SweepId,
  judged: readonly JudgedDirection[],
): Promise<void> {
  await tx.$executeRaw`
    update directions set standing = null, score = null, reason = null
    where sweep_id = ${sweep} and standing is not null`;
  // One statement for thousands of directions, which Prisma would update one by one.
  const rows = await tx.$queryRaw<{ number: number }[]>`
    update directions d set standing = j.standing::standing, score = j.score, reason = j.reason
    from unnest(
      ${judged.map(({ direction }) => direction)}::int[],
      ${judged.map(({ standing }) => standing)}::text[],
      ${judged.map(({ score }) => score ?? null)}::float8[],
      ${judged.map(({ reason }) => reason)}::text[]
    ) as j (number, standing, score, reason)
    where d.sweep_id = ${sweep} and d.number = j.number
    returning d.number`;
  const known = new Set(rows.map(({ number }) => number));
  const stranger = judged.find(({ direction }) => !known.has(direction));
  if (stranger === undefined) return;
  const what = `the verdict judges direction ${stranger.direction}, which was never added`;
  throw new UnknownRowError(sweep, what);
}

/** The latest; undefined before the first, and for a sweep that does not exist. */
export function readVerdict({ prisma }: Database, sweep: SweepId): Promise<Verdict | undefined> {
  // One snapshot: a verdict written in between would lend its standings to the one before.
  return prisma.$transaction((tx) => latestVerdict(tx, sweep), {
    isolationLevel: "RepeatableRead",
  });
}

/** Judged directions in the order of their numbers. */
async function latestVerdict(
  tx: Prisma.TransactionClient,
  sweepId: SweepId,
): Promise<Verdict | undefined> {
  const row = await tx.verdict.findFirst({
    where: { sweepId },
    orderBy: { number: "desc" },
    include: {
      basis: { orderBy: { ordinal: "asc" }, select: { entries: true } },
      levels: {
        orderBy: { ordinal: "asc" },
        include: { basis: { orderBy: { ordinal: "asc" }, select: { entries: true } } },
      },
    },
  });
  if (row === null) return undefined;
  const judged = await tx.direction.findMany({
    where: { sweepId, standing: { not: null } },
    orderBy: { number: "asc" },
    select: { number: true, standing: true, score: true, reason: true },
  });
  const closureDefect = row.abelian ? ("abelian" as const) : row.closureDefect;
  return {
    status: row.status,
    ...(row.name === null ? {} : { name: row.name }),
    dimension: row.dimension,
    ...(row.groupDimension === null ? {} : { groupDimension: row.groupDimension }),
    ...(row.basisCount === null ? {} : { basisCount: row.basisCount }),
    ...(closureDefect === null ? {} : { closureDefect }),
    ...(row.support === null ? {} : { support: row.support }),
    ...(row.score === null ? {} : { score: row.score }),
    reason: row.reason,
    basis: row.basis.map(({ entries }) => Float64Array.from(entries)),
    levels: row.levels.map(levelOf),
    ...(row.proposal === null ? {} : { proposal: row.proposal as unknown as Proposal }),
    directions: judged.flatMap(judgementOf),
  };
}

type LevelRow = Prisma.VerdictLevelGetPayload<{
  include: { basis: { select: { entries: true } } };
}>;

const levelOf = (row: LevelRow): Level => ({
  tolerance: row.tolerance,
  name: row.name,
  dimension: row.dimension,
  groupDimension: row.groupDimension,
  ...(row.basisCount === null ? {} : { basisCount: row.basisCount }),
  closureDefect: row.abelian ? "abelian" : (row.closureDefect ?? Number.NaN),
  support: row.support,
  score: row.score,
  symmetricShare: row.symmetricShare,
  law: { exact: row.lawExact, range: row.lawRange },
  ...(row.mapExact === null || row.mapRange === null
    ? {}
    : { map: { exact: row.mapExact, range: row.mapRange } }),
  basis: row.basis.map(({ entries }) => Float64Array.from(entries)),
});

type JudgedRow = Prisma.DirectionGetPayload<{
  select: { number: true; standing: true; score: true; reason: true };
}>;

/** The rows asked for have a standing, and a check in the database gives those a reason. */
const judgementOf = ({ number, standing, score, reason }: JudgedRow): readonly JudgedDirection[] =>
  standing === null || reason === null
    ? []
    : [{ direction: number, standing, ...(score === null ? {} : { score }), reason }];

const inOrder = (verdict: Verdict): Verdict => ({
  ...verdict,
  directions: [...verdict.directions].sort((a, b) => a.direction - b.direction),
});
