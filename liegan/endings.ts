import { norm, orthonormalise, rejectFrom } from "../lie/index.ts";
import type { Ending } from "../sweep/index.ts";

/** What is remembered of a trial for as long as it trains. */
export interface TrialHistory {
  /** Generators at the end of every epoch so far, (K, r²) each. */
  readonly generators: readonly (readonly Float64Array[])[];
  /** Mean ℓ_D of every epoch. */
  readonly losses: readonly number[];
  /** Mean ℓ_Dx of every epoch; none where the objective has no D_x. */
  readonly inputLosses: readonly number[];
  /** Largest extent of the late average after every epoch. */
  readonly extents: readonly number[];
  /** Leading direction of the late average after every epoch, (r²). */
  readonly directions: readonly Float64Array[];
}

/**
 * How a trial ends after its latest epoch, or undefined where there is something left to learn.
 *
 * A motion is detected by what a symmetry must leave as it is: by ln 2 − ℓ_D, what (x, y) tells, or,
 * where the law of x may move, by ℓ_Dx − ℓ_D, what y tells beyond x. Where x alone tells nearly all,
 * nothing is left to compare (method §15.3), and the motion is as good as detected.
 *
 * What cannot recover ends at once. What might (a discriminator is ahead for a while after most
 * starts, and generators shrink before they grow) must have lasted for a window of epochs. A motion
 * that takes x where no x was may return from there even after half of a training: it has to the end.
 */
export function endingOf(history: TrialHistory, plannedEpochs: number): Ending | undefined {
  const { losses, inputLosses, extents, directions } = history;
  const epoch = losses.length;
  const isLast = epoch >= plannedEpochs;
  const latest = [losses.at(-1), inputLosses.at(-1) ?? 0, extents.at(-1)];
  if (!latest.every(Number.isFinite)) return "diverged";
  const window = Math.max(LEAST_WINDOW, Math.ceil(plannedEpochs / 4));
  if (!isLast && epoch < 2 * window) return undefined;
  /** On average at the end, or all along a window before. */
  const below = (values: readonly number[], limit: number) => {
    const late = values.slice(-window);
    return (isLast ? mean(late) : Math.max(...late)) < limit;
  };
  const hasInput = inputLosses.length > 0;
  const told = hasInput ? losses.map((loss, i) => loss + Math.LN2 - inputLosses[i]!) : losses;
  const isApart = hasInput && below(inputLosses, APART_BELOW);
  if (below(told, DETECTED_BELOW) || (isLast && isApart)) return "detected";
  const reach = isLast ? (extents.at(-1) ?? 0) : Math.max(...extents.slice(-window));
  if (reach < COLLAPSED_BELOW) return "collapsed";
  if (isLast) return "converged";
  return !isApart && hasSettled(directions.slice(-window)) ? "settled" : undefined;
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

/** Mean ℓ_D, or ln 2 less what y tells beyond x, below which the motion is plain to see; ln 2 = .693 is "not at all", failed trials end at .26 to .45. */
const DETECTED_BELOW = 0.6;

/**
 * Mean ℓ_Dx below which moved and still x hardly overlap: about .4 (method §15.3). Full turns of the
 * half-plane law end at .48 to .55, motions that have left it at .06 to .2 (npm run bench:objective).
 */
const APART_BELOW = 0.4;

/** Largest extent of a trial that has shrunk to the identity. */
const COLLAPSED_BELOW = 0.01;

/** Sine of the angle that the late average may still turn in a window: a tenth of what a classifier can see (5.7° at best). */
const SETTLED_WITHIN = 0.01;
