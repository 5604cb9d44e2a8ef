import { availableParallelism, totalmem } from "node:os";
import { packMemory, type StepShape, sampleWidth, type TrainingJob } from "../liegan/index.ts";
import {
  channelCount,
  type Dataset,
  packTrials,
  type SweepSpec,
  type TrainingSpec,
} from "../sweep/index.ts";
import { epochSteps } from "./epoch-steps.ts";

/** What a card allows one trainer on it. */
export type CardLimits =
  /** CUDA: a share of its memory. */
  | { readonly kind: "memory"; readonly bytes: number; readonly freeBytes: number }
  /** WebGPU tells no memory, but the largest buffer that a kernel may bind: no tensor is larger. */
  | { readonly kind: "buffer"; readonly bytes: number };

/** Whether the packs of a sweep fit this machine. */
export interface MemoryPlan {
  /** Peak of one trainer process with the most trials that it trains at once, in bytes; those that wait need none. */
  readonly packBytes: number;
  /** What one slot may use: this machine's memory, less a share for everything else, over the slots. */
  readonly slotBytes: number;
  /** The most trials at once that fit a slot; 0 if not even one does. */
  readonly largestPack: number;
  /** The same of the card; absent without one that can be asked. */
  readonly card?: CardLimits & { readonly needs: number; readonly largestPack: number };
}

/** Something there is so much of, and what T trials at once need of it. Bytes. */
export interface Bound {
  readonly has: number;
  needs(trials: number): number;
}

/** The most trials whose needs a bound holds, up to the largest pack that a sweep file may ask for. */
export function largestFitting({ has, needs }: Bound): number {
  let trials = 0;
  while (trials < MOST_TRIALS && needs(trials + 1) <= has) trials++;
  return trials;
}

/** What the packs of a sweep need, predicted from their shapes; nothing is allocated. */
export function planMemory(
  spec: SweepSpec,
  dataset: Dataset,
  slots: number = availableParallelism(),
  card?: CardLimits,
): MemoryPlan {
  const { search, training, limits } = spec;
  const packs = search.groupDimension.map((dimension) => ({
    ...{ dataset, dimension, channels: channelCount(spec), training },
  }));
  // a container's limit; far above any machine, or 0, where there is none
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  const machine: Bound = {
    has: (MACHINE_SHARE * Math.min(totalmem(), limit)) / slots,
    needs: peakOf(packs),
  };
  const onCard = card && cardBound(packs, card);
  const longest = Math.max(...packTrials(spec).map(({ trials }) => trials));
  const planned = Math.min(limits.packSize, longest);
  return {
    packBytes: machine.needs(planned),
    slotBytes: machine.has,
    largestPack: largestFitting(machine),
    ...(onCard && {
      card: { ...card, needs: onCard.needs(planned), largestPack: largestFitting(onCard) },
    }),
  };
}

/** Not even what has to be trained at once fits the card: another card is needed, or a smaller network. */
class PackTooLargeError extends Error {
  override readonly name = "PackTooLargeError";
}

/**
 * The job with no more trials at once than its card holds, if it has one; the others wait until one of those ends.
 * That changes no trial's bits.
 *
 * @throws {@link PackTooLargeError} when no trial fits, or fewer than a checkpoint of a larger card has begun
 */
export function limited(
  dataset: Dataset,
  job: TrainingJob,
  card: CardLimits | undefined,
): TrainingJob {
  if (!card) return job;
  const dimension = job.trials[0]?.groupDimension ?? dataset.dimension;
  const bound = cardBound([{ dataset, dimension, ...job }], card);
  const most = largestFitting(bound);
  const least = Math.max(1, Math.min(job.slots, job.resume?.trials.length ?? 0));
  if (most >= least) return { ...job, slots: Math.min(job.slots, most) };
  const [needs, has] = [bound.needs(least), bound.has].map((bytes) => `${mib(bytes)} MiB`);
  throw new PackTooLargeError(
    `Training ${least} of its trials at once at hiddenWidth ${job.training.hiddenWidth} needs ` +
      (card.kind === "memory"
        ? `about ${needs} of the card, and this slot has ${has} of it. `
        : `a buffer of ${needs}, and the card's driver binds none above ${has}. `) +
      `The most that fit are ${most}: lower training.hiddenWidth, or use fewer slots or another card.`,
  );
}

/** What decides how large a pack of so many trials is. */
interface PackKind {
  readonly dataset: Dataset;
  readonly training: TrainingSpec;
  readonly channels: number;
  readonly dimension: number;
}

/** What a trainer with one of these packs may take of a card. */
export const cardBound = (packs: readonly PackKind[], card: CardLimits): Bound => ({
  has: card.bytes,
  needs: card.kind === "memory" ? peakOf(packs) : largestTensorOf(packs),
});

/** Peak of a trainer with the largest of these packs. */
function peakOf(packs: readonly PackKind[]): Bound["needs"] {
  const sized = packs.map((pack) => ({ pack, steps: epochSteps(pack.dataset, pack.training) }));
  return (trials) =>
    Math.max(
      ...sized.map(({ pack, steps }) =>
        packMemory(shapeOf(pack, trials), pack.dataset.samples, steps),
      ),
    );
}

/** Bytes of the largest tensor of a step: the data, a layer's weights, what it gives, or the moved elements. */
const largestTensorOf =
  (packs: readonly PackKind[]): Bound["needs"] =>
  (trials) =>
    Math.max(
      ...packs.map((pack) => {
        const shape = shapeOf(pack, trials);
        const { dimension: n, hiddenWidth: H, batchSize: B } = shape;
        const F = sampleWidth(shape);
        const perTrial = Math.max(H * H, H * F, H * 2 * B, B * n * n);
        return 4 * Math.max(pack.dataset.samples * F, trials * perTrial);
      }),
    );

const shapeOf = (
  { dataset, training, channels, dimension }: PackKind,
  trials: number,
): StepShape => ({
  trials,
  channels,
  dimension, // the rank, at most
  inputBlocks: (dataset.inputBlocks * dataset.dimension) / dimension,
  outputBlocks: (dataset.outputBlocks * dataset.dimension) / dimension,
  labels: dataset.labels,
  hiddenWidth: training.hiddenWidth,
  batchSize: training.batchSize,
  conditional: training.objective === "conditional",
});

const mib = (bytes: number): string => Math.round(bytes / 2 ** 20).toLocaleString("en-US");

/** Of the memory for training; the rest is for the servers, the worker and the user. */
const MACHINE_SHARE = 0.75;

/** The largest pack that a sweep file may ask for. */
const MOST_TRIALS = 64;
