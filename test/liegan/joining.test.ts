import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { openDataset } from "../../datasets/index.ts";
import { onnxEngine } from "../../engines/index.ts";
import {
  type PackReport,
  type PackSnapshot,
  snapshotFromParts,
  snapshotParts,
  type TrainingJob,
  trainPack,
} from "../../liegan/index.ts";
import type { Dataset, Objective, Trial } from "../../sweep/index.ts";

const EPOCHS = 4;
const CHANNELS = 2;

let dataset: Dataset;
beforeAll(async () => {
  dataset = await openDataset({
    kind: "two-body",
    trajectories: 8,
    law: "full-angle",
    seed: 1,
    warp: 0,
  });
});

/** A trial, and the epoch after which nobody wants it any more, if it has not ended by then. */
interface Planned extends Trial {
  readonly wanted: number;
}

const arbitraryPlan: fc.Arbitrary<readonly Planned[]> = fc
  .array(
    fc.record({
      basisCount: fc.integer({ min: 1, max: CHANNELS }),
      // infinite in float32: diverges in its first epoch
      regularization: fc.oneof(
        { weight: 4, arbitrary: fc.double({ min: 0, max: 2, noNaN: true }) },
        { weight: 1, arbitrary: fc.constant(1e39) },
      ),
      seed: fc.integer({ min: 1, max: 1e6 }),
      wanted: fc.integer({ min: 1, max: EPOCHS }),
    }),
    { minLength: 2, maxLength: 6 },
  )
  .map((trials) =>
    trials.map((trial, i) => ({
      ...trial,
      number: 3 * i + 2,
      configuration: i,
      overlapWeight: 1,
      groupDimension: 2,
    })),
  );

interface Setting {
  readonly slots: number;
  readonly objective: Objective;
}

const jobOf = (trials: readonly Trial[], { slots, objective }: Setting): TrainingJob => ({
  trials,
  slots,
  channels: CHANNELS,
  training: {
    objective,
    epochs: EPOCHS,
    batchSize: 16,
    hiddenWidth: 8,
    coefficientScale: 1,
    generatorRate: 1e-3,
    discriminatorRate: 2e-4,
    heldOut: 0.25,
  },
});

interface Run extends PackReport {
  /** Through the parts, as a checkpoint goes: written, and read in another process. */
  readonly snapshot: PackSnapshot;
}

/** Trains while each trial is wanted. */
async function train(plan: readonly Planned[], setting: Setting, resume?: PackSnapshot) {
  const seen = new Map(resume?.trials.map((trial, slot) => [trial, resume.epochs[slot]!]));
  const wanted = new Map(plan.map((trial) => [trial.number, trial.wanted]));
  const isUnwanted = (trial: number) => (seen.get(trial) ?? 0) >= wanted.get(trial)!;
  const runs: Run[] = [];
  const job = { ...jobOf(plan, setting), ...(resume && { resume }) };
  for await (const { snapshot, ...report } of trainPack(onnxEngine(), dataset, job, isUnwanted)) {
    const parts = structuredClone(snapshotParts(snapshot()));
    runs.push({ ...report, snapshot: snapshotFromParts(parts) });
    for (const { trial, epoch } of report.reports) seen.set(trial, epoch);
  }
  return runs;
}

/** All that a training said of one trial, in order. */
const saidOf = (runs: readonly Run[], number: number) =>
  runs.flatMap(({ reports, generators, endings }) =>
    reports.some(({ trial }) => trial === number)
      ? {
          report: reports.find(({ trial }) => trial === number),
          generators: generators.find(({ trial }) => trial === number),
          ending: endings.find(({ trial }) => trial === number),
        }
      : [],
  );

const plans = fc.record({
  plan: arbitraryPlan,
  setting: fc.record({
    slots: fc.integer({ min: 1, max: 4 }),
    objective: fc.constantFrom<Objective[]>("law", "conditional"),
  }),
});

