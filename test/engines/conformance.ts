import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import {
  ADAM,
  type Engine,
  PARAMETER_NAMES,
  type Parameters,
  parameterSizes,
  type StepMetrics,
  type StepShape,
  stepsAfter,
} from "../../liegan/index.ts";
import fixtures from "../oracles/numpy_step.json" with { type: "json" };
import {
  arbitraryPack,
  arbitrarySizes,
  arbitraryTrial,
  bitsOf,
  type MadeOptions,
  type MadePack,
  type MadeSizes,
  type MadeTrial,
  madePack,
  mapParameters,
  relativeError,
  runOnce,
  someSteps,
} from "../support/steps.ts";
import { TOLERANCES, type Tolerance } from "./tolerances.ts";

export const METRICS = [
  "discriminatorLoss",
  "generatorLoss",
  "meanCosine",
  "overlap",
  "inputLoss",
] as const satisfies readonly (keyof StepMetrics)[];

/** What `test/oracles/numpy_step.py` wrote; it has no D_x where the objective has none. */
interface Fixture extends StepShape {
  readonly title: string;
  readonly steps: number;
  readonly live: readonly number[];
  readonly identityWeight: readonly number[];
  readonly overlapWeight: readonly number[];
  readonly generatorRate: number;
  readonly discriminatorRate: number;
  readonly samples: readonly number[];
  readonly rows: readonly number[];
  readonly coefficients: readonly number[];
  readonly start: Numbers<keyof Parameters>;
  readonly metrics: Numbers<keyof StepMetrics>;
  readonly gradients: Numbers<keyof Parameters>;
  readonly end: Numbers<keyof Parameters>;
}
type Numbers<Name extends string> = Readonly<Partial<Record<Name, readonly number[]>>>;

const FIXTURES = fixtures as readonly Fixture[];

export interface Conformance {
  /** The engine under test. */
  readonly engine: () => Promise<Engine>;
  /** An engine to agree with; none for the one that all others agree with. */
  readonly oracle?: () => Promise<Engine>;
  /**
   * A driver in software, where a step of the smallest shape takes seconds: every law is asked once,
   * and those not at all that are about the step's formulas, which faster backends share.
   */
  readonly slow?: boolean;
}

