import { splitGroups, type Whitening, whiten, whitenedSamples } from "../datasets/index.ts";
import { norm, toData } from "../lie/index.ts";
import type {
  Dataset,
  EpochReport,
  TrainingSpec,
  Trial,
  TrialEnding,
  TrialGenerators,
} from "../sweep/index.ts";
import { endingOf, type TrialHistory } from "./endings.ts";
import type { Engine, EngineSession, EngineState, StepMetrics, StepShape } from "./engine.ts";
import { initialState } from "./initial-state.ts";
import { lateAverage } from "./late-average.ts";
import { selectSlots } from "./regroup.ts";
import { slotMean } from "./slot-means.ts";
import { type DrawSizes, drawEpoch } from "./streams.ts";

export interface TrainingJob {
  readonly trials: readonly Trial[];
  /** Channels every pack of the sweep pads to, so that a trial's arithmetic does not depend on its mates. */
  readonly channels: number;
  readonly training: TrainingSpec;
  /** Where an earlier attempt stood; trials that are not in it make it unusable. */
  readonly resume?: PackSnapshot;
}

/** Everything a pack needs to go on as if it had never stopped, at the border of two epochs. */
export interface PackSnapshot {
  /** Epochs done. */
  readonly epoch: number;
  /** Numbers of the trials still training, in the order of their slots. */
  readonly trials: readonly number[];
  readonly state: EngineState;
  readonly histories: readonly TrialHistory[];
}

/** One epoch of a whole pack. */
export interface PackReport {
  readonly reports: readonly EpochReport[];
  /** Averaged over the later half of the epochs so far, in the coordinates of the data. */
  readonly generators: readonly TrialGenerators[];
  /** Trials that this epoch ended; they are in no later report. */
  readonly endings: readonly TrialEnding[];
}

export interface TrainedEpoch extends PackReport {
  /** As the pack stands now; copies nothing that later epochs change. */
  snapshot(): PackSnapshot;
}

/**
 * Trains a pack and yields a report per epoch. Breaking out of the loop stops the training and frees
 * the engine's session.
 *
 * All trials must have the same group dimension. Training happens in whitened coordinates, on the
 * groups that are not held out; generators are given in the coordinates of the data. A trial that
 * ends, or that `isUnwanted`, leaves at the border of an epoch; its mates' bits do not notice.
 */
export async function* trainPack(
  engine: Engine,
  dataset: Dataset,
  job: TrainingJob,
  isUnwanted: (trial: number) => boolean = () => false,
): AsyncGenerator<TrainedEpoch> {
  const [first] = job.trials;
  if (!first) return;
  const whitening = whiten(dataset, first.groupDimension);
  const samples = whitenedSamples(dataset, whitening);
  const { training, channels } = job;
  const shapeOf = (trials: number): StepShape => ({
    trials,
    channels,
    dimension: whitening.rank,
    inputBlocks: samples.inputBlocks,
    outputBlocks: samples.outputBlocks,
    labels: samples.labels,
    hiddenWidth: training.hiddenWidth,
    batchSize: training.batchSize,
  });
  const sizes: DrawSizes = {
    rows: splitGroups(dataset, training.heldOut, HOLD_OUT_SEED).train,
    channels,
    batchSize: training.batchSize,
    coefficientScale: training.coefficientScale,
  };
  let { epoch, members, state } = start(job, shapeOf(job.trials.length));
  let session: EngineSession | undefined;
  try {
    while (members.length > 0) {
      const shape = shapeOf(members.length);
      const trials = members.map(({ trial }) => trial);
      session ??= await engine.open(shape, settingsOf(trials, channels), samples.values);
      epoch++;
      const drawn = drawEpoch(trials, sizes, epoch);
      const run = await session.run(state, {
        ...drawn,
        generatorRate: new Float64Array(drawn.steps).fill(training.generatorRate),
        discriminatorRate: new Float64Array(drawn.steps).fill(training.discriminatorRate),
      });
      const trained = members.map((member, slot) =>
        afterEpoch(member, run, { shape, slot, epoch, whitening, training }),
      );
      const staying = trained.flatMap(({ ending, member }, slot) =>
        ending === undefined && !isUnwanted(member.trial.number) ? slot : [],
      );
      members = staying.map((slot) => trained[slot]!.member);
      state = run.state;
      if (staying.length < trained.length) {
        state = selectSlots(state, shape, staying);
        await session.close();
        session = undefined;
      }
      const now: PackSnapshot = {
        epoch,
        trials: members.map(({ trial }) => trial.number),
        state,
        histories: members.map(({ history }) => history),
      };
      yield {
        reports: trained.map(({ report }) => report),
        generators: trained.map(({ generators }) => generators),
        endings: trained.flatMap(({ member, ending }) =>
          ending === undefined ? [] : { trial: member.trial.number, ending, epoch },
        ),
        snapshot: () => now,
      };
    }
  } finally {
    await session?.close();
  }
}

