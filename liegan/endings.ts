import { norm, orthonormalise, rejectFrom } from "../lie/index.ts";
import type { Ending } from "../sweep/index.ts";

/** What is remembered of a trial for as long as it trains. */
export interface TrialHistory {
  /** Generators at the end of every epoch so far, (K, r²) each. */
  readonly generators: readonly (readonly Float64Array[])[];
  /** Mean ℓ_D of every epoch. */
  readonly losses: readonly number[];
  /** Largest extent of the late average after every epoch. */
  readonly extents: readonly number[];
  /** Leading direction of the late average after every epoch, (r²). */
  readonly directions: readonly Float64Array[];
}

/**
 * How a trial ends after its latest epoch, or undefined where there is something left to learn.
 *
 * What cannot recover ends at once. What might (a discriminator is ahead for a while after most
 * starts, and generators shrink before they grow) must have lasted for a window of epochs.
 */
export function endingOf(history: TrialHistory, plannedEpochs: number): Ending | undefined {
  const { losses, extents, directions } = history;
  const epoch = losses.length;
  const isLast = epoch >= plannedEpochs;
  if (!Number.isFinite(losses.at(-1)) || !Number.isFinite(extents.at(-1))) return "diverged";
  const window = Math.max(LEAST_WINDOW, Math.ceil(plannedEpochs / 4));
  const late = losses.slice(-window);
  const lasted = epoch >= 2 * window;
  if (isLast || lasted) {
    const limit = isLast ? mean(late) : Math.max(...late);
    if (limit < DETECTED_BELOW) return "detected";
    const reach = isLast ? (extents.at(-1) ?? 0) : Math.max(...extents.slice(-window));
    if (reach < COLLAPSED_BELOW) return "collapsed";
  }
  if (isLast) return "converged";
  if (lasted && hasSettled(directions.slice(-window))) return "settled";
  return undefined;
}

/** No direction of the window is further than a hair from the last. */
function hasSettled(window: readonly Float64Array[]): boolean {
  const matrices = window.map((data) => ({ dim: Math.sqrt(data.length), data }));
  const last = orthonormalise(matrices.slice(-1));
  return matrices.every((matrix) => norm(rejectFrom(last, matrix)) < SETTLED_WITHIN * norm(matrix));
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Fewer epochs than this say nothing about what lasts. */
const LEAST_WINDOW = 5;

/** Mean ℓ_D below which the motion is plain to see; ln 2 = .693 is "not at all", failed trials end at .26 to .45. */
const DETECTED_BELOW = 0.6;

/** Largest extent of a trial that has shrunk to the identity. */
const COLLAPSED_BELOW = 0.01;

/** Sine of the angle that the late average may still turn in a window: a tenth of what a classifier can see (5.7° at best). */
const SETTLED_WITHIN = 0.01;
