import { centraliser, centre, derivedAlgebra, derivedSeries, radical } from "./ideals.ts";
import { killingSignature, unitAdjoints } from "./killing.ts";
import { trace } from "./matrix.ts";
import { cosineTolerance } from "./noise.ts";
import type { OrthonormalBasis } from "./span.ts";
import type { Signature } from "./structure.ts";

/** Facts about an algebra that no choice of basis changes. All but the last add up over direct sums. */
export interface Invariants {
  readonly dimension: number;
  /** dim Z(𝔤). */
  readonly centreDimension: number;
  /** dim rad 𝔤. */
  readonly radicalDimension: number;
  /** dim 𝔤, dim [𝔤, 𝔤], …, until it stops falling. */
  readonly derivedSeries: readonly number[];
  readonly killing: Signature;
  /** Signature of the Levi factor 𝔤/rad 𝔤, with the rest of [𝔤, 𝔤] as zero. */
  readonly levi: Signature;
  /** Signature of C(rad 𝔤), whose semisimple part is the largest semisimple ideal of 𝔤. */
  readonly besideRadical: Signature;
  /** tr ad x = 0 for all x: the group's volume is the same from left and right. */
  readonly unimodular: boolean;
}

export function invariantsOf(basis: OrthonormalBasis, tolerance: number): Invariants {
  const solvable = radical(basis, tolerance);
  const derived = derivedAlgebra(basis, tolerance);
  const beside = centraliser(basis, solvable, tolerance);
  const traces = unitAdjoints(basis, basis, tolerance).adjoints.map(trace);
  return {
    dimension: basis.length,
    centreDimension: centre(basis, tolerance).length,
    radicalDimension: solvable.length,
    derivedSeries: derivedSeries(basis, tolerance).map(({ length }) => length),
    killing: killingSignature(basis, basis, tolerance),
    levi: killingSignature(basis, derived, tolerance),
    besideRadical: killingSignature(basis, beside, tolerance),
    unimodular: Math.hypot(...traces) <= cosineTolerance(tolerance),
  };
}

/** The invariants of 𝔤 ⊕ 𝔥 from those of 𝔤 and 𝔥. */
export function directSumInvariants(g: Invariants, h: Invariants): Invariants {
  const steps = Math.max(g.derivedSeries.length, h.derivedSeries.length);
  return {
    dimension: g.dimension + h.dimension,
    centreDimension: g.centreDimension + h.centreDimension,
    radicalDimension: g.radicalDimension + h.radicalDimension,
    derivedSeries: Array.from(
      { length: steps },
      (_, i) => dimensionAt(g.derivedSeries, i) + dimensionAt(h.derivedSeries, i),
    ),
    killing: sumOf(g.killing, h.killing),
    levi: sumOf(g.levi, h.levi),
    besideRadical: sumOf(g.besideRadical, h.besideRadical),
    unimodular: g.unimodular && h.unimodular,
  };
}

export const sameInvariants = (g: Invariants, h: Invariants): boolean => keyOf(g) === keyOf(h);

const keyOf = (g: Invariants): string =>
  JSON.stringify([
    [g.dimension, g.centreDimension, g.radicalDimension, g.unimodular],
    g.derivedSeries,
    [g.killing, g.levi, g.besideRadical].map(({ positive, negative, zero }) => [
      positive,
      negative,
      zero,
    ]),
  ]);

/** A series that has stopped falling goes on as it is. */
const dimensionAt = (series: readonly number[], step: number): number =>
  series[step] ?? series.at(-1)!;

const sumOf = (a: Signature, b: Signature): Signature => ({
  positive: a.positive + b.positive,
  negative: a.negative + b.negative,
  zero: a.zero + b.zero,
});
