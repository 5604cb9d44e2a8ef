import { channelCount, type Dataset, planTrials, type SweepSpec } from "../sweep/index.ts";
import type { EngineChoice } from "./messages.ts";
import { only } from "./tools.ts";
import { runTrainer } from "./trainer-process.ts";

/** How long a trial-step takes in packs of one size. */
export interface PackTiming {
  readonly trials: number;
  readonly msPerTrialStep: number;
}

/**
 * How fast packs of 8, 16, … trials train on a card, as far as they fit and the sweep has as many. On a
 * CPU there is nothing to find: 4 to 8 are fastest at any width (docs/benchmarks.md). Ends with the
 * first size that fails or takes too long, since larger ones would too.
 *
 * @param most - trials of the largest pack that fits
 */
export async function timePackSizes(
  spec: SweepSpec,
  dataset: Dataset,
  choice: EngineChoice,
  most: number,
): Promise<readonly PackTiming[]> {
  const n = Math.max(...spec.search.groupDimension);
  const trials = planTrials(spec).filter(({ groupDimension }) => groupDimension === n);
  const timings: PackTiming[] = [];
  for (const size of sizesUpTo(Math.min(most, trials.length))) {
    const job = {
      ...{ trials: trials.slice(0, size), slots: size, channels: channelCount(spec) },
      training: spec.training,
    };
    const run = runTrainer(
      { kind: "measure", choice, dataset, job },
      AbortSignal.timeout(LONGEST_TIMING_MS),
    );
    const measured = await only(run, "measured").catch(() => undefined);
    if (!measured) break;
    timings.push({ trials: size, msPerTrialStep: measured.msPerTrialStep });
  }
  return timings;
}

/** 8 doubled as often as goes, and `most` itself. */
export function sizesUpTo(most: number): readonly number[] {
  const sizes: number[] = [];
  for (let size = SMALLEST; size < most; size *= 2) sizes.push(size);
  return most > 0 ? [...sizes, most] : [];
}

/** The smallest pack that is about as fast as the fastest: small ones spread over more slots. */
export function bestPackSize(timings: readonly PackTiming[]): number | undefined {
  const fastest = Math.min(...timings.map(({ msPerTrialStep }) => msPerTrialStep));
  const good = timings.filter(({ msPerTrialStep }) => msPerTrialStep <= ABOUT * fastest);
  return good.length > 0 ? Math.min(...good.map(({ trials }) => trials)) : undefined;
}

/** The default pack; below it a card is idle. A guess, not measured. */
const SMALLEST = 8;

/** Two measurements of one second differ by as much. */
const ABOUT = 1.1;

/** Two epochs of a pack on a card, the compiling included; drivers in software need minutes. */
const LONGEST_TIMING_MS = 30_000;
