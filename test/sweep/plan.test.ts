import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  normals,
  packTrials,
  planTrials,
  streamSeed,
  sweepId,
  uniforms,
} from "../../sweep/index.ts";
import { parseSweep } from "../../sweep/parse.ts";

const base = parseSweep(
  "sweep.yaml",
  `sweep: a
dataset: { name: two-body, trajectories: 10, law: half-plane, seed: 1 }
search: { basisCount: [1], regularization: [1], groupDimension: [2] }`,
);
const axis = (most: number) =>
  fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: most });
const specs = fc
  .record({
    basisCount: axis(4),
    regularization: axis(3),
    overlapWeight: axis(2),
    groupDimension: axis(3),
    seeds: fc.integer({ min: 1, max: 7 }),
    packSize: fc.integer({ min: 1, max: 64 }),
    concurrentPacks: fc.integer({ min: 1, max: 70 }),
  })
  .map(({ packSize, concurrentPacks, ...search }) => ({
    ...base,
    sweep: sweepId("a"),
    search,
    limits: { packSize, concurrentPacks },
  }));

describe("the plan", () => {
  test("has every combination once per seed, numbered in order", () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const plan = planTrials(spec);
        const { seeds, ...axes } = spec.search;
        const count = Object.values(axes).reduce(
          (product, values) => product * values.length,
          seeds,
        );
        const keys = plan.map(({ number: _, configuration: __, ...trial }) =>
          JSON.stringify(trial),
        );
        expect(new Set(keys).size).toBe(count);
        expect(plan.map(({ number }) => number)).toEqual(keys.map((_, i) => i));
      }),
    );
  });

  test("gives trials one configuration exactly where they differ by seed alone", () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const settings = new Map<number, string>();
        for (const { configuration, number: _, seed: __, ...setting } of planTrials(spec)) {
          const text = JSON.stringify(setting);
          expect(settings.get(configuration) ?? text).toBe(text);
          settings.set(configuration, text);
        }
        expect(new Set(settings.values()).size).toBe(settings.size);
      }),
    );
  });
});

describe("packs", () => {
  test("hold every trial exactly once, in order, at most four for each slot, one group dimension each", () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const plan = planTrials(spec);
        const packs = packTrials(spec);
        let next = 0;
        for (const [i, pack] of packs.entries()) {
          expect(pack.number).toBe(i);
          expect(pack.firstTrial).toBe(next);
          expect(pack.trials).toBeGreaterThan(0);
          expect(pack.trials).toBeLessThanOrEqual(4 * spec.limits.packSize);
          const trials = plan.slice(next, next + pack.trials);
          expect(new Set(trials.map(({ groupDimension }) => groupDimension)).size).toBe(1);
          next += pack.trials;
        }
        expect(next).toBe(plan.length);
      }),
    );
  });

  test("are even: sizes differ by at most one", () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const sizes = packTrials(spec).map(({ trials }) => trials);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("packs that hold trials which wait", () => {
  const planOf = (trials: number, dimensions: number, packSize: number, concurrentPacks: number) =>
    packTrials({
      ...base,
      search: {
        ...base.search,
        groupDimension: [2, 4, 8].slice(0, dimensions),
        seeds: trials / dimensions,
      },
      limits: { packSize, concurrentPacks },
    }).map(({ trials: count }) => count);

  test("are full from the start, and as many as keep all that may run at once busy to the end", () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const { packSize, concurrentPacks } = spec.limits;
        const packs = packTrials(spec);
        if (packs.every(({ trials }) => trials <= packSize)) return;
        expect(packs.length % concurrentPacks).toBe(0);
        expect(Math.min(...packs.map(({ trials }) => trials))).toBeGreaterThanOrEqual(packSize);
      }),
    );
  });

  test("are as few as that allows", () => {
    for (const packSize of [16, 32]) expect(planOf(54, 1, packSize, 2)).toEqual([27, 27]);
    expect(planOf(54, 3, 16, 2)).toEqual(Array(6).fill(9));
    expect(planOf(54, 3, 8, 64)).toEqual(Array(9).fill(6));
    expect(planOf(100, 1, 8, 1)).toEqual([25, 25, 25, 25]);
    expect(planOf(6000, 1, 8, 64).length).toBe(192);
  });
});

describe("random streams", () => {
  test("are functions of seed, name and index, and differ when one differs", () => {
    fc.assert(
      fc.property(fc.nat(), fc.string(), fc.nat(), (seed, name, index) => {
        const value = streamSeed(seed, name, index);
        expect(value).toBe(streamSeed(seed, name, index));
        expect(value).toBeGreaterThan(0);
        expect(value).toBeLessThan(2 ** 31);
        expect(value).not.toBe(streamSeed(seed, name, index + 1));
      }),
    );
  });

  test("have the mean and deviation of their law", () => {
    for (const seed of [1, 2, 3]) {
      const uniform = uniforms(streamSeed(seed, "test"));
      const normal = normals(uniforms(streamSeed(seed, "other")));
      const draws = Array.from({ length: 20_000 }, () => [uniform(), normal()] as const);
      const mean = (of: (draw: readonly [number, number]) => number) =>
        draws.reduce((sum, draw) => sum + of(draw) / draws.length, 0);
      expect(mean(([u]) => u)).toBeCloseTo(0.5, 1);
      expect(mean(([u]) => u * u)).toBeCloseTo(1 / 3, 1);
      expect(Math.abs(mean(([, n]) => n))).toBeLessThan(0.03);
      expect(mean(([, n]) => n * n)).toBeCloseTo(1, 1);
      expect(draws.every(([u]) => u > 0 && u < 1)).toBe(true);
    }
  });
});
