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
import type { Refusal } from "./refusals.ts";
import { joinSlots, selectSlots } from "./regroup.ts";
import { slotMean } from "./slot-means.ts";
import { type DrawSizes, drawEpoch } from "./streams.ts";

export interface TrainingJob {
  /** In the order in which they begin. */
  readonly trials: readonly Trial[];
  /** T at most, trials trained at once; the others wait until one of those ends. */
  readonly slots: number;
  /** Channels every pack of the sweep pads to, so that a trial's arithmetic does not depend on its mates. */
  readonly channels: number;
  readonly training: TrainingSpec;
  /** Where an earlier attempt stood; a trial that was not in training then, or has no slot now, begins anew. */
  readonly resume?: PackSnapshot;
}

/** Everything a pack needs to go on as if it had never stopped, at the border of two runs. */
export interface PackSnapshot {
  /** Runs done. Each was an epoch of every trial that was in training, so no trial has had more epochs. */
  readonly runs: number;
  /** Numbers of the trials in training, in the order of their slots. */
  readonly trials: readonly number[];
  /** Epochs that each of them has had. */
  readonly epochs: readonly number[];
  /** Numbers of the trials that wait for a slot, in the order in which they begin. */
  readonly waiting: readonly number[];
  readonly state: EngineState;
  readonly histories: readonly TrialHistory[];
}

/** One run of a pack: one epoch of every trial in training, of each its own. */
export interface PackReport {
  readonly reports: readonly EpochReport[];
  /** Averaged over the later half of the epochs so far, in the coordinates of the data. */
  readonly generators: readonly TrialGenerators[];
  /** Trials that this epoch ended; they are in no later report. */
  readonly endings: readonly TrialEnding[];
  /** Trials that are not trained, which are told before the first epoch. */
  readonly refusals?: readonly Refusal[];
}

export interface TrainedRun extends PackReport {
  /** As the pack stands now; copies nothing that later runs change. */
  snapshot(): PackSnapshot;
}

/**
 * Trains a pack and yields a report per run. Breaking out of the loop stops the training and frees
 * the engine's session.
 *
 * All trials must have the same group dimension, and be none of {@link refusalsOf}. Training happens in whitened coordinates, on the
 * groups that are not held out; generators are given in the coordinates of the data. At the border
 * of a run trials that have ended or that nobody wants leave, and those that wait take their slots.
 * Random streams, Adam's steps and endings go by the trial's own epochs, so its bits depend neither
 * on when it began nor on who trains beside it.
 */
