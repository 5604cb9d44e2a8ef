import {
  controlOf,
  type DatasetFacts,
  type SweepId,
  type SweepSpec,
  sweepId,
} from "../sweep/index.ts";
import { canonicalSha256 } from "./canonical.ts";
import { changeOf } from "./changes.ts";
import { arrayLiteral, type Database } from "./database.ts";
import type { Dataset as DatasetRow, Prisma } from "./generated/client.ts";
import type { OpenedSweep, SweepRecord, SweepSummary } from "./sweep-store.ts";

/** Two callers may open one name at once: the insert of one of them does nothing, and both then read one row. */
export async function openSweep(
  { prisma }: Database,
  spec: SweepSpec,
  dataset: DatasetFacts,
): Promise<OpenedSweep> {
  const specSha256 = canonicalSha256(spec);
  const { secondMoment, title, sha256, samples, groups, dimension, rank } = dataset;
  const { inputBlocks, outputBlocks, labels } = dataset;
  const [, { count }] = await prisma.$transaction([
    // Not by `createMany`: Prisma writes the numbers of an array with 16 digits, and some doubles need 17.
    prisma.$executeRaw`
      insert into datasets (sha256, title, samples, groups, dimension, input_blocks, output_blocks,
                            labels, rank, second_moment)
      values (${sha256}, ${title}, ${samples}, ${groups}, ${dimension}, ${inputBlocks}, ${outputBlocks},
              ${labels}, ${rank}, ${arrayLiteral(secondMoment)}::text::float8[])
      on conflict do nothing`,
    prisma.sweep.createMany({
      data: [
        {
          id: spec.sweep,
          datasetSha256: sha256,
          // A spec is JSON by its promise; its interfaces only lack the index signature Prisma asks for.
          spec: spec as unknown as Prisma.InputJsonObject,
          specSha256,
        },
      ],
      skipDuplicates: true,
    }),
  ]);
  if (count === 1) return { kind: "opened" };
  const row = await prisma.sweep.findUniqueOrThrow({
    where: { id: spec.sweep },
    include: { dataset: true },
  });
  return row.specSha256 === specSha256 && row.datasetSha256 === sha256
    ? { kind: "attached", state: row.state }
    : { kind: "differs", spec: specOf(row.spec), dataset: datasetOf(row.dataset) };
}

export async function readSweep(
  { prisma }: Database,
  sweep: SweepId,
): Promise<SweepRecord | undefined> {
  const row = await prisma.sweep.findUnique({
    where: { id: sweep },
    include: { dataset: true, changes: { orderBy: { number: "asc" } } },
  });
  if (row === null) return undefined;
  const asked = specOf(row.spec);
  const changes = row.changes.map(changeOf);
  return {
    id: sweep,
    state: row.state,
    spec: { ...asked, search: controlOf(asked, changes).search },
    asked,
    changes,
    specSha256: row.specSha256,
    dataset: datasetOf(row.dataset),
    createdAt: row.createdAt,
    startedAt: row.startedAt ?? undefined,
    finishedAt: row.finishedAt ?? undefined,
    reason: row.reason ?? undefined,
  };
}

export async function listSweeps({ pool }: Database): Promise<readonly SweepSummary[]> {
  const { rows } = await pool.query<SummaryRow>(LIST);
  return rows.map(({ id, finishedAt, reason, status, name, ...rest }) => ({
    ...rest,
    id: sweepId(id),
    finishedAt: finishedAt ?? undefined,
    reason: reason ?? undefined,
    verdict: status === null ? undefined : { status, name: name ?? undefined },
  }));
}

interface SummaryRow extends Omit<SweepSummary, "id" | "finishedAt" | "reason" | "verdict"> {
  readonly id: string;
  readonly finishedAt: Date | null;
  readonly reason: string | null;
  readonly status: NonNullable<SweepSummary["verdict"]>["status"] | null;
  readonly name: string | null;
}

const LIST = `
  select s.id, s.state, s.paused_at is not null as "isPaused", d.title as dataset, t.trials, t.ended,
         s.created_at as "createdAt", s.finished_at as "finishedAt", s.reason, v.status, v.name
  from sweeps s
  join datasets d on d.sha256 = s.dataset_sha256
  cross join lateral (
    select count(*)::int as trials,
           count(*) filter (where state not in ('queued', 'running'))::int as ended
    from trials where sweep_id = s.id
  ) t
  left join lateral (
    select status, name from verdicts where sweep_id = s.id order by number desc limit 1
  ) v on true
  order by s.created_at desc, s.id`;

/** Only `openSweep` writes specs, and it was handed one. */
const specOf = (spec: Prisma.JsonValue): SweepSpec => spec as unknown as SweepSpec;

const datasetOf = ({ createdAt: _, secondMoment, ...facts }: DatasetRow): DatasetFacts => ({
  ...facts,
  secondMoment: Float64Array.from(secondMoment),
});
