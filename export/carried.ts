import type { DatasetFacts, Holding, Level, SweepId, Verdict } from "../sweep/index.ts";
import { ExportError } from "./errors.ts";

/** What is carried away of a sweep: bases, and what one must know to use and to cite them. JSON-safe. */
export interface Carried {
  readonly sweep: SweepId;
  /** Of the liesweep that exports. */
  readonly version: string;
  readonly data: {
    readonly title: string;
    readonly sha256: string;
    readonly samples: number;
    /** d. */
    readonly dimension: number;
  };
  /** What becomes of y when x moves: it moves by the same matrix, it stays, or there is none. */
  readonly y: "vector" | "scalar" | "none";
  readonly levels: readonly CarriedLevel[];
}

/** A level with its place, null for what is not known. */
export interface CarriedLevel extends Omit<Level, "basisCount" | "map" | "basis"> {
  /** From 1, the verdict's own. */
  readonly level: number;
  readonly basisCount: number | null;
  readonly map: Holding | null;
  /** Vectors of `groupDimension` in x, and in y, that the same matrix moves. */
  readonly xCopies: number;
  readonly yCopies: number;
  /** Numbers of y that stay. */
  readonly labels: number;
  /** Matrices as rows, in the coordinates of the data. */
  readonly basis: readonly Rows[];
}

export type Rows = readonly (readonly number[])[];

export interface Source {
  readonly sweep: SweepId;
  readonly dataset: DatasetFacts;
  /** Absent while there is none. */
  readonly verdict: Verdict | undefined;
  readonly version: string;
}

/**
 * Every level of a verdict that found a group, or level `only` (from 1).
 *
 * @throws {@link ExportError} when the verdict found none, or has no such level
 */
export function carriedOf({ sweep, dataset, verdict, version }: Source, only?: number): Carried {
  if (verdict?.status !== "found")
    throw new ExportError(
      `${sweep} has no basis to export: ${verdict ? `its verdict is ${verdict.status}` : "it has no verdict yet"}. ` +
        `\`liesweep show ${sweep}\` says why.`,
    );
  const count = verdict.levels.length;
  if (only !== undefined && only > count)
    throw new ExportError(
      `${sweep} has no level ${only}: its levels are numbered 1 to ${count}. \`liesweep show ${sweep}\` lists them.`,
    );
  const { title, sha256, samples, dimension, outputBlocks, labels } = dataset;
  return {
    sweep,
    version,
    data: { title, sha256, samples, dimension },
    y: outputBlocks > 0 ? "vector" : labels > 0 ? "scalar" : "none",
    levels: verdict.levels
      .map((level, at) => carriedLevel(level, at + 1, dataset))
      .filter(({ level }) => only === undefined || level === only),
  };
}

const carriedLevel = (
  { basisCount, map, basis, ...level }: Level,
  number: number,
  { dimension, inputBlocks, outputBlocks, labels }: DatasetFacts,
): CarriedLevel => ({
  level: number,
  ...level,
  basisCount: basisCount ?? null,
  map: map ?? null,
  xCopies: (inputBlocks * dimension) / level.groupDimension,
  yCopies: (outputBlocks * dimension) / level.groupDimension,
  labels,
  basis: basis.map((entries) => rowsOf(entries, level.groupDimension)),
});

const rowsOf = (entries: Float64Array, n: number): Rows =>
  Array.from({ length: n }, (_, i) => Array.from(entries.subarray(i * n, (i + 1) * n)));
