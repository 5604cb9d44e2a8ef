import type { JudgedDirection } from "./evidence.ts";

/** What a sweep concludes: the smallest group consistent with every trial and with held-out data. */
export interface Verdict {
  readonly status: "found" | "none" | "inconclusive";
  /** `so(2)`, or `unnamed`; absent unless found. */
  readonly name?: string;
  /** dim 𝔤; 0 unless found. */
  readonly dimension: number;
  /** Smallest n whose trials explain every accepted direction; absent unless found. */
  readonly groupDimension?: number;
  /** Smallest K whose trials explain them; absent unless found. */
  readonly basisCount?: number;
  /** 0 for an algebra, 1 for a span no bracket stays in; "abelian" where all generators commute. */
  readonly closureDefect?: number | "abelian";
  /** Smallest share of seeds that found one of its directions. */
  readonly support?: number;
  /** v of the whole algebra at once. */
  readonly score?: number;
  /** The verdict in a sentence or two, with the numbers that decided. */
  readonly reason: string;
  /** Basis of the algebra: matrices (groupDimension, groupDimension) in the coordinates of the data, unit extent, row-major. */
  readonly basis: readonly Float64Array[];
  readonly directions: readonly JudgedDirection[];
}
