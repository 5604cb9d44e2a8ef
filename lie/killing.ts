import { inner, type Matrix, multiply, trace, zeros } from "./matrix.ts";
import { cosineTolerance, LEARNED_NOISE, sizeOf } from "./noise.ts";
import type { OrthonormalBasis } from "./span.ts";
import { type Signature, signature, structureConstants } from "./structure.ts";
import { svd } from "./svd.ts";

/**
 * The matrices of ad x = [x, ·] in an orthonormal basis of the algebra, one for each x.
 *
 * @param members - x, in the span of `basis`; by default the basis itself
 * @returns shape (members, K, K): column j of ad x is [x, Bⱼ]
 */
export function adjoint(
  basis: OrthonormalBasis,
  members: readonly Matrix[] = basis,
): readonly Matrix[] {
  const k = basis.length;
  const constants = structureConstants(basis);
  return members.map((x) => {
    const ad = zeros(k);
    for (const [i, b] of basis.entries()) {
      const share = inner(x, b);
      for (let j = 0; j < k; j++)
        for (let l = 0; l < k; l++) ad.data[l * k + j]! += share * constants[(i * k + j) * k + l]!;
    }
    return ad;
  });
}

/** Members of an algebra whose ad is of unit length, each at right angles to the ad of the others. */
export interface UnitAdjoints {
  /** ad xᵢ with ⟨ad xᵢ, ad xⱼ⟩ = δᵢⱼ, shape (m, K, K). */
  readonly adjoints: readonly Matrix[];
  /** xᵢ as combinations of the members given, shape (m, members). */
  readonly combinations: readonly Float64Array[];
  /** Orthonormal combinations of the members whose ad is 0: those in the centre. */
  readonly central: readonly Float64Array[];
}

/** From the singular value decomposition of x ↦ ad x on the span of `members`. */
export function unitAdjoints(
  basis: OrthonormalBasis,
  members: OrthonormalBasis,
  tolerance: number,
): UnitAdjoints {
  const dim = basis.length;
  const { values, left, right } = svd(adjoint(basis, members).map(({ data }) => data));
  const zeroBelow = tolerance * sizeOf(basis) * Math.sqrt(dim);
  const rank = values.filter((value) => value > zeroBelow).length;
  return {
    adjoints: right.slice(0, rank).map((data) => ({ dim, data })),
    combinations: left.slice(0, rank).map((u, i) => u.map((x) => x / values[i]!)),
    central: left.slice(rank),
  };
}

/** tr(XY) for all pairs, shape (xs, ys) by rows: a cosine where all have unit length. */
export const traceForm = (xs: readonly Matrix[], ys: readonly Matrix[]): readonly Float64Array[] =>
  xs.map((x) => Float64Array.from(ys, (y) => trace(multiply(x, y))));

/**
 * The signature of the Killing form κ(x, y) = tr(ad x ad y) of an algebra, or of κ on a part of it.
 *
 * κ(x, x) lies between −‖ad x‖², where ad x is antisymmetric (x turns), and ‖ad x‖², where it is
 * symmetric (x stretches), and is 0 where ad x is nilpotent. So κ is measured against ‖ad x‖² and not
 * against its own largest value, and summands of different size are judged alike. Members of the centre
 * count as zero.
 *
 * On [𝔤, 𝔤] the form is nondegenerate but for the radical's share (Cartan), so the signature there is
 * that of the Levi factor.
 */
export function killingSignature(
  basis: OrthonormalBasis,
  on: OrthonormalBasis = basis,
  tolerance = LEARNED_NOISE,
): Signature {
  const { adjoints, central } = unitAdjoints(basis, on, tolerance);
  const dim = adjoints.length;
  const form = {
    dim,
    data: Float64Array.from(traceForm(adjoints, adjoints).flatMap((r) => [...r])),
  };
  const { positive, negative, zero } = signature(form, cosineTolerance(tolerance));
  return { positive, negative, zero: zero + central.length };
}
