import {
  canonicalBasis,
  closureDefect,
  type Matrix,
  nearestAlgebra,
  orthonormalise,
  toData,
  toWhitened,
} from "../lie/index.ts";
import { farthest, spanOnSupport } from "./algebra.ts";
import { antisymmetricPart } from "./antisymmetry.ts";
import type { Candidate, Space } from "./evidence.ts";
import { ANGULAR_NOISE } from "./thresholds.ts";

/**
 * Forms of one learned basis, simplest first, the plainest last. A test decides which of them stands:
 *
 * 1. the canonical sparse basis of the next, and of the last, with entries that noise explains set to 0,
 *    since the coordinates of measurements are seldom strangers to their symmetry;
 * 2. the next, moved to the nearest span that brackets do not leave;
 * 3. the antisymmetric part in whitened coordinates, ½(L̃ − L̃ᵀ): an exact symmetry of a law with finite
 *    second moment has no other (method §15.2);
 * 4. as learned;
 * 5. the first with larger entries set to 0, and those left of one magnitude: far from what was learned, it
 *    stands only where it is noticed less, as a scaling learned 15° off is noticed by a y without noise.
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
  const whitening = space.whiteningOf(n);
  const learned = spanOnSupport(space, basis, n);
  const isSame = (form: readonly Float64Array[]) => {
    const span = spanOnSupport(space, form, n);
    return span.length === learned.length && farthest(learned, span) <= ANGULAR_NOISE;
  };
  const whitened = (of: readonly Float64Array[]) =>
    of.map((data) => toWhitened(whitening, { dim: n, data }));
  const back = (of: readonly Matrix[]) => of.map((matrix) => toData(whitening, matrix).data);

  const antisymmetric = back(orthonormalise(whitened(basis).map(antisymmetricPart)));
  const straight = isSame(antisymmetric) ? antisymmetric : basis;
  const closed = back(nearestAlgebra(orthonormalise(whitened(straight))).basis);
  const sparse = (of: readonly Float64Array[]) =>
    canonicalBasis(orthonormalise(of.map((data) => ({ dim: n, data })))).map(({ data }) =>
      withoutNoise(data),
    );
  const first = sparse(closed);
  const forms = [first, sparse(basis), closed, antisymmetric, basis, first.map(plain)].filter(
    (form, i, all) => isSame(form) && all.findIndex((other) => equal(other, form)) === i,
  );
  return forms.map((form) => form.map((entries) => unit(space, entries, n)));
}

/**
 * The algebra with sparse generators that a span of learned directions lies near: canonical sparse bases without noise and
 * the nearest algebras of their antisymmetric parts, in turn; of all turns, the sparse basis whose brackets leave its
 * span least. Neither alone gets there: a sparse basis is no algebra yet, and the nearest algebra has the errors of
 * learning in every entry. Six generators of `inertia` (n = 18) that were .15 and .21 rad off come to .011 and .018 so.
 *
 * @param basis - matrices (n, n) in the coordinates of the data
 */
export function settled(
  space: Space,
  basis: readonly Float64Array[],
  n: number,
): readonly Float64Array[] {
  const whitening = space.whiteningOf(n);
  const learned = spanOnSupport(space, basis, n);
  let form = basis;
  let best = { form: basis, defect: Number.POSITIVE_INFINITY };
  for (let turn = 0; turn < TURNS; turn++) {
    const straight = orthonormalise(
      form.map((data) => antisymmetricPart(toWhitened(whitening, { dim: n, data }))),
    );
    const closed = nearestAlgebra(straight).basis.map((matrix) => toData(whitening, matrix));
    form = canonicalBasis(orthonormalise(closed)).map(({ data }) => withoutNoise(data));
    const span = spanOnSupport(space, form, n);
    if (span.length < learned.length || farthest(learned, span) > ANGULAR_NOISE) break;
    const leaves = closureDefect(span);
    const defect = leaves === "abelian" ? 0 : leaves;
    if (defect < best.defect) best = { form, defect };
  }
  return best.form;
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

/** Entries of 0 and ± one magnitude, where those that are not small are nearly of one. */
function plain(entries: Float64Array): Float64Array {
  const left = withoutNoise(entries, PLAIN_NOISE);
  const sizes = [...left].map(Math.abs).filter((size) => size > 0);
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  return sizes.every((size) => Math.abs(size - mean) < ONE_MAGNITUDE * mean)
    ? left.map((entry) => mean * Math.sign(entry))
    : left;
}

const equal = (a: readonly Float64Array[], b: readonly Float64Array[]): boolean =>
  a.length === b.length && a.every((one, k) => one.every((entry, i) => entry === b[k]![i]));

/** Share of the largest entry that may be noise: what a direction 6 to 9° off leaves in places of 0. */
const NOISE = 0.15;

/** The same of the plainest form, and by how much sizes of one magnitude may differ. */
const PLAIN_NOISE = 0.4;
const ONE_MAGNITUDE = 0.25;
