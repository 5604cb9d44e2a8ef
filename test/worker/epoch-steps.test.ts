import fc from "fast-check";
import { expect, test } from "vitest";
import { type Engine, type StepDraws, trainPack } from "../../liegan/index.ts";
import type { Dataset, TrainingSpec } from "../../sweep/index.ts";
import { epochSteps } from "../../worker/epoch-steps.ts";

/** Samples in the plane, in groups of these sizes. */
function grouped(sizes: readonly number[]): Dataset {
  const groups = Int32Array.from(sizes.flatMap((size, group) => Array<number>(size).fill(group)));
  return {
    title: `groups of ${sizes.join(", ")}`,
    samples: groups.length,
    dimension: 2,
    inputBlocks: 1,
    outputBlocks: 0,
    labels: 0,
    values: Float64Array.from({ length: 2 * groups.length }, (_, i) => Math.sin(1.7 * i + 1)),
    groups,
  };
}

const trainingOf = (heldOut: number, batchSize: number): TrainingSpec => ({
  ...{ objective: "law", epochs: 1, hiddenWidth: 2, coefficientScale: 1, generatorRate: 1e-3 },
  ...{ discriminatorRate: 1e-3, heldOut, batchSize },
});

/** Learns nothing, and keeps what it was handed. */
function listening(): Engine & { readonly heard: StepDraws[] } {
  const heard: StepDraws[] = [];
  return {
    ...{ name: "none", backend: "none", version: "0", heard },
    open: () =>
      Promise.resolve({
        run(state, draws) {
          heard.push(draws);
          const zeros = () => new Float32Array(draws.steps);
          const metrics = {
            ...{ discriminatorLoss: zeros(), generatorLoss: zeros() },
            ...{ meanCosine: zeros(), overlap: zeros(), inputLoss: new Float32Array() },
          };
          return Promise.resolve({ state, metrics });
        },
        close: () => Promise.resolve(),
      }),
  };
}

test("the steps of an epoch are those that an engine is asked for, however unequal the groups", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 8 }),
      fc.double({ min: 0.05, max: 0.9, noNaN: true }),
      fc.integer({ min: 1, max: 32 }),
      async (sizes, heldOut, batchSize) => {
        const [engine, dataset] = [listening(), grouped(sizes)];
        const training = trainingOf(heldOut, batchSize);
        const trial = {
          ...{ number: 0, configuration: 0, basisCount: 1, regularization: 1 },
          ...{ overlapWeight: 1, groupDimension: 2, seed: 1 },
        };
        for await (const _ of trainPack(engine, dataset, {
          trials: [trial],
          slots: 1,
          channels: 1,
          training,
        }));
        expect(engine.heard.map(({ steps }) => steps)).toEqual([epochSteps(dataset, training)]);
      },
    ),
  );
});

test("the steps of an epoch differ with which group is held out, not with the share of samples alone", () => {
  const [large, small] = [grouped([90, 10]), grouped([10, 90])];
  const training = trainingOf(0.5, 10);
  expect(new Set([epochSteps(large, training), epochSteps(small, training)])).toEqual(
    new Set([1, 9]),
  );
});
