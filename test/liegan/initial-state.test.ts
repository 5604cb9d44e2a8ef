import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  initialState,
  inputWidth,
  PARAMETER_NAMES,
  type Parameters,
  parameterSizes,
  sampleWidth,
} from "../../liegan/index.ts";
import { arbitraryPack, bitsOf } from "../support/steps.ts";

const shapes = arbitraryPack.map(({ sizes, trials }) => ({
  shape: { ...sizes, trials: trials.length },
  trials,
}));

describe("the state before the first step", () => {
  test("of a trial does not depend on its pack mates", () => {
    fc.assert(
      fc.property(shapes, ({ shape, trials }) => {
        const together = initialState(shape, trials);
        for (const [t, trial] of trials.entries()) {
          const alone = initialState({ ...shape, trials: 1 }, [trial]);
          expect(bitsOf(together, shape, t)).toBe(bitsOf(alone, shape));
        }
      }),
    );
  });

  test("has dead channels zero, live ones not, and no moments", () => {
    fc.assert(
      fc.property(shapes, ({ shape, trials }) => {
        const { parameters, momentum, variance, steps } = initialState(shape, trials);
        const size = shape.dimension ** 2;
        for (const [t, { basisCount }] of trials.entries())
          for (let k = 0; k < shape.channels; k++) {
            const from = (t * shape.channels + k) * size;
            const own = parameters.generators.subarray(from, from + size);
            expect(own.some((entry) => entry !== 0)).toBe(k < basisCount);
          }
        for (const moments of [momentum, variance])
          for (const name of PARAMETER_NAMES)
            expect(moments[name].every((entry) => entry === 0)).toBe(true);
        expect(steps).toEqual(new Int32Array(trials.length));
      }),
    );
  });

  test("has weights within ±1/√fan-in, filling it, and every tensor of its size", () => {
    fc.assert(
      fc.property(shapes, ({ shape, trials }) => {
        const { parameters } = initialState(shape, trials);
        const [F, Fx, H] = [sampleWidth(shape), inputWidth(shape), shape.hiddenWidth];
        const fanIn: Record<Exclude<keyof Parameters, "generators">, number> = {
          weights1: F,
          bias1: F,
          weights2: H,
          bias2: H,
          weights3: H,
          bias3: H,
          inputWeights1: Fx,
          inputBias1: Fx,
          inputWeights2: H,
          inputBias2: H,
          inputWeights3: H,
          inputBias3: H,
        };
        for (const name of PARAMETER_NAMES) {
          expect(parameters[name].length).toBe(shape.trials * parameterSizes(shape)[name]);
          if (name === "generators") continue;
          const largest = Math.max(...parameters[name].map(Math.abs)) * Math.sqrt(fanIn[name]);
          expect(largest).toBeLessThanOrEqual(1 + 1e-6);
          if (parameters[name].length >= 64) expect(largest).toBeGreaterThan(0.8);
        }
      }),
    );
  });

  test("starts from generators that are given, and draws the rest as it would have", () => {
    fc.assert(
      fc.property(shapes, ({ shape, trials: [trial] }) => {
        const alone = { ...shape, trials: 1 };
        const size = trial!.basisCount * shape.dimension ** 2;
        const generators = Float32Array.from({ length: size }, (_, i) => i + 1);
        const given = initialState(alone, [{ ...trial!, generators }]).parameters;
        const drawn = initialState(alone, [trial!]).parameters;
        expect(given.generators.slice(0, size)).toEqual(generators);
        expect({ ...given, generators }).toEqual({ ...drawn, generators });
      }),
    );
  });

  test("draws generators of standard deviation √2/(2n)", () => {
    const shape = {
      trials: 1,
      channels: 8,
      dimension: 16,
      inputBlocks: 1,
      outputBlocks: 0,
      labels: 0,
      hiddenWidth: 4,
      batchSize: 2,
    };
    const { generators } = initialState(shape, [{ seed: 1, basisCount: 8 }]).parameters;
    const square = generators.reduce((sum, entry) => sum + entry * entry, 0) / generators.length;
    expect((Math.sqrt(square) * 2 * 16) / Math.SQRT2).toBeGreaterThan(0.95);
    expect((Math.sqrt(square) * 2 * 16) / Math.SQRT2).toBeLessThan(1.05);
  });
});