/** What `liegan/engine.ts` promises, asked of one engine. */
export function conformance(
  title: keyof typeof TOLERANCES,
  { engine: open, oracle, slow = false }: Conformance,
): void {
  const tolerance = TOLERANCES[title];
  const { gradient: GRADIENT, severalSteps: SEVERAL_STEPS } = tolerance;
  const runs = (numRuns: number) => (slow ? { numRuns: 1, endOnFailure: true } : { numRuns });
  const expectClose = expectWithin(GRADIENT);

  describe(title, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await open();
    });

    describe.each(
      FIXTURES.filter(({ trials }) => !slow || trials > 1).map(
        (fixture) => [fixture.title, fixture] as const,
      ),
    )("agrees with float64 NumPy: %s", (_, fixture) => {
      const pack = packOf(fixture);

      test("in losses and in every gradient", async () => {
        const { state, metrics } = await runOnce(engine, {
          ...pack,
          draws: someSteps(pack, 0, 1),
        });
        for (const name of METRICS)
          expectClose(name, metrics[name], fixture.metrics[name]?.slice(0, fixture.trials) ?? []);
        const gradients = gradientsOf(state.momentum);
        for (const name of PARAMETER_NAMES)
          expectClose(name, gradients[name], fixture.gradients[name] ?? []);
      });

      test("in parameters and losses of several steps", async () => {
        const { state, metrics } = await runOnce(engine, pack);
        for (const name of METRICS)
          expectClose(name, metrics[name], fixture.metrics[name] ?? [], SEVERAL_STEPS);
        for (const name of PARAMETER_NAMES)
          expectClose(name, state.parameters[name], fixture.end[name] ?? [], SEVERAL_STEPS);
      });
    });

    if (oracle)
      describe("agrees with its oracle for every shape", () => {
        let reference: Engine;
        beforeAll(async () => {
          reference = await oracle();
        });

        test.skipIf(slow)(
          "in losses and in the gradients its moments hold after one step",
          async () => {
            await fc.assert(
              fc.asyncProperty(arbitraryPack, async ({ sizes, trials }) => {
                const pack = madePack(sizes, trials);
                const [own, other] = [await runOnce(engine, pack), await runOnce(reference, pack)];
                for (const name of METRICS)
                  expectClose(name, own.metrics[name], other.metrics[name]);
                const gradients = gradientsOf(own.state.momentum);
                const expected = gradientsOf(other.state.momentum);
                for (const name of PARAMETER_NAMES)
                  for (const t of trials.keys())
                    expectClose(
                      name,
                      ofTrial(pack, gradients, name, t),
                      ofTrial(pack, expected, name, t),
                    );
              }),
              runs(25),
            );
          },
        );

        test("in all parameters after several steps of a training under way", async () => {
          await fc.assert(
            fc.asyncProperty(arbitraryPack, async ({ sizes, trials }) => {
              const pack = madePack(sizes, trials, { steps: 4, warm: true });
              const [own, other] = [await runOnce(engine, pack), await runOnce(reference, pack)];
              expect(own.state.steps).toEqual(stepsAfter(pack.state, 4));
              for (const name of PARAMETER_NAMES)
                expectClose(
                  name,
                  own.state.parameters[name],
                  other.state.parameters[name],
                  SEVERAL_STEPS,
                );
            }),
            runs(12),
          );
        });
      });

    describe("a trial's bits", () => {
      const mates = (channels: number) =>
        fc.array(arbitraryTrial(channels), { minLength: 7, maxLength: 7 });
      const { sameParameters } = tolerance;
      const situations = arbitrarySizes.chain((any) => {
        const even = (size: number) => Math.ceil(size / sameParameters) * sameParameters;
        const sizes = {
          ...any,
          batchSize: even(any.batchSize),
          hiddenWidth: even(any.hiddenWidth),
        };
        return fc.record({
          sizes: fc.constant(sizes),
          own: arbitraryTrial(sizes.channels),
          others: mates(sizes.channels),
        });
      });

      test("do not depend on T, slot, pack mates, the steps they have taken, or repetition", async () => {
        await fc.assert(
          fc.asyncProperty(situations, async ({ sizes, own, others }) => {
            const alone = await bitsInPack(engine, tolerance, sizes, [own], 0);
            if (!slow) expect(await bitsInPack(engine, tolerance, sizes, [own], 0)).toBe(alone);
            for (const [T, slot] of slow ? ([[3, 1]] as const) : SLOTS) {
              const pack = others.slice(0, T - 1).toSpliced(slot, 0, own);
              expect(
                await bitsInPack(engine, tolerance, sizes, pack, slot),
                `T ${T}, slot ${slot}`,
              ).toBe(alone);
            }
            if (slow) return;
            const twins = [own, own, own];
            for (const slot of twins.keys())
              expect(await bitsInPack(engine, tolerance, sizes, twins, slot)).toBe(alone);
          }),
          runs(5),
        );
      });

      test.skipIf(slow)("do not depend on whether its mate is full of NaN", async () => {
        await fc.assert(
          fc.asyncProperty(situations, async ({ sizes, own, others }) => {
            const pack = madePack(sizes, [own, others[0]!, others[1]!], { steps: 2 });
            const whole = await runOnce(engine, pack);
            const size = parameterSizes(pack.shape);
            const parameters = mapParameters(pack.state.parameters, (values, name) =>
              values.map((value, i) =>
                Math.floor(i / size[name]) === 1 && (name === "weights1" || name === "generators")
                  ? Number.NaN
                  : value,
              ),
            );
            const spoilt = await runOnce(engine, { ...pack, state: { ...pack.state, parameters } });
            expect(spoilt.metrics.discriminatorLoss[1]).toBeNaN();
            for (const t of [0, 2]) {
              expect(bitsOf(spoilt.state, pack.shape, t)).toBe(bitsOf(whole.state, pack.shape, t));
              expect(spoilt.metrics.discriminatorLoss[t]).toBe(whole.metrics.discriminatorLoss[t]);
            }
          }),
          runs(4),
        );
      });
    });

    test.skipIf(slow)(
      "a run resumed from the returned state goes on, in a new session as in the old one",
      async () => {
        await fc.assert(
          fc.asyncProperty(arbitraryPack, async ({ sizes, trials }) => {
            const pack = madePack(sizes, trials, { steps: 4 });
            const session = await engine.open(pack.shape, pack.settings, pack.samples);
            const half = await session.run(pack.state, someSteps(pack, 0, 2));
            const kept = structuredClone(half.state);
            const rest = someSteps(pack, 2, 4);
            const continued = await session.run(half.state, rest);
            const again = await session.run(half.state, rest);
            await session.close();
            const resumed = await runOnce(engine, { ...pack, state: kept, draws: rest });
            const whole = await runOnce(engine, pack);
            expect(half.state).toEqual(kept);
            for (const t of trials.keys()) {
              const bits = bitsOf(continued.state, pack.shape, t);
              expect(bitsOf(resumed.state, pack.shape, t)).toBe(bits);
              expect(bitsOf(again.state, pack.shape, t)).toBe(bits);
            }
            for (const name of PARAMETER_NAMES)
              expectClose(
                name,
                continued.state.parameters[name],
                whole.state.parameters[name],
                SEVERAL_STEPS,
              );
            expect(continued.state.steps).toEqual(whole.state.steps);
          }),
          runs(6),
        );
      },
    );

    test.skipIf(slow)("the state and draws given in are left as they were", async () => {
      const pack = example({ steps: 2 });
      const copy = structuredClone(pack);
      await runOnce(engine, pack);
      expect(pack).toEqual(copy);
    });

    test.skipIf(slow)(
      "with both rates 0 a run measures and leaves every parameter as it was",
      async () => {
        await fc.assert(
          fc.asyncProperty(arbitraryPack, async ({ sizes, trials }) => {
            const pack = madePack(sizes, trials, { steps: 2, rate: 0, warm: true });
            const { state, metrics } = await runOnce(engine, pack);
            expect(state.parameters).toEqual(pack.state.parameters);
            expect(metrics.discriminatorLoss.every((loss) => loss > 0)).toBe(true);
          }),
          runs(5),
        );
      },
    );

    test.skipIf(slow)("a rate of 0 for one player freezes it alone", async () => {
      const pack = example({});
      const still = new Float64Array(1);
      const frozen = await runOnce(engine, {
        ...pack,
        draws: { ...pack.draws, generatorRate: still },
      });
      expect(frozen.state.parameters.generators).toEqual(pack.state.parameters.generators);
      expect(frozen.state.parameters.weights1).not.toEqual(pack.state.parameters.weights1);
      const judged = await runOnce(engine, {
        ...pack,
        draws: { ...pack.draws, discriminatorRate: still },
      });
      expect(judged.state.parameters.weights1).toEqual(pack.state.parameters.weights1);
      expect(judged.state.parameters.generators).not.toEqual(pack.state.parameters.generators);
    });

    test.skipIf(slow)(
      "a D_x that says nothing leaves D and the generators as they train on the law",
      async () => {
        await fc.assert(
          fc.asyncProperty(arbitraryPack, async ({ sizes, trials }) => {
            const pack = madePack({ ...sizes, conditional: true }, trials, { warm: true });
            const silent = {
              ...pack.state.parameters,
              inputWeights3: new Float32Array(pack.state.parameters.inputWeights3.length),
              inputBias3: new Float32Array(pack.state.parameters.inputBias3.length),
            };
            const own = await runOnce(engine, {
              ...pack,
              state: { ...pack.state, parameters: silent },
            });
            const law = await runOnce(
              engine,
              madePack({ ...sizes, conditional: false }, trials, { warm: true }),
            );
            for (const name of PARAMETER_NAMES.filter(
              (parameter) => !parameter.startsWith("input"),
            ))
              expectClose(name, own.state.parameters[name], law.state.parameters[name]);
            for (const loss of own.metrics.inputLoss) expectClose("ℓ_Dx", [loss], [Math.LN2]);
          }),
          runs(5),
        );
      },
    );

    test("frozen generators keep every bit, and the discriminator trains as with their rate at 0", async () => {
      await fc.assert(
        fc.asyncProperty(arbitraryPack, async ({ sizes, trials }) => {
          const pack = madePack(sizes, trials, { steps: 3, warm: true });
          const draws = { ...pack.draws, generatorRate: new Float64Array(3) };
          const moving = await runOnce(engine, { ...pack, draws });
          const shape = { ...pack.shape, frozen: true };
          const frozen = await runOnce(engine, { ...pack, shape, draws });
          for (const kind of ["parameters", "momentum", "variance"] as const) {
            const { generators, ...discriminator } = frozen.state[kind];
            expect(generators).toEqual(pack.state[kind].generators);
            expect(moving.state[kind]).toMatchObject(discriminator);
          }
          expect(frozen.metrics).toEqual(moving.metrics);
        }),
        runs(5),
      );
    });

    test.skipIf(slow)(
      "dead channels stay zero, and the structure mask keeps its entries as they were",
      async () => {
        const structure = [0, 1, 1, 0];
        const pack = example({ steps: 5 }, { structure });
        const { generators } = (await runOnce(engine, pack)).state.parameters;
        const start = pack.state.parameters.generators;
        for (let i = 0; i < generators.length; i++) {
          const dead = pack.settings.live[Math.floor(i / 4)] === 0;
          if (dead) expect(generators[i]).toBe(0);
          else if (structure[i % 4] === 0) expect(generators[i]).toBe(start[i]);
          else expect(generators[i]).not.toBe(start[i]);
        }
      },
    );

    test("vectors and generators of zero length give no NaN", async () => {
      const pack = example({ steps: 3 });
      const parameters = {
        ...pack.state.parameters,
        generators: new Float32Array(pack.state.parameters.generators.length),
      };
      const { state, metrics } = await runOnce(engine, {
        ...pack,
        samples: pack.samples.map((value, i) => (i % 3 === 0 ? value : 0)).fill(0, 0, 40),
        state: { ...pack.state, parameters },
      });
      for (const name of PARAMETER_NAMES)
        expect(state.parameters[name].every(Number.isFinite), name).toBe(true);
      for (const name of METRICS) expect(metrics[name].every(Number.isFinite), name).toBe(true);
    });

    test.skipIf(slow)("a session takes runs of different lengths", async () => {
      const pack = example({ steps: 6 });
      const session = await engine.open(pack.shape, pack.settings, pack.samples);
      let { state } = pack;
      for (const [from, to] of [
        [0, 1],
        [1, 4],
        [4, 6],
      ] as const) {
        const run = await session.run(state, someSteps(pack, from, to));
        expect(run.metrics.overlap.length).toBe((to - from) * pack.shape.trials);
        ({ state } = run);
      }
      await session.close();
      expect(state.steps).toEqual(Int32Array.of(6, 6, 6));
    });

    test("it says who it is", () => {
      expect(engine.name).toMatch(/^[a-z]+$/);
      expect(engine.backend).toMatch(/^[a-z]+$/);
      expect(engine.version).toMatch(/^\S+ \d+\.\d+\.\d+/);
    });
  });
}

