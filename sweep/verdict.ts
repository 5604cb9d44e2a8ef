import type { JudgedDirection } from "./evidence.ts";

/** How far a symmetry holds, by fresh classifiers at rising displacements. */
export interface Holding {
  /** Not noticed at any displacement tested. */
  readonly exact: boolean;
  /** δ: the largest displacement up to which it is not noticed; 0 where it always is. */
  readonly range: number;
}

/** A group that is valid at some tolerance and stays the whole answer while that grows (method §15.6). */
export interface Level {
  /** τ: least tolerance on the score at which every one of its directions is valid. */
  readonly tolerance: number;
  /** `so(2)`, or `unnamed`. */
  readonly name: string;
  /** dim 𝔤. */
  readonly dimension: number;
  /** Smallest n whose trials explain it. */
  readonly groupDimension: number;
  /** Smallest K at which a majority of seeds found all of it in one trial; absent where none did. */
  readonly basisCount?: number;
  /** 0 for an algebra, 1 for a span no bracket stays in; "abelian" where all generators commute. */
  readonly closureDefect: number | "abelian";
  /** Smallest share of seeds that found one of its directions. */
  readonly support: number;
  /** v of the whole algebra at once, at the displacement of the sweep. */
  readonly score: number;
  /** ‖½(L̃ + L̃ᵀ)‖ / ‖L̃‖ in whitened coordinates: 0 wherever the law is exactly invariant. */
  readonly symmetricShare: number;
  /** The law: does the distribution of (x, y) stay? */
  readonly law: Holding;
  /** The map: is y(gx) = g y(x), whatever becomes of the law of x? Absent where y says nothing about x. */
  readonly map?: Holding;
  /** Basis: matrices (groupDimension, groupDimension) in the coordinates of the data, unit extent, row-major. */
  readonly basis: readonly Float64Array[];
}

/** What to train next, as new values of the sweep file's fields. */
export interface Proposal {
  readonly seeds?: number;
  readonly basisCount?: readonly number[];
  readonly groupDimension?: readonly number[];
  readonly displacement?: number;
  /** One sentence. */
  readonly reason: string;
}

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
  /** Every persistent level, by rising tolerance; the first is the verdict's own. */
  readonly levels: readonly Level[];
  /** What would settle it, where something would. */
  readonly proposal?: Proposal;
  readonly directions: readonly JudgedDirection[];
}
