import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tfjsEngine } from "../../engines/index.ts";
import { loadTfjs } from "../../engines/tfjs/backends.ts";
import { autodiffEngine } from "../../engines/tfjs/engine.ts";
import { Kernels } from "../../engines/tfjs/kernels.ts";
import { PARAMETER_NAMES } from "../../liegan/index.ts";
import { normals, uniforms } from "../../sweep/index.ts";
import {
  arbitraryPack,
  bitsOf,
  type MadePack,
  madePack,
  relativeError,
  runOnce,
  someSteps,
} from "../support/steps.ts";
import { example } from "./conformance.ts";
import { TOLERANCES } from "./tolerances.ts";
import { conformanceWhereItLoads } from "./where-it-loads.ts";

// In a file of its own: tfjs has one backend a process, and files are run apart.
const oracle = () => autodiffEngine("tensorflow");
const engine = await conformanceWhereItLoads("tfjs on tensorflow", () => tfjsEngine("tensorflow"), {
  oracle,
});

describe.skipIf(!engine)("the step derived by hand", async () => {
  const { gradient: GRADIENT } = TOLERANCES["tfjs on tensorflow"];
  const tf = engine && (await loadTfjs("tensorflow")).tf;
  const tensors = () => tf?.memory().numTensors;
  let before: number | undefined;
  beforeEach(() => {
    before = tensors();
  });
  afterEach(() => {
    expect(tensors(), "tensors left behind").toBe(before);
  });

  test("holds no more tensors after many runs than after one, and frees its variables", async () => {
    const pack = example({ steps: 1 }, { hiddenWidth: 512 });
    const session = await engine!.open(pack.shape, pack.settings, pack.samples);
    let { state } = await session.run(pack.state, pack.draws);
    const once = tensors();
    const run = async () => {
      ({ state } = await session.run(state, pack.draws));
      expect(tensors()).toBe(once);
    };
    for (let i = 0; i < 10; i++) await run();
    const outside = () => process.memoryUsage().rss - process.memoryUsage().external;
    const warm = outside();
    for (let i = 0; i < 60; i++) await run();
    await session.close();
    const states = (3 * 4 * 3 * 512 * 512) / 2 ** 20; // MiB of one state
    expect((outside() - warm) / 2 ** 20).toBeLessThan(20 * states);
  });

  test("refuses a state of another shape, and leaves no tensor of it", async () => {
    const { state } = example({}, { hiddenWidth: 9 });
    await expect(runOnce(engine!, { ...example({}), state })).rejects.toThrow(RangeError);
  });

  test("a trial's bits do not depend on its mates at the sizes of a real training either", async () => {
    const sizes = { hiddenWidth: 128, batchSize: 64, inputBlocks: 4, outputBlocks: 4 };
    const [own, ...mates] = Array.from({ length: 9 }, (_, seed) => ({
      seed,
      ...{ basisCount: 2, identityWeight: 1, overlapWeight: 1 },
    }));
    const bits = async (T: number, slot: number) => {
      const trials = mates.slice(0, T - 1).toSpliced(slot, 0, own!);
      const pack = madePack(example({}, sizes).shape, trials, { steps: 2, warm: true });
      return bitsOf((await runOnce(engine!, pack)).state, pack.shape, slot);
    };
    const alone = await bits(1, 0);
    expect([await bits(2, 1), await bits(3, 0), await bits(9, 4)]).toEqual([alone, alone, alone]);
  });

  test("Adam moves a trial to the same bits beside one that has taken other steps", () => {
    const k = new Kernels(tf!);
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(size, size, fc.integer(), (rows, width, seed) => {
        const normal = normals(uniforms(seed));
        const given = Array.from({ length: 4 }, () =>
          Float32Array.from({ length: 2 * rows * width }, normal),
        );
        const moved = (rates: readonly number[], epsilons: readonly number[]) => {
          const parts: Float32Array[] = [];
          tf!.tidy(() => {
            const [gradient, ...held] = given.map((array, i) =>
              tf!.tensor(array.map(i === 3 ? Math.abs : Number), [2, rows, width]),
            );
            const [parameter, momentum, variance] = held.map((value) => k.variable(() => value));
            k.adam({ parameter: parameter!, momentum: momentum!, variance: variance! }, gradient!, {
              ...{ beta1: 0.9, beta2: 0.999 },
              ...{ rates: Float32Array.from(rates), epsilons: Float32Array.from(epsilons) },
            });
            for (const variable of [parameter!, momentum!, variance!]) {
              const values = k.read(variable).dataSync<"float32">();
              parts.push(values.slice(0, rows * width));
              k.destroy(variable);
            }
          });
          return parts;
        };
        const beside = moved([1e-3, 2e-3], [1e-8, 3e-8]);
        expect(beside).toEqual(moved([1e-3, 1e-3], [1e-8, 1e-8]));
        expect(beside[0]).not.toEqual(given[1]!.slice(0, rows * width));
      }),
      { numRuns: 50 },
    );
    k.close();
  });

  test("a run cut in two has every bit of the whole one", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryPack, async ({ sizes, trials }) => {
        const pack = madePack(sizes, trials, { steps: 3, warm: true });
        const whole = await runOnce(engine!, pack);
        const { state } = await runOnce(engine!, { ...pack, draws: someSteps(pack, 0, 1) });
        const rest = await runOnce(engine!, { ...pack, state, draws: someSteps(pack, 1, 3) });
        expect(rest.state).toEqual(whole.state);
      }),
      { numRuns: 12 },
    );
  });

  test.each([-100, -40, -20, 20, 40])(
    "where D says %d, gradients are those of the oracle",
    async (said) => {
      const pack = saying(example({}), said);
      const [own, other] = [await runOnce(engine!, pack), await runOnce(await oracle(), pack)];
      for (const name of PARAMETER_NAMES) {
        const [momentum, expected] = [own.state.momentum[name], other.state.momentum[name]];
        expect(relativeError(momentum, expected, 1e-6), name).toBeLessThan(GRADIENT);
      }
    },
  );
});

/** With the last bias at what D is to say, give or take what its weights say. */
const saying = (pack: MadePack, said: number): MadePack => {
  const { parameters } = pack.state;
  const bias3 = new Float32Array(parameters.bias3.length).fill(said);
  return { ...pack, state: { ...pack.state, parameters: { ...parameters, bias3 } } };
};