/** Three trials of different settings, the second with a dead channel. */
export const example = (options: MadeOptions, sizes: Partial<MadeSizes> = {}): MadePack =>
  madePack(
    {
      channels: 2,
      dimension: 2,
      inputBlocks: 2,
      outputBlocks: 1,
      labels: 1,
      hiddenWidth: 8,
      batchSize: 4,
      ...sizes,
    },
    [
      { seed: 1, basisCount: 2, identityWeight: 1, overlapWeight: 1 },
      { seed: 2, basisCount: 1, identityWeight: 0.1, overlapWeight: 1 },
      { seed: 3, basisCount: 2, identityWeight: 0, overlapWeight: 0.5 },
    ],
    options,
  );

async function bitsInPack(
  engine: Engine,
  { sameLosses }: Tolerance,
  sizes: MadeSizes,
  trials: readonly MadeTrial[],
  slot: number,
): Promise<string> {
  const pack = madePack(sizes, trials, { steps: 2, warm: true });
  const session = await engine.open(pack.shape, pack.settings, pack.samples);
  try {
    const first = await session.run(pack.state, pack.draws);
    const { state, metrics } = await session.run(first.state, pack.draws);
    const measured =
      sizes.batchSize % sameLosses === 0 ? METRICS : (["meanCosine", "overlap"] as const);
    const own = measured.map((name) => metrics[name].filter((_, i) => i % trials.length === slot));
    return [bitsOf(state, pack.shape, slot), ...own.map(String)].join("; ");
  } finally {
    await session.close();
  }
}

