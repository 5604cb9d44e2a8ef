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
  /** Score that chance alone gives: the resolution on this scale. */
  readonly noise: number;
  score(crossEntropy: number): number;
}

/**
 * The scale, or nothing where the classifier is blind: it hardly tells random motions from none.
 *
 * @param resolution - nats that chance alone gives
 */
export function scaleOf(
  zero: number,
  random: readonly number[],
  resolution: number,
): Scale | undefined {
  const middle = median(random);
  const range = zero - middle;
  if (!(range > BLIND_BELOW * resolution)) return undefined;
  return {
    zero,
    random: middle,
    noise: resolution / range,
    score: (crossEntropy) => (zero - crossEntropy) / range,
  };
}

/**
 * Nats below ln 2 that a classifier cannot tell from chance, 4/N on N held-out samples and at least .001.
 *
 * A moved law whose logit has standard deviation a lowers the cross entropy by a²/8, and the mean of N
 * such logits strays by a/√N: it stands out by two deviations from a = 4/√N, which is 2/N nats; the same
 * again for what a classifier trained on samples of the same kind loses by them.
 */
export const resolutionOf = (heldOut: number): number => Math.max(LEAST_RESOLUTION, 4 / heldOut);

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}

/** Held-out cross entropies of like tests repeat to about .0005, whatever the number of samples. */
const LEAST_RESOLUTION = 0.001;

/** Times the resolution that lie between nothing and everything, or scores are noise. */
const BLIND_BELOW = 8;
