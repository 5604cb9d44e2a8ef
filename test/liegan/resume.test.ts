import { beforeAll, describe, expect, test } from "vitest";
import { openDataset } from "../../datasets/index.ts";
import { onnxEngine } from "../../engines/index.ts";
import {
  type PackSnapshot,
  snapshotFromParts,
  snapshotParts,
  type TrainedEpoch,
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
  channels: 2,
  training: {
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
  const epochs: TrainedEpoch[] = [];
  const snapshots: PackSnapshot[] = [];
  for await (const epoch of trainPack(onnxEngine(), dataset, of, isUnwanted)) {
    epochs.push(epoch);
    // Through the parts, as a checkpoint goes: written, and read in another process.
    snapshots.push(snapshotFromParts(structuredClone(snapshotParts(epoch.snapshot()))));
  }
  return { epochs, snapshots };
}

const said = (epochs: readonly TrainedEpoch[], number: number) =>
  epochs.map(({ reports, generators }) => ({
    report: reports.find((report) => report.trial === number),
    generators: generators.find((own) => own.trial === number),
  }));

describe("a pack taken up again", () => {
  test("goes on to the same bits from the border of any epoch", async () => {
    const whole = await train(job);
    for (const resume of whole.snapshots.slice(0, -1)) {
      const rest = await train({ ...job, resume });
      for (const { number } of job.trials)
        expect(said(rest.epochs, number)).toEqual(said(whole.epochs.slice(resume.epoch), number));
      expect(rest.epochs.at(-1)?.endings).toEqual(whole.epochs.at(-1)?.endings);
    }
  });

  test("may leave trials behind, and the others' bits do not notice", async () => {
    const whole = await train(job);
    const resume = whole.snapshots[2]!;
    const rest = await train({ ...job, trials: [job.trials[2]!], resume });
    expect(said(rest.epochs, 9)).toEqual(said(whole.epochs.slice(3), 9));
  });

  test("refuses a snapshot that lacks one of its trials", async () => {
    const { snapshots } = await train({ ...job, trials: job.trials.slice(0, 2) });
    await expect(train({ ...job, resume: snapshots[0]! })).rejects.toThrow(/lacks a trial/);
  });
});

describe("a trial that nobody wants any more", () => {
  test("leaves at the border of an epoch, and the others' bits do not notice", async () => {
    const whole = await train(job);
    let asked = 0;
    const without = await train(job, (number) => number === 4 && ++asked >= 2);
    expect(without.epochs.map(({ reports }) => reports.length)).toEqual([3, 3, 2, 2, 2, 2]);
    for (const number of [3, 9])
      expect(said(without.epochs, number)).toEqual(said(whole.epochs, number));
    expect(without.epochs.flatMap(({ endings }) => endings.map((ending) => ending.trial))).toEqual([
      3, 9,
    ]);
  });

  test("ends the pack when it was the last", async () => {
    const { epochs } = await train(job, () => true);
    expect(epochs.length).toBe(1);
  });
});
