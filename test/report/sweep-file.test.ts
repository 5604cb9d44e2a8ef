import fc from "fast-check";
import { expect, it } from "vitest";
import { sweepFile } from "../../report/sweep-file.ts";
import { type DatasetSpec, type SweepSpec, sweepId } from "../../sweep/index.ts";
import { parseSweep } from "../../sweep/parse.ts";

const count = fc.integer({ min: 1, max: 500 });
const share = fc.double({ min: 0.01, max: 0.9, noNaN: true });
const text = fc.stringMatching(/^[a-z: #'"{}é-]{1,20}$/).map((name) => `x${name}`);
const some = <T>(one: fc.Arbitrary<T>) => fc.uniqueArray(one, { minLength: 1, maxLength: 4 });

const dataset: fc.Arbitrary<DatasetSpec> = fc.oneof(
  fc.record({
    kind: fc.constant("two-body" as const),
    trajectories: fc.integer({ min: 2, max: 500 }),
    law: fc.constantFrom("half-plane", "full-angle", "quadrants-removed"),
    seed: count,
    warp: share,
  }),
  fc.record({
    kind: fc.constant("synthetic" as const),
    set: fc.constant("three-body" as const),
    samples: fc.integer({ min: 100, max: 500 }),
    seed: count,
    warp: share,
  }),
  fc.record(
    {
      kind: fc.constant("series" as const),
      file: text.map((name) => `/data/${name}.npz`),
      series: text,
      columns: fc.constant([3, 0, 1, 2]),
      window: fc.record({ input: count, output: count }),
    },
    { requiredKeys: ["kind", "file", "series", "window"] },
  ),
  fc.record({
    kind: fc.constant("pairs" as const),
    file: text.map((name) => `/data/${name}.npz`),
    x: text,
    y: text,
    target: fc.constantFrom("vector", "scalar", "class"),
    group: text,
  }),
);

const spec: fc.Arbitrary<SweepSpec> = fc.record({
  sweep: fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/).map(sweepId),
  dataset,
  search: fc.record({
    basisCount: some(fc.integer({ min: 1, max: 8 })),
    regularization: some(share),
    overlapWeight: some(share),
    groupDimension: fc.constant([2]),
    seeds: fc.integer({ min: 1, max: 9 }),
  }),
  training: fc.record({
    objective: fc.constant("law" as const),
    epochs: count,
    batchSize: count,
    hiddenWidth: count,
    coefficientScale: share,
    generatorRate: share,
    discriminatorRate: share,
    heldOut: fc.double({ min: 0.1, max: 0.5, noNaN: true }),
  }),
  selection: fc.record({ displacement: share, tolerance: share, classifierSteps: count }),
  limits: fc.record({
    packSize: fc.integer({ min: 1, max: 64 }),
    concurrentPacks: fc.integer({ min: 1, max: 64 }),
  }),
});

it("the sweep file of any spec asks the same question", () => {
  fc.assert(
    fc.property(spec, (asked) => {
      const file = sweepFile(asked);
      expect(parseSweep("/elsewhere/sweep.yaml", file), file).toEqual(asked);
    }),
  );
});
