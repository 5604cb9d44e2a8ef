import { openDataset, truthOf, whiten } from "../datasets/index.ts";
import { embed, type Matrix, toWhitened } from "../lie/index.ts";
import type { Dataset, DatasetSpec, Ending, Trial } from "../sweep/index.ts";
import { epochSteps } from "../worker/epoch-steps.ts";
import { createTrainer } from "../worker/tools.ts";
import { usualTraining } from "./training.ts";
import { angleToTruth } from "./truth-angle.ts";

/** Data with a known symmetry, and how it is searched for. */
export interface Problem {
  readonly title: string;
  readonly spec: DatasetSpec;
  readonly groupDimension: number;
  readonly basisCount: number;
}

/** One problem at one width: a pack of all seeds. */
export interface Case {
  readonly problem: Problem;
  readonly width: number;
}

/** Where the seeds of a case stand after so many epochs. */
export interface Standing {
  readonly of: Case;
  readonly epochs: number;
  /** Of each seed, radians. */
  readonly angles: readonly number[];
  readonly endings: readonly (Ending | undefined)[];
  readonly trialSteps: number;
  /** On one core; the start of the process left out. */
  readonly seconds: number;
}

/**
 * Trains a case once, to the most epochs, and looks at it at each number of epochs: what is saved at
 * epoch e averages the later half of those so far, so a training of e epochs ends with the same. (It
 * might also end earlier: how long something must have lasted grows with the epochs planned.)
 */
export async function standingsOf(
  { problem, width }: Case,
  lookAt: readonly number[],
  seeds: number,
): Promise<readonly Standing[]> {
  const { spec, groupDimension, basisCount } = problem;
  const dataset = await openDataset(spec);
  const angleOf = angleOn(dataset, spec);
  const training = { ...usualTraining, epochs: Math.max(...lookAt), hiddenWidth: width };
  const trials = Array.from(
    { length: seeds },
    (_, number): Trial => ({
      ...{ number, configuration: 0, basisCount, regularization: 1, overlapWeight: 1 },
      ...{ groupDimension, seed: number + 1 },
    }),
  );
  const trainer = createTrainer({ engine: "onnx", backend: "cpu" }, Number.POSITIVE_INFINITY);
  const job = { trials, slots: seeds, channels: basisCount, training };
  const run = trainer.train(spec, job, new AbortController().signal);

  const steps = epochSteps(dataset, training);
  const angles = trials.map(() => Math.PI / 2);
  const endings: (Ending | undefined)[] = trials.map(() => undefined);
  const seen = new Map<number, Omit<Standing, "seconds">>();
  const durations: number[] = [];
  let [trialSteps, last] = [0, performance.now()];
  const look = (epochs: number) => {
    const now = { of: { problem, width }, epochs, trialSteps };
    seen.set(epochs, { ...now, angles: [...angles], endings: [...endings] });
  };
  for await (const { report } of run) {
    durations.push(performance.now() - last);
    last = performance.now();
    trialSteps += steps * report.reports.length;
    for (const { trial, generators } of report.generators)
      angles[trial] = angleOf(generators, groupDimension);
    for (const { trial, ending } of report.endings) endings[trial] = ending;
    look(durations.length);
  }
  // the first began with a process and the compiling of its model; it took about as long as the second
  durations[0] = durations[1] ?? durations[0] ?? 0;
  // where all have ended before, more epochs change nothing
  return lookAt.map((epochs) => {
    const done = Math.min(epochs, durations.length);
    const seconds = durations.slice(0, done).reduce((sum, ms) => sum + ms, 0) / 1000;
    return { ...seen.get(done)!, epochs, seconds };
  });
}

/** The angle to the truth of generators (n, n), where the data is white: there all motions of one length move it alike. */
function angleOn(dataset: Dataset, spec: DatasetSpec) {
  const d = dataset.dimension;
  const whitening = whiten(dataset, d);
  const truth = (truthOf(spec)?.map ?? []).map((matrix) => toWhitened(whitening, matrix));
  return (generators: readonly Float64Array[], n: number): number =>
    angleToTruth(
      truth,
      generators.map((data): Matrix => toWhitened(whitening, embed({ dim: n, data }, d))),
    );
}