/** ∇ = m/(1 − β₁), where the moments before were 0. */
const gradientsOf = (momentum: Parameters): Parameters =>
  mapParameters(momentum, (values, name) => {
    const beta1 = name === "generators" ? ADAM.generatorBeta1 : ADAM.discriminatorBeta1;
    return values.map((value) => value / (1 - beta1));
  });

function ofTrial(
  { shape }: MadePack,
  parameters: Parameters,
  name: keyof Parameters,
  t: number,
): Float32Array {
  const size = parameterSizes(shape)[name];
  return parameters[name].subarray(t * size, (t + 1) * size);
}

const expectWithin =
  (usual: number) =>
  (name: string, values: ArrayLike<number>, reference: ArrayLike<number>, within = usual): void => {
    expect(relativeError(values, reference, FLOOR), name).toBeLessThan(within);
  };

/** T and the slot of the trial looked at. */
const SLOTS = [
  [2, 1],
  [3, 1],
  [8, 5],
] as const;

/**
 * Tensors whose every entry is below this count by absolute error, 2e-6. The gradients of D are
 * differences between moved and still samples, and five squarings in float32 leave a relative error
 * of 2e-6 in what is moved (32 roundings), however small the difference: of 1,500 random packs, one
 * was 1.6e-6 off in a gradient of .09.
 */
const FLOOR = 0.2;

function packOf(fixture: Fixture): MadePack {
  const { trials, channels, start, steps, live } = fixture;
  const state = madePack(fixture, []).state;
  const parameters = mapParameters(state.parameters, (_, name) =>
    Float32Array.from(start[name] ?? []),
  );
  const zeros = () => mapParameters(parameters, (values) => new Float32Array(values.length));
  return {
    shape: fixture,
    settings: {
      identityWeight: Float32Array.from(fixture.identityWeight),
      overlapWeight: Float32Array.from(fixture.overlapWeight),
      live: Float32Array.from({ length: trials * channels }, (_, i) =>
        i % channels < live[Math.floor(i / channels)]! ? 1 : 0,
      ),
    },
    samples: Float32Array.from(fixture.samples),
    state: { steps: new Int32Array(trials), parameters, momentum: zeros(), variance: zeros() },
    draws: {
      steps,
      rows: Int32Array.from(fixture.rows),
      coefficients: Float32Array.from(fixture.coefficients),
      generatorRate: new Float64Array(steps).fill(fixture.generatorRate),
      discriminatorRate: new Float64Array(steps).fill(fixture.discriminatorRate),
    },
  };
}
