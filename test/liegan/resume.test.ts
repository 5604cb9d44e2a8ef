import { beforeAll, describe, expect, test } from "vitest";
import { openDataset } from "../../datasets/index.ts";
import { onnxEngine } from "../../engines/index.ts";
import {
  type PackSnapshot,
  snapshotFromParts,
  snapshotParts,
  type TrainedRun,
  type TrainingJob,
  trainPack,
} from "../../liegan/index.ts";
import type { Dataset, Trial } from "../../sweep/index.ts";

const EPOCHS = 6;

const trial = (number: number, basisCount: number): Trial => ({
  number,
  configuration: number,
  basisCount,
  regularization: 1,
  overlapWeight: 1,
  groupDimension: 2,
  seed: number + 1,
});

const job: TrainingJob = {
  trials: [trial(3, 2), trial(4, 1), trial(9, 2)],
  slots: 3,
  channels: 2,
  training: {
    objective: "law",
    epochs: EPOCHS,
    batchSize: 16,
    hiddenWidth: 8,
    coefficientScale: 1,
    generatorRate: 1e-3,
    discriminatorRate: 2e-4,
    heldOut: 0.25,
  },
};

let dataset: Dataset;
beforeAll(async () => {
  dataset = await openDataset({
    kind: "two-body",
    trajectories: 12,
    law: "full-angle",
    seed: 1,
    warp: 0,
  });
});

async function train(of: TrainingJob, isUnwanted?: (trial: number) => boolean) {
  const runs: TrainedRun[] = [];
  const snapshots: PackSnapshot[] = [];
  for await (const run of trainPack(onnxEngine(), dataset, of, isUnwanted)) {
    runs.push(run);
    // Through the parts, as a checkpoint goes: written, and read in another process.
    snapshots.push(snapshotFromParts(structuredClone(snapshotParts(run.snapshot()))));
  }
  return { runs, snapshots };
}

const said = (runs: readonly TrainedRun[], number: number) =>
  runs.map(({ reports, generators }) => ({
    report: reports.find((report) => report.trial === number),
    generators: generators.find((own) => own.trial === number),
  }));

describe("a pack taken up again", () => {
  test("goes on to the same bits from the border of any epoch", async () => {
    const whole = await train(job);
    for (const resume of whole.snapshots.slice(0, -1)) {
      const rest = await train({ ...job, resume });
      for (const { number } of job.trials)
        expect(said(rest.runs, number)).toEqual(said(whole.runs.slice(resume.runs), number));
      expect(rest.runs.at(-1)?.endings).toEqual(whole.runs.at(-1)?.endings);
    }
  });

  test("may leave trials behind, and the others' bits do not notice", async () => {
    const whole = await train(job);
    const resume = whole.snapshots[2]!;
    const rest = await train({ ...job, trials: [job.trials[2]!], resume });
    expect(said(rest.runs, 9)).toEqual(said(whole.runs.slice(3), 9));
  });

  test("begins anew with a trial that the snapshot lacks", async () => {
    const whole = await train(job);
    const { snapshots } = await train({ ...job, trials: job.trials.slice(0, 2) });
    const rest = await train({ ...job, resume: snapshots[1]! });
    expect(said(rest.runs, 9)).toEqual(said(whole.runs, 9));
    expect(said(rest.runs, 3).slice(0, 4)).toEqual(said(whole.runs, 3).slice(2));
  });
});

describe("a trial that nobody wants any more", () => {
  test("leaves at the border of an epoch, and the others' bits do not notice", async () => {
    const whole = await train(job);
    let asked = 0;
    const without = await train(job, (number) => number === 4 && ++asked >= 3); // once before it begins
    expect(without.runs.map(({ reports }) => reports.length)).toEqual([3, 3, 2, 2, 2, 2]);
    for (const number of [3, 9])
      expect(said(without.runs, number)).toEqual(said(whole.runs, number));
    expect(without.runs.flatMap(({ endings }) => endings.map((ending) => ending.trial))).toEqual([
      3, 9,
    ]);
  });

  test("ends the pack when it was the last", async () => {
    let asked = 0;
    const { runs } = await train(job, () => ++asked > job.trials.length); // each once before it begins
    expect(runs.length).toBe(1);
  });
});
