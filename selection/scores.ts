/**
 * Puts cross entropies of one data set on a common scale,
 *
 *   v = (CE(0) − CE(L)) / (CE(0) − median CE(random)),
 *
 * 0 for the identity and 1 for a random direction of equal displacement (method §15.3).
 */
export interface Scale {
  readonly zero: number;
  readonly random: number;
  score(crossEntropy: number): number;
}

/** The scale, or nothing where the classifier is blind: it hardly tells random motions from none. */
export function scaleOf(zero: number, random: readonly number[]): Scale | undefined {
  const middle = median(random);
  const range = zero - middle;
  if (!(range > BLIND_BELOW)) return undefined;
  return { zero, random: middle, score: (crossEntropy) => (zero - crossEntropy) / range };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}

/** Nats between nothing and everything below which a score is noise: held-out cross entropies repeat to about 0.0005. */
const BLIND_BELOW = 0.02;
