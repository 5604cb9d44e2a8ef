import { symmetricEigen } from "./eigen.ts";
import { ShapeError } from "./errors.ts";
import { type Matrix, zeros } from "./matrix.ts";

/**
 * Coordinates in which the data have unit second moment: x̃ = Wx, W = S^(−1/2) on the support of S.
 *
 * There every exact linear symmetry of a law with finite second moment is antisymmetric, and a
 * generator's displacement of the data is its Frobenius norm / √r.
 */
export interface SupportWhitening {
  /** n, dimension of the vectors acted on. */
  readonly dimension: number;
  /** r ≤ n, dimension of the subspace the data fill. */
  readonly rank: number;
  /** W, shape (r, n) row-major; rows by falling eigenvalue, the entry of largest magnitude positive. */
  readonly whitener: Float64Array;
  /** W⁻¹, shape (n, r) row-major: WW⁻¹ = 1, and W⁻¹W is the projector on the support. */
  readonly unwhitener: Float64Array;
}

/**
 * The whitening that a second moment alone decides.
 *
 * @param secondMoment - S = E[xxᵀ], shape (n, n) row-major, symmetric and not zero
 */
export function whiteningOf(secondMoment: Float64Array, dimension: number): SupportWhitening {
  const n = dimension;
  if (secondMoment.length !== n * n)
    throw new ShapeError("whiteningOf", [n, n], [secondMoment.length]);
  const { values, vectors } = symmetricEigen({ dim: n, data: secondMoment });
  const rank = values.filter((value) => value > EMPTY_BELOW * values[0]!).length;
  const whitener = new Float64Array(rank * n);
  const unwhitener = new Float64Array(n * rank);
  for (let i = 0; i < rank; i++) {
    const length = Math.sqrt(values[i]!);
    for (let j = 0; j < n; j++) {
      whitener[i * n + j] = vectors.data[i * n + j]! / length;
      unwhitener[j * rank + i] = vectors.data[i * n + j]! * length;
    }
  }
  return { dimension, rank, whitener, unwhitener };
}

/** W⁻¹L̃W: a generator of the whitened data as it acts on the data; zero off the support. (r, r) → (n, n) */
export function toData(whitening: SupportWhitening, whitened: Matrix): Matrix {
  const { dimension, rank, whitener, unwhitener } = whitening;
  return sandwich(unwhitener, whitened, whitener, rank, dimension, "toData");
}

/** WLW⁻¹: what a generator of the data does on their support, in whitened coordinates. (n, n) → (r, r) */
export function toWhitened(whitening: SupportWhitening, generator: Matrix): Matrix {
  const { dimension, rank, whitener, unwhitener } = whitening;
  return sandwich(whitener, generator, unwhitener, dimension, rank, "toWhitened");
}

/** I_{d/n} ⊗ L: one generator of n-vectors acting on each of the d/n of a d-vector. (n, n) → (d, d) */
export function embed(generator: Matrix, dimension: number): Matrix {
  const n = generator.dim;
  if (dimension % n !== 0) throw new ShapeError("embed", [dimension, dimension], [n, n]);
  const embedded = zeros(dimension);
  for (let block = 0; block < dimension; block += n)
    for (let i = 0; i < n; i++)
      embedded.data.set(
        generator.data.subarray(i * n, (i + 1) * n),
        (block + i) * dimension + block,
      );
  return embedded;
}

/** left (outer, middle) · x (middle, middle) · right (middle, outer). */
function sandwich(
  left: Float64Array,
  x: Matrix,
  right: Float64Array,
  middle: number,
  outer: number,
  operation: string,
): Matrix {
  if (x.dim !== middle) throw new ShapeError(operation, [middle, middle], [x.dim, x.dim]);
  const half = new Float64Array(outer * middle);
  for (let i = 0; i < outer; i++)
    for (let k = 0; k < middle; k++)
      for (let j = 0; j < middle; j++)
        half[i * middle + j]! += left[i * middle + k]! * x.data[k * middle + j]!;
  const result = zeros(outer);
  for (let i = 0; i < outer; i++)
    for (let k = 0; k < middle; k++)
      for (let j = 0; j < outer; j++)
        result.data[i * outer + j]! += half[i * middle + k]! * right[k * outer + j]!;
  return result;
}

/**
 * Share of the largest eigenvalue below which a direction of the data is rounding. Measured: two-body
 * orbits leave at most 5e-17 off their support; their smallest real direction holds 1e-3, and the
 * same orbits bent by cubics (a control that fills all 8 dimensions) 1.6e-4.
 */
const EMPTY_BELOW = 1e-6;
