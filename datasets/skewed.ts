/** s (Gamma(k) − k) for integer k: the sum of k exponentials, centred. */
export function skewed(uniform: () => number, s: number, k: number): number {
  let sum = -k;
  for (let i = 0; i < k; i++) sum -= Math.log(uniform());
  return s * sum;
}