export async function* trainPack(
  engine: Engine,
  dataset: Dataset,
  job: TrainingJob,
  isUnwanted: (trial: number) => boolean = () => false,
): AsyncGenerator<TrainedRun> {
  const [first] = job.trials;
  if (!first) return;
  const whitening = whiten(dataset, first.groupDimension);
  const samples = whitenedSamples(dataset, whitening);
  const { training, channels, slots } = job;
  const shapeOf = (trials: number): StepShape => ({
    trials,
    channels,
    dimension: whitening.rank,
    inputBlocks: samples.inputBlocks,
    outputBlocks: samples.outputBlocks,
    labels: samples.labels,
    hiddenWidth: training.hiddenWidth,
    batchSize: training.batchSize,
    conditional: training.objective === "conditional",
  });
  const sizes: DrawSizes = {
    rows: splitGroups(dataset, training.heldOut, HOLD_OUT_SEED).train,
    channels,
    batchSize: training.batchSize,
    coefficientScale: training.coefficientScale,
  };
  let { runs, members, waiting, state } = start(job, shapeOf);
  let session: EngineSession | undefined;
  const regroup = async (staying: readonly number[], joining: readonly Trial[]) => {
    if (staying.length === members.length && joining.length === 0) return;
    await session?.close();
    session = undefined;
    state = joinSlots([
      selectSlots(state, shapeOf(members.length), staying),
      initialState(shapeOf(joining.length), joining),
    ]);
    members = [
      ...staying.map((slot) => members[slot]!),
      ...joining.map((trial) => ({ trial, history: NOTHING_YET })),
    ];
  };
  try {
    for (;;) {
      const staying = members.flatMap(({ trial }, slot) => (isUnwanted(trial.number) ? [] : slot));
      const wanted = waiting.filter(({ number }) => !isUnwanted(number));
      const joining = wanted.slice(0, Math.max(0, slots - staying.length));
      waiting = wanted.slice(joining.length);
      await regroup(staying, joining);
      if (members.length === 0) return;
      const shape = shapeOf(members.length);
      const trials = members.map(({ trial }) => trial);
      session ??= await engine.open(shape, settingsOf(trials, channels), samples.values);
      const drawn = drawEpoch(
        members.map((member) => ({ ...member.trial, epoch: epochsOf(member) + 1 })),
        sizes,
      );
      const run = await session.run(state, {
        ...drawn,
        generatorRate: new Float64Array(drawn.steps).fill(training.generatorRate),
        discriminatorRate: new Float64Array(drawn.steps).fill(training.discriminatorRate),
      });
      runs++;
      const trained = members.map((member, slot) =>
        afterEpoch(member, run, { shape, slot, whitening, training }),
      );
      members = trained.map(({ member }) => member);
      state = run.state;
      const open = trained.flatMap(({ ending }, slot) => (ending === undefined ? slot : []));
      await regroup(open, []);
      const now: PackSnapshot = {
        runs,
        trials: members.map(({ trial }) => trial.number),
        epochs: members.map(epochsOf),
        waiting: waiting.map(({ number }) => number),
        state,
        histories: members.map(({ history }) => history),
      };
      yield {
        reports: trained.map(({ report }) => report),
        generators: trained.map(({ generators }) => generators),
        endings: trained.flatMap(({ member, ending }) =>
          ending === undefined
            ? []
            : { trial: member.trial.number, ending, epoch: epochsOf(member) },
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

const NOTHING_YET: TrialHistory = {
  generators: [],
  losses: [],
  inputLosses: [],
  extents: [],
  directions: [],
};

const epochsOf = ({ history }: Member): number => history.losses.length;

/** Nobody has begun, but for those of the snapshot. */
function start({ trials, slots, resume }: TrainingJob, shapeOf: (trials: number) => StepShape) {
  if (resume === undefined)
    return { runs: 0, members: [], waiting: trials, state: initialState(shapeOf(0), []) };
  const kept = resume.trials.slice(0, slots);
  const slotOf = ({ number }: Trial) => kept.indexOf(number);
  const begun = trials.filter((trial) => slotOf(trial) >= 0);
  return {
    runs: resume.runs,
    members: begun.map((trial): Member => ({ trial, history: resume.histories[slotOf(trial)]! })),
    waiting: trials.filter((trial) => slotOf(trial) < 0),
    state: selectSlots(resume.state, shapeOf(resume.trials.length), begun.map(slotOf)),
  };
}

interface EpochFacts {
  readonly shape: StepShape;
  readonly slot: number;
  readonly whitening: Whitening;
  readonly training: TrainingSpec;
}

/** What an epoch says of one trial, and how it ends if it does. */
function afterEpoch(
  { trial, history }: Member,
  { state, metrics }: { readonly state: EngineState; readonly metrics: StepMetrics },
  { shape, slot, whitening, training }: EpochFacts,
) {
  const live = liveGenerators(state.parameters.generators, shape, slot, trial.basisCount);
  const all = [...history.generators, live];
  const epoch = all.length;
  const averaged = lateAverage(all.slice(Math.floor(epoch / 2)));
  const means = meanMetrics(metrics, shape, slot);
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
    inputLosses: means.inputLoss === undefined ? [] : [...history.inputLosses, means.inputLoss],
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

function meanMetrics(metrics: StepMetrics, { trials: T, conditional }: StepShape, slot: number) {
  const mean = (values: Float32Array, of?: (value: number) => number) =>
    slotMean(values, T, slot, of);
  return {
    generatorLoss: mean(metrics.generatorLoss),
    discriminatorLoss: mean(metrics.discriminatorLoss),
    identityPenalty: mean(metrics.meanCosine, Math.abs),
    overlapPenalty: mean(metrics.overlap),
    ...(conditional && { inputLoss: mean(metrics.inputLoss) }),
  };
}
