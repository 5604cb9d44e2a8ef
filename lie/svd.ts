/** A = Σᵢ values[i] uᵢvᵢᵀ, by falling singular value. */
export interface SingularValues {
  readonly values: Float64Array;
  /** uᵢ, length m, orthonormal. */
  readonly left: readonly Float64Array[];
  /** vᵢ, length n, orthonormal, the entry of largest magnitude positive; zeros where the value is 0. */
  readonly right: readonly Float64Array[];
}

/**
 * Singular value decomposition by one-sided Jacobi rotations: rows are turned in pairs until all are
 * orthogonal; their lengths are the singular values, small ones accurate too.
 *
 * @param rows - A, m rows of length n. Meant for m ≤ n; with m > n the last m − n values are 0.
 */
export function svd(rows: readonly Float64Array[]): SingularValues {
  const m = rows.length;
  const a = rows.map((row) => row.slice());
  const u = rows.map((_, i) => Float64Array.from({ length: m }, (_, j) => (i === j ? 1 : 0)));
  let turned = true;
  for (let sweep = 0; sweep < MOST_SWEEPS && turned; sweep++) {
    turned = false;
    for (let p = 0; p < m; p++)
      for (let q = p + 1; q < m; q++) turned = orthogonalise(a, u, p, q) || turned;
  }
  const lengths = a.map((row) => Math.sqrt(dot(row, row)));
  const order = lengths.map((_, i) => i).sort((i, j) => lengths[j]! - lengths[i]!);
  const signs = a.map((row) =>
    row.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0) < 0 ? -1 : 1,
  );
  return {
    values: Float64Array.from(order, (i) => lengths[i]!),
    left: order.map((i) => u[i]!.map((x) => signs[i]! * x)),
    right: order.map((i) =>
      a[i]!.map((x) => (lengths[i]! > 0 ? (signs[i]! * x) / lengths[i]! : 0)),
    ),
  };
}

/** Turns rows p and q until they are orthogonal; false where they are already. */
function orthogonalise(a: Float64Array[], u: Float64Array[], p: number, q: number): boolean {
  const [pp, qq, pq] = [dot(a[p]!, a[p]!), dot(a[q]!, a[q]!), dot(a[p]!, a[q]!)];
  if (!(Math.abs(pq) > ROUNDING * Math.sqrt(pp * qq))) return false;
  const zeta = (qq - pp) / (2 * pq);
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(zeta, 1));
  const c = 1 / Math.hypot(t, 1);
  for (const rows of [a, u]) {
    const [x, y] = [rows[p]!, rows[q]!];
    rows[p] = x.map((xi, i) => c * xi - c * t * y[i]!);
    rows[q] = x.map((xi, i) => c * t * xi + c * y[i]!);
  }
  return true;
}

const dot = (x: Float64Array, y: Float64Array): number =>
  x.reduce((sum, xi, i) => sum + xi * y[i]!, 0);

/** Cosine of two rows below which float64 calls them orthogonal. */
const ROUNDING = 1e-15;
/** A guard: convergence is quadratic, and rows that differ by rounding alone may turn for ever. */
const MOST_SWEEPS = 40;
