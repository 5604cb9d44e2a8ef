/**
 * Mean over the steps of one slot's values, each through `of`.
 *
 * @param values - (S, T)
 */
export function slotMean(
  values: Float32Array,
  slots: number,
  slot: number,
  of: (value: number) => number = (value) => value,
): number {
  let sum = 0;
  for (let i = slot; i < values.length; i += slots) sum += of(values[i]!);
  return (sum * slots) / values.length;
}
