import type { SweepSpec } from "./spec.ts";
import type { Pack, Trial } from "./trial.ts";

/**
 * Every trial of a sweep, in the order they start: group dimension outermost, so that trials of
 * equal tensor shapes are neighbours. Pure: the same spec gives the same plan.
 */
export function planTrials({ search }: SweepSpec): readonly Trial[] {
  const trials: Trial[] = [];
  let configuration = 0;
  for (const groupDimension of search.groupDimension)
    for (const basisCount of search.basisCount)
      for (const regularization of search.regularization)
        for (const overlapWeight of search.overlapWeight) {
          for (let seed = 1; seed <= search.seeds; seed++)
            trials.push({
              number: trials.length,
              configuration,
              basisCount,
              regularization,
              overlapWeight,
              groupDimension,
              seed,
            });
          configuration++;
        }
  return trials;
}

/** Channels that every pack of a sweep pads to, so that a trial's arithmetic does not depend on its mates. */
export const channelCount = ({ search }: Pick<SweepSpec, "search">): number =>
  Math.max(...search.basisCount);

/**
 * Cuts the plan into packs: neighbours of one group dimension, as even as possible. `limits.packSize`
 * of a pack are trained at once; the others wait until one of those ends, so that the program stays
 * full. A pack of some times `packSize` trials spends longer full than many packs that shrink do.
 *
 * Fewer packs keep fewer workers busy, though. So there are as few as {@link TURNS} allows and
 * `limits.concurrentPacks` divides, so that the last ones end together; where that would leave slots
 * empty from the start, as few as train all of their trials at once.
 */
export function packTrials(spec: SweepSpec): readonly Pack[] {
  const { search, sweep } = spec;
  const perDimension = planTrials(spec).length / search.groupDimension.length;
  const count = packsPerDimension(perDimension, spec);
  const packs: Pack[] = [];
  for (let block = 0; block < search.groupDimension.length; block++)
    for (let i = 0; i < count; i++) {
      const from = Math.round((i * perDimension) / count);
      const to = Math.round(((i + 1) * perDimension) / count);
      packs.push({
        sweep,
        number: packs.length,
        firstTrial: block * perDimension + from,
        trials: to - from,
      });
    }
  return packs;
}

function packsPerDimension(trials: number, { search, limits }: SweepSpec): number {
  const fewest = Math.ceil(trials / (TURNS * limits.packSize));
  const most = Math.ceil(trials / limits.packSize);
  for (let count = fewest; count < most; count++)
    if ((count * search.groupDimension.length) % limits.concurrentPacks === 0) return count;
  return most;
}

/**
 * Trials of a pack for each of its slots, at most. Simulated with trials that end anywhere between
 * half and all of their epochs, T = 8: slots are in use 80 % of the time with one trial each, 89 %
 * with four, 94 % with eight; a pack that is lost without a checkpoint takes all of its trials with it.
 */
const TURNS = 4;
