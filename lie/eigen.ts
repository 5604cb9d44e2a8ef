import { identity, type Matrix, zeros } from "./matrix.ts";

/** S = Σᵢ values[i] vᵢvᵢᵀ with orthonormal vᵢ, by falling eigenvalue. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  /** Row i is vᵢ, its entry of largest magnitude positive, so that equal inputs give equal bases. */
  readonly vectors: Matrix;
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations.
 *
 * Each rotation zeroes one off-diagonal pair; sweeps converge quadratically. Chosen over QR because
 * it is short and accurate to rounding even for small eigenvalues, and our matrices are small.
 *
 * @param s - shape (d, d), symmetric; only rounding may tell sᵢⱼ from sⱼᵢ.
 */
export function symmetricEigen(s: Matrix): SymmetricEigen {
  const d = s.dim;
  const a = s.data.slice();
  const v = identity(d).data;
  const scale = a.reduce((sum, x) => sum + x * x, 0);
  for (let sweep = 0; sweep < MOST_SWEEPS && offDiagonal(a, d) > ROUNDING * scale; sweep++)
    for (let p = 0; p < d; p++) for (let q = p + 1; q < d; q++) rotate(a, v, d, p, q);
  return sorted(a, v, d);
}

/** Rotates axes p and q so that a[p, q] becomes 0; row i of `v` follows axis i. */
function rotate(a: Float64Array, v: Float64Array, d: number, p: number, q: number): void {
  const apq = a[p * d + q]!;
  if (apq === 0) return;
  const theta = (a[q * d + q]! - a[p * d + p]!) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (let k = 0; k < d; k++) mixEntries(a, k * d + p, k * d + q, c, s);
  for (let k = 0; k < d; k++) mixEntries(a, p * d + k, q * d + k, c, s);
  for (let k = 0; k < d; k++) mixEntries(v, p * d + k, q * d + k, c, s);
}

function mixEntries(x: Float64Array, i: number, j: number, c: number, s: number): void {
  const [xi, xj] = [x[i]!, x[j]!];
  x[i] = c * xi - s * xj;
  x[j] = s * xi + c * xj;
}

function sorted(a: Float64Array, v: Float64Array, d: number): SymmetricEigen {
  const order = Array.from({ length: d }, (_, i) => i).sort(
    (i, j) => a[j * d + j]! - a[i * d + i]!,
  );
  const vectors = zeros(d);
  for (const [row, i] of order.entries()) {
    const vector = v.subarray(i * d, (i + 1) * d);
    const largest = vector.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
    vectors.data.set(
      vector.map((x) => (largest < 0 ? -x : x)),
      row * d,
    );
  }
  return { values: Float64Array.from(order, (i) => a[i * d + i]!), vectors };
}

function offDiagonal(a: Float64Array, d: number): number {
  let sum = 0;
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) if (i !== j) sum += a[i * d + j]! ** 2;
  return sum;
}

/** Convergence is quadratic: ten sweeps are plenty at d = 100, the rest is a guard against NaN. */
const MOST_SWEEPS = 40;
/** Squared off-diagonal share at which float64 has nothing more to give. */
const ROUNDING = 1e-31;
