import {
  canonicalBasis,
  type Matrix,
  nearestAlgebra,
  type OrthonormalBasis,
  orthonormalise,
  toData,
  toWhitened,
} from "../lie/index.ts";
import { escaping, farthest, spanOnSupport } from "./algebra.ts";
import { antisymmetricPart } from "./antisymmetry.ts";
import type { Candidate, Space } from "./evidence.ts";
import { ANGULAR_NOISE } from "./thresholds.ts";

/**
 * Forms of one learned basis, simplest first, the plainest last. A test decides which of them stands:
 *
 * 1. what it settles at, where it does ({@link settled});
 * 2. the canonical sparse basis of the next, and of the last, with entries that noise explains set to 0,
 *    since the coordinates of measurements are seldom strangers to their symmetry;
 * 3. the next, moved to the nearest span that brackets do not leave;
 * 4. the antisymmetric part in whitened coordinates, ½(L̃ − L̃ᵀ): an exact symmetry of a law with finite
 *    second moment has no other (method §15.2);
 * 5. as learned;
 * 6. the second with larger entries set to 0, and those left of sizes that are nearly one made so: far from what was
 *    learned, it stands only where it is noticed less, as a scaling learned 15° off is noticed by a y without noise.
 *
 * A form that strays from the span as learned by more than its noise is another span, and left out.
 *
 * @param basis - matrices (n, n) in the coordinates of the data
 */
export function formsOf(
  space: Space,
  basis: readonly Float64Array[],
  n: number,
): readonly (readonly Candidate[])[] {
  const { straight, closed, sparse, strays } = refinements(space, basis, n);
  const antisymmetric = straight(basis);
  const algebra = closed(strays(antisymmetric) ? basis : antisymmetric);
  const first = sparse(algebra);
  const plainest = first.map((entries) => evened(withoutNoise(entries, PLAIN_NOISE)));
  const forms = [
    settled(space, basis, n) ?? first,
    ...[first, sparse(basis), algebra, antisymmetric, basis, plainest],
  ].filter((form, i, all) => !strays(form) && all.findIndex((other) => equal(other, form)) === i);
  return forms.map((form) => form.map((entries) => unit(space, entries, n)));
}

/** What makes a form of a learned basis plainer; all forms are matrices (n, n) in the coordinates of the data. */
function refinements(space: Space, learned: readonly Float64Array[], n: number) {
  type Form = readonly Float64Array[];
  const whitening = space.whiteningOf(n);
  const spanOf = (form: Form) => spanOnSupport(space, form, n);
  const span = spanOf(learned);
  const whitened = (form: Form) => form.map((data) => toWhitened(whitening, { dim: n, data }));
  const back = (form: readonly Matrix[]) => form.map((matrix) => toData(whitening, matrix).data);
  const straight = (form: Form): Form =>
    back(orthonormalise(whitened(form).map(antisymmetricPart)));
  return {
    /** Antisymmetric parts in whitened coordinates. */
    straight,
    /** The nearest span that brackets do not leave. */
    closed: (form: Form): Form => back(nearestAlgebra(orthonormalise(whitened(form))).basis),
    sparse: (form: Form): Form =>
      canonicalBasis(orthonormalise(form.map((data) => ({ dim: n, data })))).map(({ data }) =>
        withoutNoise(data),
      ),
    /** Whether a form is another span, by more than the noise of what was learned. */
    strays: (form: Form): boolean => angle(span, spanOf(form)) > ANGULAR_NOISE,
    /**
     * Whether a form is antisymmetric as far as N samples know their second moment: that of N normal vectors of r
     * dimensions is off by 2√(r/N) of itself (Marchenko and Pastur 1967). Measured on the sets with an exact symmetry:
     * true generators are .2 to 1.8 √(r/N) off.
     */
    isStraight: (form: Form): boolean =>
      angle(spanOf(form), spanOf(straight(form))) <= 2 * Math.sqrt(whitening.rank / space.groups),
  };
}

/**
 * The algebra with plain generators that a span of learned directions lies near: antisymmetric parts, the nearest
 * algebra, and a sparse basis of few sizes, in turn; of all turns, the one whose brackets leave its span least. None of
 * them gets there alone: a sparse basis is no algebra yet, and the nearest algebra has the errors of learning in every
 * entry. Six generators of `inertia` (n = 18) that were .12 and .18 rad off come to less than .001 so.
 *
 * Sizes that are nearly one are made so where the second moment of the samples does not forbid it: 500 pairs that spread
 * 7 % further along one axis than along another cannot tell the rotation of a circle from that of an ellipse, and 20,000
 * can.
 *
 * @param basis - matrices (n, n) in the coordinates of the data
 * @returns undefined where the first turn ends at another span
 */
export function settled(
  space: Space,
  basis: readonly Float64Array[],
  n: number,
): readonly Float64Array[] | undefined {
  const { straight, closed, sparse, strays, isStraight } = refinements(space, basis, n);
  const settle = (sized: (entries: Float64Array) => Float64Array) => {
    let form = basis;
    let best: readonly Float64Array[] | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (let turn = 0; turn < TURNS && least > 0; turn++) {
      const upright = straight(form);
      if (strays(upright)) break;
      form = sparse(closed(upright)).map(sized);
      if (strays(form)) break;
      const defect = escaping(spanOnSupport(space, form, n));
      if (defect < least) [best, least] = [form, defect];
    }
    return best;
  };
  const even = settle(evened);
  return even !== undefined && isStraight(even) ? even : settle((entries) => entries);
}

/** Enough for a basis to settle. */
const TURNS = 12;

/** A member of a level's basis, scaled to unit displacement. */
export function unit(space: Space, entries: Float64Array, dimension: number): Candidate {
  const length = Math.hypot(...space.place(entries, dimension).data);
  return {
    origin: "basis",
    dimension,
    extent: 0,
    entries: entries.map((entry) => entry / length),
  };
}

/** Zero for entries below a share of the largest. */
function withoutNoise(entries: Float64Array, noise = NOISE): Float64Array {
  const largest = entries.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
  return entries.map((entry) => (Math.abs(entry) < noise * largest ? 0 : entry));
}

/** Sizes of entries that are each near the next made one, their mean. */
function evened(entries: Float64Array): Float64Array {
  const sizes = entries
    .map(Math.abs)
    .filter((size) => size > 0)
    .sort();
  const groups: number[][] = [];
  for (const size of sizes) {
    const group = groups.at(-1);
    if (group !== undefined && size < ONE_SIZE * group.at(-1)!) group.push(size);
    else groups.push([size]);
  }
  const means = new Map(
    groups.flatMap((group) => {
      const mean = group.reduce((sum, size) => sum + size, 0) / group.length;
      return group.map((size) => [size, mean] as const);
    }),
  );
  return entries.map((entry) => Math.sign(entry) * (means.get(Math.abs(entry)) ?? 0));
}

/** Largest sine between two spans; 1 where their dimensions differ. */
const angle = (one: OrthonormalBasis, other: OrthonormalBasis): number =>
  one.length === other.length ? farthest(one, other) : 1;

const equal = (a: readonly Float64Array[], b: readonly Float64Array[]): boolean =>
  a.length === b.length && a.every((one, k) => one.every((entry, i) => entry === b[k]![i]));

/** Share of the largest entry that may be noise: what a direction 6 to 9° off leaves in places of 0. */
const NOISE = 0.15;

/** The same of the plainest form. */
const PLAIN_NOISE = 0.4;

/** Ratio up to which two sizes may be one. */
const ONE_SIZE = 1.25;
