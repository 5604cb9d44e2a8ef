import { splitGroups, whiten, whitenedSamples } from "../datasets/index.ts";
import { toData } from "../lie/index.ts";
import type {
  Dataset,
  Ending,
  EpochReport,
  TrainingSpec,
  Trial,
  TrialEnding,
  TrialGenerators,
} from "../sweep/index.ts";
import type { Engine, StepMetrics, StepShape } from "./engine.ts";
import { initialState } from "./initial-state.ts";
import { lateAverage } from "./late-average.ts";
import { type DrawSizes, drawEpoch } from "./streams.ts";

export interface TrainingJob {
  readonly trials: readonly Trial[];
  /** Channels every pack of the sweep pads to, so that a trial's arithmetic does not depend on its mates. */
  readonly channels: number;
  readonly training: TrainingSpec;
}

/** One epoch of a whole pack. */
export interface PackReport {
  readonly reports: readonly EpochReport[];
  /** Averaged over the later half of the epochs so far, in the coordinates of the data. */
  readonly generators: readonly TrialGenerators[];
  /** Empty until the last epoch. */
  readonly endings: readonly TrialEnding[];
}

/**
 * Trains a pack and yields a report per epoch. Breaking out of the loop stops the training and frees
 * the engine's session.
 *
 * All trials must have the same group dimension. Training happens in whitened coordinates, on the
 * groups that are not held out; generators are given in the coordinates of the data.
 */
export async function* trainPack(
  engine: Engine,
  dataset: Dataset,
  { trials, channels, training }: TrainingJob,
): AsyncGenerator<PackReport> {
  const [first] = trials;
  if (!first) return;
  const whitening = whiten(dataset, first.groupDimension);
  const samples = whitenedSamples(dataset, whitening);
  const shape: StepShape = {
    trials: trials.length,
    channels,
    dimension: whitening.rank,
    inputBlocks: samples.inputBlocks,
    outputBlocks: samples.outputBlocks,
    labels: samples.labels,
    hiddenWidth: training.hiddenWidth,
    batchSize: training.batchSize,
  };
  const sizes: DrawSizes = {
    rows: splitGroups(dataset, training.heldOut, HOLD_OUT_SEED).train,
    channels,
    batchSize: training.batchSize,
    coefficientScale: training.coefficientScale,
  };
  const session = await engine.open(shape, settingsOf(trials, channels), samples.values);
  try {
    let state = initialState(shape, trials);
    const history: (readonly Float64Array[])[][] = trials.map(() => []);
    const losses: number[][] = trials.map(() => []);
    for (let epoch = 1; epoch <= training.epochs; epoch++) {
      const drawn = drawEpoch(trials, sizes, epoch);
      const run = await session.run(state, {
        ...drawn,
        generatorRate: new Float64Array(drawn.steps).fill(training.generatorRate),
        discriminatorRate: new Float64Array(drawn.steps).fill(training.discriminatorRate),
      });
      state = run.state;
      const report = trials.map((trial, t) => {
        const now = liveGenerators(state.parameters.generators, shape, t, trial.basisCount);
        history[t]!.push(now);
        const averaged = lateAverage(history[t]!.slice(Math.floor(epoch / 2)));
        const means = meanMetrics(run.metrics, trials.length, t);
        losses[t]!.push(means.discriminatorLoss);
        const largestExtent = Math.max(
          ...averaged.map((L) => (training.coefficientScale * norm(L)) / Math.sqrt(whitening.rank)),
        );
        return {
          trial,
          averaged,
          epochReport: { trial: trial.number, epoch, ...means, largestExtent },
        };
      });
      yield {
        reports: report.map(({ epochReport }) => epochReport),
        generators: report.map(({ trial, averaged }) => ({
          trial: trial.number,
          epoch,
          dimension: first.groupDimension,
          generators: averaged.map((data) => toData(whitening, { dim: whitening.rank, data }).data),
        })),
        endings:
          epoch < training.epochs
            ? []
            : report.map(({ trial, epochReport }, t) => ({
                trial: trial.number,
                ending: endingOf(losses[t]!, epochReport.largestExtent),
                epoch,
              })),
      };
    }
  } finally {
    await session.close();
  }
}

/** The split is a property of the data set and the spec, not of a trial: every trial and every test shares it. */
export const HOLD_OUT_SEED = 1;

function settingsOf(trials: readonly Trial[], channels: number) {
  return {
    identityWeight: Float32Array.from(trials, ({ regularization }) => regularization),
    overlapWeight: Float32Array.from(trials, ({ overlapWeight }) => overlapWeight),
    live: Float32Array.from(
      trials.flatMap(({ basisCount }) =>
        Array.from({ length: channels }, (_, k) => (k < basisCount ? 1 : 0)),
      ),
    ),
  };
}

function liveGenerators(
  generators: Float32Array,
  { channels, dimension }: StepShape,
  t: number,
  count: number,
): readonly Float64Array[] {
  const size = dimension * dimension;
  return Array.from({ length: count }, (_, k) => {
    const from = (t * channels + k) * size;
    return Float64Array.from(generators.subarray(from, from + size));
  });
}

function meanMetrics(metrics: StepMetrics, T: number, t: number) {
  const mean = (values: Float32Array, of = (value: number) => value) => {
    let sum = 0;
    for (let i = t; i < values.length; i += T) sum += of(values[i]!);
    return (sum * T) / values.length;
  };
  return {
    generatorLoss: mean(metrics.generatorLoss),
    discriminatorLoss: mean(metrics.discriminatorLoss),
    identityPenalty: mean(metrics.meanCosine, Math.abs),
    overlapPenalty: mean(metrics.overlap),
  };
}

function endingOf(discriminatorLosses: readonly number[], extent: number): Ending {
  const late = discriminatorLosses.slice(Math.floor((discriminatorLosses.length * 3) / 4));
  const loss = late.reduce((sum, value) => sum + value, 0) / late.length;
  if (!Number.isFinite(loss) || !Number.isFinite(extent)) return "diverged";
  if (loss < DETECTED_BELOW) return "detected";
  if (extent < COLLAPSED_BELOW) return "collapsed";
  return "converged";
}

/** Mean ℓ_D over the last quarter of the epochs below which the motion is plain to see; ln 2 = .693 is "not at all". */
const DETECTED_BELOW = 0.6;

/** Largest extent of a trial that has shrunk to the identity. */
const COLLAPSED_BELOW = 0.01;

const norm = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
