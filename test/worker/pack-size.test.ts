import fc from "fast-check";
import { expect, test } from "vitest";
import { openDataset } from "../../datasets/index.ts";
import { parseSweep } from "../../sweep/parse.ts";
import { bestPackSize, type PackTiming, sizesUpTo, timePackSizes } from "../../worker/pack-size.ts";

const timings: fc.Arbitrary<readonly PackTiming[]> = fc.uniqueArray(
  fc.record({
    trials: fc.integer({ min: 1, max: 64 }),
    msPerTrialStep: fc.double({ min: 0.01, max: 10, noNaN: true }),
  }),
  { minLength: 1, selector: ({ trials }) => trials },
);

test("the best pack is about as fast as any, and no smaller one is", () => {
  fc.assert(
    fc.property(timings, (all) => {
      const best = bestPackSize(all);
      const fastest = Math.min(...all.map(({ msPerTrialStep }) => msPerTrialStep));
      for (const { trials, msPerTrialStep } of all) {
        if (trials === best) expect(msPerTrialStep).toBeLessThanOrEqual(1.1 * fastest);
        if (trials < (best ?? 0)) expect(msPerTrialStep).toBeGreaterThan(1.1 * fastest);
      }
      expect(all.map(({ trials }) => trials)).toContain(best);
    }),
  );
});

test("there is no best pack of none", () => {
  expect(bestPackSize([])).toBeUndefined();
});

test("sizes double up to the largest, which is one of them", () => {
  expect(sizesUpTo(64)).toEqual([8, 16, 32, 64]);
  expect(sizesUpTo(20)).toEqual([8, 16, 20]);
  expect(sizesUpTo(8)).toEqual([8]);
  expect(sizesUpTo(3)).toEqual([3]);
  expect(sizesUpTo(0)).toEqual([]);
});

const spec = parseSweep(
  "small.yaml",
  `sweep: small
dataset: { name: asymmetric, samples: 100, seed: 1 }
search: { basisCount: [1, 2], regularization: [1], groupDimension: [1, 3], seeds: 5 }
training: { epochs: 1, batchSize: 64, hiddenWidth: 8 }
`,
);

test("sizes are timed as far as a sweep has trials and a pack fits", async () => {
  const dataset = await openDataset(spec.dataset);
  const timed = (most: number) =>
    timePackSizes(spec, dataset, { engine: "onnx", backend: "cpu" }, most);
  expect((await timed(64)).map(({ trials }) => trials)).toEqual([8, 10]);
  const [only] = await timed(4);
  expect(only?.trials).toBe(4);
  expect(only?.msPerTrialStep).toBeGreaterThan(0);
});

test("a backend that does not train has no timings", async () => {
  const dataset = await openDataset(spec.dataset);
  expect(await timePackSizes(spec, dataset, { engine: "onnx", backend: "dml" }, 8)).toEqual([]);
});
