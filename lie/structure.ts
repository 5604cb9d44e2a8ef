import { bracket } from "./bracket.ts";
import { symmetricEigen } from "./eigen.ts";
import { inner, type Matrix, zeros } from "./matrix.ts";
import type { OrthonormalBasis } from "./span.ts";

/**
 * cᵢⱼₖ with [Bᵢ, Bⱼ] = Σₖ cᵢⱼₖ Bₖ, shape (K, K, K) row-major: the multiplication table of an algebra.
 *
 * Where the span is no algebra, of the part of each bracket that stays inside.
 */
export function structureConstants(basis: OrthonormalBasis): Float64Array {
  const k = basis.length;
  const constants = new Float64Array(k ** 3);
  for (const [i, bi] of basis.entries())
    for (const [j, bj] of basis.entries()) {
      const product = bracket(bi, bj);
      for (const [l, bl] of basis.entries()) constants[(i * k + j) * k + l] = inner(product, bl);
    }
  return constants;
}

/**
 * The Killing form κᵢⱼ = tr(ad Bᵢ ad Bⱼ) = Σₖₗ cᵢₖₗ cⱼₗₖ, shape (K, K), symmetric.
 *
 * Negative definite for compact semisimple algebras, degenerate where there is a solvable part.
 */
export function killingForm(basis: OrthonormalBasis): Matrix {
  const n = basis.length;
  const c = structureConstants(basis);
  const form = zeros(n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      for (let k = 0; k < n; k++)
        for (let l = 0; l < n; l++)
          form.data[i * n + j]! += c[(i * n + k) * n + l]! * c[(j * n + l) * n + k]!;
  return form;
}

/** How many eigenvalues of a symmetric form are positive, negative and zero: the same in every basis. */
export interface Signature {
  readonly positive: number;
  readonly negative: number;
  readonly zero: number;
}

/** @param zeroBelow - magnitude up to which an eigenvalue counts as zero */
export function signature(form: Matrix, zeroBelow: number): Signature {
  const { values } = symmetricEigen(form);
  const positive = values.filter((value) => value > zeroBelow).length;
  const negative = values.filter((value) => value < -zeroBelow).length;
  return { positive, negative, zero: form.dim - positive - negative };
}
