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
 * Cuts the plan into packs: neighbours of one group dimension, at most `limits.packSize` each and as
 * even as possible, so that no worker is left with a pack of one.
 */
export function packTrials(spec: SweepSpec): readonly Pack[] {
  const { search, limits, sweep } = spec;
  const perDimension = planTrials(spec).length / search.groupDimension.length;
  const count = Math.ceil(perDimension / limits.packSize);
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