/** The split is a property of the data set and the spec, not of a trial: every trial and every test shares it. */
export const HOLD_OUT_SEED = 1;

/** A trial in training. */
interface Member {
  readonly trial: Trial;
  readonly history: TrialHistory;
}

function start({ trials, resume }: TrainingJob, shape: StepShape) {
  if (resume === undefined) {
    const history = { generators: [], losses: [], extents: [], directions: [] };
    return {
      epoch: 0,
      members: trials.map((trial): Member => ({ trial, history })),
      state: initialState(shape, trials),
    };
  }
  const slots = trials.map(({ number }) => resume.trials.indexOf(number));
  if (slots.includes(-1))
    throw new RangeError("The snapshot to resume from lacks a trial of the pack.");
  const whole = { ...shape, trials: resume.trials.length };
  return {
    epoch: resume.epoch,
    members: trials.map((trial, i): Member => ({ trial, history: resume.histories[slots[i]!]! })),
    state: selectSlots(resume.state, whole, slots),
  };
}

interface EpochFacts {
  readonly shape: StepShape;
  readonly slot: number;
  readonly epoch: number;
  readonly whitening: Whitening;
  readonly training: TrainingSpec;
}

/** What an epoch says of one trial, and how it ends if it does. */
function afterEpoch(
  { trial, history }: Member,
  { state, metrics }: { readonly state: EngineState; readonly metrics: StepMetrics },
  { shape, slot, epoch, whitening, training }: EpochFacts,
) {
  const live = liveGenerators(state.parameters.generators, shape, slot, trial.basisCount);
  const all = [...history.generators, live];
  const averaged = lateAverage(all.slice(Math.floor(epoch / 2)));
  const means = meanMetrics(metrics, shape.trials, slot);
  const largestExtent = Math.max(
    ...averaged.map(
      (data) =>
        (training.coefficientScale * norm({ dim: whitening.rank, data })) /
        Math.sqrt(whitening.rank),
    ),
  );
  const grown: TrialHistory = {
    generators: all,
    losses: [...history.losses, means.discriminatorLoss],
    extents: [...history.extents, largestExtent],
    directions: [...history.directions, averaged[0] ?? new Float64Array()],
  };
  const report: EpochReport = { trial: trial.number, epoch, ...means, largestExtent };
  const generators: TrialGenerators = {
    trial: trial.number,
    epoch,
    dimension: trial.groupDimension,
    generators: averaged.map((data) => toData(whitening, { dim: whitening.rank, data }).data),
  };
  const ending = endingOf(grown, training.epochs);
  return { member: { trial, history: grown }, report, generators, ending };
}

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
  slot: number,
  count: number,
): readonly Float64Array[] {
  const size = dimension * dimension;
  return Array.from({ length: count }, (_, k) => {
    const from = (slot * channels + k) * size;
    return Float64Array.from(generators.subarray(from, from + size));
  });
}

function meanMetrics(metrics: StepMetrics, T: number, slot: number) {
  const mean = (values: Float32Array, of?: (value: number) => number) =>
    slotMean(values, T, slot, of);
  return {
    generatorLoss: mean(metrics.generatorLoss),
    discriminatorLoss: mean(metrics.discriminatorLoss),
    identityPenalty: mean(metrics.meanCosine, Math.abs),
    overlapPenalty: mean(metrics.overlap),
  };
}
