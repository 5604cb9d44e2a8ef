import { adjoint, traceForm, unitAdjoints } from "./killing.ts";
import { addScaled, type Matrix, zeros } from "./matrix.ts";
import { cosineTolerance, LEARNED_NOISE, sizeOf } from "./noise.ts";
import { type OrthonormalBasis, orthonormalise } from "./span.ts";
import { structureConstants } from "./structure.ts";
import { svd } from "./svd.ts";

// Parts of 𝔤 that need no choice. Each function takes an orthonormal basis of 𝔤, shape (K, d, d), and
// how much of a bracket may be noise (see LEARNED_NOISE); each returns a basis of the part, shape
// (dim, d, d), which spans the same part whatever basis it was given.

/** Z(𝔤) = {x : [x, y] = 0 for all y}: what commutes with everything, the kernel of x ↦ ad x. */
export const centre = (basis: OrthonormalBasis, tolerance = LEARNED_NOISE): OrthonormalBasis =>
  combined(basis, unitAdjoints(basis, basis, tolerance).central);

/** C(𝔥) = {x ∈ 𝔤 : [x, y] = 0 for all y ∈ 𝔥}: an ideal where 𝔥 is one, 𝔤 where 𝔥 is 0 or central. */
export function centraliser(
  basis: OrthonormalBasis,
  of: OrthonormalBasis,
  tolerance = LEARNED_NOISE,
): OrthonormalBasis {
  const k = basis.length;
  const adjoints = adjoint(basis, of);
  const brackets = basis.map((_, i) =>
    Float64Array.from({ length: adjoints.length * k }, (_, at) => {
      const [j, l] = [Math.floor(at / k), at % k];
      return adjoints[j]!.data[l * k + i]!;
    }),
  );
  const { values, left } = svd(brackets);
  const zeroBelow = tolerance * sizeOf(basis) * Math.sqrt(of.length);
  return combined(
    basis,
    left.filter((_, i) => values[i]! <= zeroBelow),
  );
}

/** [𝔤, 𝔤]: the span of all brackets, an ideal; the leading singular directions of (x, y) ↦ [x, y]. */
export function derivedAlgebra(
  basis: OrthonormalBasis,
  tolerance = LEARNED_NOISE,
): OrthonormalBasis {
  const k = basis.length;
  const constants = structureConstants(basis);
  const pairs = (k * (k - 1)) / 2;
  const rows = basis.map((_, l) => constants.filter((_, at) => at % k === l && above(at, k)));
  const { values, left } = svd(rows);
  const zeroBelow = tolerance * sizeOf(basis) * Math.sqrt(pairs);
  return combined(
    basis,
    left.filter((_, i) => values[i]! > zeroBelow),
  );
}

/** Whether entry (i, j, l) of the structure constants has i < j. */
const above = (at: number, k: number) => Math.floor(at / (k * k)) < Math.floor(at / k) % k;

/**
 * 𝔤 ⊃ [𝔤, 𝔤] ⊃ [[𝔤, 𝔤], [𝔤, 𝔤]] ⊃ …, until it stops falling: at 0 for a solvable algebra, at 𝔤 itself for
 * a perfect one.
 */
export function derivedSeries(
  basis: OrthonormalBasis,
  tolerance = LEARNED_NOISE,
): readonly OrthonormalBasis[] {
  const derived = derivedAlgebra(basis, tolerance);
  return derived.length === basis.length ? [basis] : [basis, ...derivedSeries(derived, tolerance)];
}

/**
 * The largest solvable ideal, {x : κ(x, y) = 0 for all y ∈ [𝔤, 𝔤]} (Bourbaki, Lie groups, I.5.5): all
 * of a solvable algebra, nothing of a semisimple one. What is left, 𝔤/rad 𝔤, is the Levi factor.
 */
export function radical(basis: OrthonormalBasis, tolerance = LEARNED_NOISE): OrthonormalBasis {
  const { adjoints, combinations, central } = unitAdjoints(basis, basis, tolerance);
  const brackets = unitAdjoints(basis, derivedAlgebra(basis, tolerance), tolerance);
  const { values, left } = svd(traceForm(adjoints, brackets.adjoints));
  const orthogonal = left.filter((_, i) => values[i]! <= cosineTolerance(tolerance));
  const members = orthogonal.map((u) =>
    basis.map((_, j) => u.reduce((sum, ui, i) => sum + ui * combinations[i]![j]!, 0)),
  );
  return combined(basis, [...central, ...members]);
}

/** Σⱼ cⱼBⱼ for each c, made orthonormal. */
function combined(
  basis: OrthonormalBasis,
  combinations: readonly ArrayLike<number>[],
): OrthonormalBasis {
  const dim = basis[0]?.dim ?? 0;
  return orthonormalise(
    combinations.map((c) =>
      basis.reduce((sum: Matrix, b, j) => addScaled(sum, c[j]!, b), zeros(dim)),
    ),
  );
}
