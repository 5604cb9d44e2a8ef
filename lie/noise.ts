import { symmetricEigen } from "./eigen.ts";
import { type Matrix, zeros } from "./matrix.ts";

/**
 * Root mean square, over the span, of how far a unit generator moves the vector it moves most:
 * √(λ_max(Σ BᵢᵀBᵢ) / K). Brackets are measured against it because a generator repeated over m blocks
 * has unit Frobenius norm and brackets smaller by √m.
 */
export function sizeOf(basis: readonly Matrix[]): number {
  const d = basis[0]?.dim ?? 0;
  const sum = zeros(d);
  for (const { data } of basis)
    for (let k = 0; k < d; k++)
      for (let i = 0; i < d; i++)
        for (let j = 0; j < d; j++) sum.data[i * d + j]! += data[k * d + i]! * data[k * d + j]!;
  return Math.sqrt((symmetricEigen(sum).values[0] ?? 0) / Math.max(1, basis.length));
}

/**
 * How much of a bracket, relative to the size of the generators, may be noise. The closure defect of a
 * learned so(3) is 0.05 (3-D Kepler). Measured with every entry of the unit generators of thirty
 * algebras off by up to 0.03: what should be 0 came to at most 0.05, what should not to at least 0.2.
 */
export const LEARNED_NOISE = 0.1;

/**
 * The tolerance of what is a cosine, between −1 and 1, rather than a bracket. In the same measurement
 * what should be 0 came to at most 0.1, and what should not to at least 0.98.
 */
export const cosineTolerance = (tolerance: number): number => 3 * tolerance;
