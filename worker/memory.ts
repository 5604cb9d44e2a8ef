import { availableParallelism, totalmem } from "node:os";
import { packMemory } from "../liegan/index.ts";
import { channelCount, type Dataset, packTrials, type SweepSpec } from "../sweep/index.ts";
import { epochSteps } from "./epoch-steps.ts";

/** Whether the packs of a sweep fit this machine. */
export interface MemoryPlan {
  /** Peak of one trainer process with the most trials that it trains at once, in bytes; those that wait need none. */
  readonly packBytes: number;
  /** What one slot may use: this machine's memory, less a share for everything else, over the slots. */
  readonly slotBytes: number;
  /** The most trials at once that fit a slot; 0 if not even one does. */
  readonly largestPack: number;
}

/** What the packs of a sweep need, predicted from their shapes; nothing is allocated. */
export function planMemory(
  { search, training, limits, ...spec }: SweepSpec,
  dataset: Dataset,
  slots: number = availableParallelism(),
): MemoryPlan {
  const steps = epochSteps(dataset, training);
  const bytesOf = (trials: number) =>
    Math.max(
      ...search.groupDimension.map((n) => {
        const shape = {
          trials,
          channels: channelCount({ search }),
          dimension: n, // the rank, at most
          inputBlocks: (dataset.inputBlocks * dataset.dimension) / n,
          outputBlocks: (dataset.outputBlocks * dataset.dimension) / n,
          labels: dataset.labels,
          hiddenWidth: training.hiddenWidth,
          batchSize: training.batchSize,
        };
        return packMemory(shape, dataset.samples, steps);
      }),
    );
  // a container's limit; far above any machine, or 0, where there is none
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  const slotBytes = (SHARE * Math.min(totalmem(), limit)) / slots;
  const longest = Math.max(
    ...packTrials({ search, training, limits, ...spec }).map(({ trials }) => trials),
  );
  let largestPack = 0;
  while (largestPack < MOST_TRIALS && bytesOf(largestPack + 1) <= slotBytes) largestPack++;
  return { packBytes: bytesOf(Math.min(limits.packSize, longest)), slotBytes, largestPack };
}

/** Of the memory for training; the rest is for the servers, the worker and the user. */
const SHARE = 0.75;

/** The largest pack that a sweep file may ask for. */
const MOST_TRIALS = 64;