describe("a pack with more trials than slots", () => {
  test("says of each trial what it says of it alone, to the last bit, whenever it joins", async () => {
    await fc.assert(
      fc.asyncProperty(plans, async ({ plan, setting }) => {
        const runs = await train(plan, setting);
        for (const own of plan)
          expect(saidOf(runs, own.number)).toEqual(
            saidOf(await train([own], { ...setting, slots: 1 }), own.number),
          );
      }),
      { numRuns: 12 },
    );
  });

  test("is full while a trial waits, and begins them in order", async () => {
    await fc.assert(
      fc.asyncProperty(plans, async ({ plan, setting }) => {
        const runs = await train(plan, setting);
        const begun: number[] = [];
        for (const [i, { reports, snapshot }] of runs.entries()) {
          const going = reports.filter(({ epoch }) => epoch > 1).length;
          const unended = plan.length - begun.length + going;
          expect(reports.length).toBe(Math.min(setting.slots, unended));
          for (const { trial, epoch } of reports) if (epoch === 1) begun.push(trial);
          expect(snapshot.runs).toBe(i + 1);
          expect([...begun, ...snapshot.waiting]).toEqual(plan.map(({ number }) => number));
          for (const [slot, trial] of snapshot.trials.entries())
            expect(snapshot.epochs[slot]).toBe(saidOf(runs.slice(0, i + 1), trial).length);
        }
        expect(begun.length).toBe(plan.length);
      }),
      { numRuns: 12 },
    );
  });

  test("goes on from the border of any run to the same bits", async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.nat(), async ({ plan, setting }, at) => {
        const runs = await train(plan, setting);
        const done = 1 + (at % runs.length);
        const { snapshot } = runs[done - 1]!;
        const open = new Set([...snapshot.trials, ...snapshot.waiting]);
        const left = plan.filter(({ number }) => open.has(number));
        expect(await train(left, setting, snapshot)).toEqual(runs.slice(done));
        // and in another number of slots, with other mates, and with one trial left behind
        const rest = await train(left.slice(1), { ...setting, slots: setting.slots + 1 }, snapshot);
        for (const { number } of left.slice(1))
          expect(saidOf(rest, number)).toEqual(saidOf(runs.slice(done), number));
      }),
      { numRuns: 12 },
    );
  });

  test("goes on in fewer slots, where those that find none begin anew, to the same bits", async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.nat(), async ({ plan: any, setting }, at) => {
        const plan = any.map((trial) => ({ ...trial, wanted: EPOCHS }));
        const runs = await train(plan, setting);
        const done = 1 + (at % runs.length);
        const { snapshot } = runs[done - 1]!;
        const left = plan.filter(({ number }) =>
          [...snapshot.trials, ...snapshot.waiting].includes(number),
        );
        const slots = Math.ceil(setting.slots / 2);
        const kept = snapshot.trials.slice(0, slots);
        const anew = await train(left, { ...setting, slots }, snapshot);
        for (const { reports } of anew) expect(reports.length).toBeLessThanOrEqual(slots);
        for (const { number } of left)
          expect(saidOf(anew, number)).toEqual(
            saidOf(kept.includes(number) ? runs.slice(done) : runs, number),
          );
      }),
      { numRuns: 6 },
    );
  });

  test("never begins a trial that nobody wants while it waits", async () => {
    const plan = fc
      .sample(arbitraryPlan, { numRuns: 20, seed: 1 })
      .find(({ length }) => length > 4)!;
    const unwanted = plan[3]!.number;
    const numbers: number[] = [];
    const training = trainPack(
      onnxEngine(),
      dataset,
      jobOf(plan, { slots: 2, objective: "law" }),
      (trial) => trial === unwanted,
    );
    for await (const { reports } of training) numbers.push(...reports.map(({ trial }) => trial));
    expect(new Set(numbers)).toEqual(
      new Set(plan.map(({ number }) => number).filter((number) => number !== unwanted)),
    );
  });
});
