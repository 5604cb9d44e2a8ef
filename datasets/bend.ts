/**
 * u ↦ u + w(a_c u² + b_c u³) for every column c, u in units of its root mean square, in place.
 *
 * Monotone for w ≤ 1 because every a² < 3b, so no information is lost: only the symmetry is.
 *
 * @param values - rows of `stride` numbers, of which the first `columns` are bent
 */
export function bend(values: Float64Array, stride: number, columns: number, warp: number): void {
  for (let c = 0; c < columns; c++) {
    let sum = 0;
    for (let i = c; i < values.length; i += stride) sum += values[i]! ** 2;
    const rms = Math.sqrt((sum * stride) / values.length);
    const [square, cube] = BENDS[c] ?? furtherBend(c);
    for (let i = c; i < values.length; i += stride) {
      const u = values[i]! / rms;
      values[i] = rms * (u + warp * u * u * (square + cube * u));
    }
  }
}

/**
 * (a_c, b_c), all different, and of mirrored coordinates (c, c + 4) neither a sum of a nor a
 * difference of b vanishes: bent two-body states fill all 8 dimensions.
 */
const BENDS = [
  [0.6, 0.15],
  [-0.45, 0.3],
  [-0.55, 0.2],
  [0.4, 0.12],
  [0.3, 0.35],
  [-0.65, 0.16],
  [-0.25, 0.4],
  [0.7, 0.22],
] as const;

/** Beyond the table, of like sizes: multiples of irrational numbers come near no earlier pair. */
function furtherBend(c: number): readonly [square: number, cube: number] {
  const size = 0.25 + 0.45 * ((c * 0.618034) % 1);
  return [c % 2 === 0 ? size : -size, size ** 2 / 3 + 0.05 + 0.2 * ((c * 0.754878) % 1)];
}
