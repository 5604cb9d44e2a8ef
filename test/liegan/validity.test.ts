import { beforeAll, describe, expect, test } from "vitest";
import { describeDataset, openDataset, whiten } from "../../datasets/index.ts";
import { onnxEngine } from "../../engines/index.ts";
import { algebras, embed, norm, toWhitened, whiteningOf } from "../../lie/index.ts";
import { testValidity } from "../../liegan/index.ts";
import type { Dataset, Direction, ValidityTest } from "../../sweep/index.ts";
import { normals, uniforms } from "../../sweep/index.ts";

let dataset: Dataset;
let directions: readonly Direction[];

const [ZERO, J, RANDOM, OTHER] = [0, 1, 2, 3] as const;
const random = (seed: number, count: number) => {
  const normal = normals(uniforms(seed));
  return Float64Array.from({ length: count }, normal);
};

beforeAll(async () => {
  dataset = await openDataset({
    kind: "two-body",
    trajectories: 150,
    law: "full-angle",
    seed: 1,
    warp: 0,
  });
  const whitening = whiteningOf(describeDataset(dataset).secondMoment, dataset.dimension);
  directions = [
    { entries: new Float64Array(4), dimension: 2, origin: "zero" as const },
    { entries: algebras.so2[0]!.data, dimension: 2, origin: "trial" as const },
    { entries: random(1, 64), dimension: 8, origin: "random" as const },
    { entries: random(2, 16), dimension: 4, origin: "random" as const },
  ].map(({ entries, ...direction }, number) => {
    const whole = embed({ dim: direction.dimension, data: entries }, dataset.dimension);
    const length = norm(toWhitened(whitening, whole)) / Math.sqrt(whitening.rank) || 1;
    return { ...direction, number, extent: 0, entries: entries.map((entry) => entry / length) };
  });
});

const about = (number: number, ...about: readonly number[]): ValidityTest => ({
  number,
  directions: about,
  displacement: 0.5,
  sees: "sample",
});

const ask = (tests: readonly ValidityTest[], classifierSteps = 800) =>
  testValidity(onnxEngine(), dataset, {
    tests,
    directions,
    selection: { displacement: 0.5, tolerance: 0.02, classifierSteps },
    heldOut: 0.25,
  });

describe("a fresh classifier", () => {
  test("cannot see the zero generator, hardly a symmetry, and plainly a random motion", async () => {
    const answers = await ask([about(0, ZERO), about(1, J), about(2, RANDOM), about(3, OTHER)]);
    const [zero, symmetry, random, other] = answers.map(({ crossEntropy }) => crossEntropy);
    expect(Math.abs(zero! - Math.LN2)).toBeLessThan(1e-3);
    expect(Math.abs(symmetry! - Math.LN2)).toBeLessThan(0.01);
    expect(random).toBeLessThan(0.62);
    expect(other).toBeLessThan(0.62);
  });

  test("answers each test as asked, in order", async () => {
    const tests = [about(5, RANDOM), about(2, ZERO)];
    const answers = await ask(tests, 20);
    expect(answers.map(({ crossEntropy: _, ...asked }) => asked)).toEqual(tests);
  });

  test("answers the same whichever tests it is batched with", async () => {
    const tests = [about(0, ZERO), about(1, J), about(2, RANDOM), about(3, OTHER)];
    const together = await ask(tests, 20);
    expect(await ask(tests, 20)).toEqual(together);
    const apart = [...(await ask(tests.slice(0, 1), 20)), ...(await ask(tests.slice(1), 20))];
    expect(apart).toEqual(together);
    expect((await ask(tests.toReversed(), 20)).toReversed()).toEqual(together);
  });

  test("sees several directions at once, at their joint displacement", async () => {
    const [four] = await ask([about(0, RANDOM, RANDOM, RANDOM, RANDOM)], 400);
    const [alone] = await ask([about(0, RANDOM)], 400);
    expect(Math.abs(four!.crossEntropy - alone!.crossEntropy)).toBeLessThan(0.02);
    const [zero] = await ask([about(0, ZERO, ZERO)], 400);
    expect(Math.abs(zero!.crossEntropy - Math.LN2)).toBeLessThan(1e-2);
  });

  test("that sees the input alone is asked of the input alone", async () => {
    const inputs = [ZERO, RANDOM].map((d, i) => ({ ...about(i, d), sees: "input" as const }));
    const answers = await ask(inputs, 400);
    expect(Math.abs(answers[0]!.crossEntropy - Math.LN2)).toBeLessThan(1e-2);
    expect(answers[1]!.crossEntropy).toBeLessThan(0.68);
  });

  test("that looks closely sees a seven-fold y turned, and still no turn of a y without a fold", async () => {
    const turn = Float64Array.of(0, -1, 0, 1, 0, 0, 0, 0, 0);
    const turned = async (set: "cyclic7" | "rotation-scalar", closely?: true) => {
      const data = await openDataset({
        kind: "synthetic",
        set,
        samples: 20_000,
        seed: 3,
        warp: 0,
      });
      const whole = toWhitened(whiten(data, 3), { dim: 3, data: turn });
      const length = norm(whole) / Math.sqrt(3);
      const [answer] = await testValidity(onnxEngine(), data, {
        tests: [{ ...about(0, 0), displacement: 0.2, ...(closely && { closely }) }],
        directions: [
          {
            number: 0,
            origin: "basis",
            dimension: 3,
            extent: 0,
            entries: turn.map((entry) => entry / length),
          },
        ],
        selection: { displacement: 0.2, tolerance: 0.02, classifierSteps: 2000 },
        heldOut: 0.25,
      });
      return Math.LN2 - answer!.crossEntropy;
    };
    expect(Math.abs(await turned("cyclic7"))).toBeLessThan(0.001);
    expect(await turned("cyclic7", true)).toBeGreaterThan(0.005);
    expect(Math.abs(await turned("rotation-scalar", true))).toBeLessThan(0.001);
  });

  test("is asked nothing, answers nothing", async () => {
    expect(await ask([])).toEqual([]);
  });
});
