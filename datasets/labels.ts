/**
 * Brings column `offset` of rows `stride` long to mean 0 and standard deviation 1, in place.
 *
 * @returns false, and nothing changed, where the column is constant
 */
export function standardise(values: Float64Array, offset: number, stride: number): boolean {
  const count = values.length / stride;
  let mean = 0;
  for (let i = offset; i < values.length; i += stride) mean += values[i]! / count;
  let variance = 0;
  for (let i = offset; i < values.length; i += stride) variance += (values[i]! - mean) ** 2 / count;
  const deviation = Math.sqrt(variance);
  if (!(deviation > CONSTANT_BELOW * Math.abs(mean))) return false;
  for (let i = offset; i < values.length; i += stride) values[i] = (values[i]! - mean) / deviation;
  return true;
}

/** Deviation relative to the mean that rounding alone can leave in a constant column. */
const CONSTANT_BELOW = 1e-12;
