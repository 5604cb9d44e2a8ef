import { createHash } from "node:crypto";
import fc from "fast-check";
import {
  type Engine,
  type EngineRun,
  type EngineState,
  eachParameter,
  initialState,
  PARAMETER_NAMES,
  type Parameters,
  parameterSizes,
  type StepDraws,
  type StepShape,
  sampleWidth,
  type TrialSettings,
} from "../../liegan/index.ts";
import { normals, streamSeed, uniforms } from "../../sweep/index.ts";

/** One trial of a made-up pack; everything random about it is a function of its seed. */
export interface MadeTrial {
  readonly seed: number;
  readonly basisCount: number;
  readonly identityWeight: number;
  readonly overlapWeight: number;
}

/** The sizes that a pack's trials share. */
export type MadeSizes = Omit<StepShape, "trials">;

/** All that an engine needs to take some steps. */
export interface MadePack {
  readonly shape: StepShape;
  readonly settings: TrialSettings;
  readonly samples: Float32Array;
  readonly state: EngineState;
  readonly draws: StepDraws;
}

export interface MadeOptions {
  readonly steps?: number;
  /** Adam step of both players. */
  readonly rate?: number;
  /** Start with moments of a training under way, where Adam's step is a smooth function of gradients. */
  readonly warm?: boolean;
}

/** Rows in the made-up data; more than a batch. */
const MADE_ROWS = 16;

/** σ: ‖exp(zL)‖ stays small, and float32 engines comparable, though L need not be a rotation. */
const MADE_SCALE = 0.5;

/** A pack of random samples, parameters and draws, the same whenever it is asked for. */
export function madePack(
  sizes: MadeSizes,
  trials: readonly MadeTrial[],
  { steps = 1, rate = 1e-3, warm = false }: MadeOptions = {},
): MadePack {
  const shape = { ...sizes, trials: trials.length };
  const { channels: K, batchSize: B } = shape;
  const [T, S] = [trials.length, steps];
  const rows = new Int32Array(S * T * B);
  const coefficients = new Float32Array(S * T * K * B);
  for (const [t, { seed, basisCount }] of trials.entries()) {
    const [uniform, normal] = [uniforms(streamSeed(seed, "rows")), normalStream(seed, "z")];
    for (let s = 0; s < S; s++) {
      for (let b = 0; b < B; b++) rows[(s * T + t) * B + b] = Math.floor(uniform() * MADE_ROWS);
      for (let i = 0; i < basisCount * B; i++)
        coefficients[(s * T + t) * K * B + i] = MADE_SCALE * normal();
    }
  }
  return {
    shape,
    settings: {
      identityWeight: Float32Array.from(trials, (trial) => trial.identityWeight),
      overlapWeight: Float32Array.from(trials, (trial) => trial.overlapWeight),
      live: Float32Array.from(
        trials.flatMap(({ basisCount }) =>
          Array.from({ length: K }, (_, k) => (k < basisCount ? 1 : 0)),
        ),
      ),
    },
    samples: Float32Array.from({ length: MADE_ROWS * sampleWidth(shape) }, normalStream(1, "x")),
    state: warm ? underWay(shape, trials) : initialState(shape, trials),
    draws: {
      steps,
      rows,
      coefficients,
      generatorRate: new Float64Array(S).fill(rate),
      discriminatorRate: new Float64Array(S).fill(rate),
    },
  };
}

const normalStream = (seed: number, name: string) => normals(uniforms(streamSeed(seed, name)));

/** A state as after some steps, of every trial so many: moments of the size of gradients, none in dead channels. */
function underWay(shape: StepShape, trials: readonly MadeTrial[]): EngineState {
  const start = initialState(shape, trials);
  const sizes = parameterSizes(shape);
  const filled = (stream: string, of: (normal: number) => number): Parameters =>
    mapParameters(start.parameters, (values, name) =>
      values.map((value, i) => {
        const t = Math.floor(i / sizes[name]);
        return name === "generators" && value === 0
          ? 0
          : of(hashedNormal(trials[t]!.seed, `${stream} ${name}`, i % sizes[name]));
      }),
    );
  return {
    steps: Int32Array.from(trials, ({ seed }) => 10 + (seed % 40)),
    parameters: start.parameters,
    momentum: filled("momentum", (normal) => 0.01 * normal),
    variance: filled("variance", (normal) => 1e-4 * (1 + normal * normal)),
  };
}

const hashedNormal = (seed: number, name: string, i: number) =>
  normals(uniforms(streamSeed(seed, name, i)))();

export const mapParameters = (
  parameters: Parameters,
  change: (values: Float32Array, name: keyof Parameters) => Float32Array,
): Parameters => eachParameter((name) => change(parameters[name], name));

/** Opens, takes the steps of `pack` (or those given) and closes. */
export async function runOnce(
  engine: Engine,
  { shape, settings, samples, state, draws }: MadePack,
): Promise<EngineRun> {
  const session = await engine.open(shape, settings, samples);
  try {
    return await session.run(state, draws);
  } finally {
    await session.close();
  }
}

/** A fingerprint of every bit of trial t: parameters and both moments. */
export function bitsOf({ parameters, momentum, variance }: EngineState, shape: StepShape, t = 0) {
  const sizes = parameterSizes(shape);
  const hash = createHash("sha256");
  for (const part of [parameters, momentum, variance])
    for (const name of PARAMETER_NAMES) {
      const own = part[name].slice(t * sizes[name], (t + 1) * sizes[name]);
      hash.update(new Uint8Array(own.buffer));
    }
  return hash.digest("hex");
}

/** Steps `from` to `to` of some draws. */
export function someSteps({ shape, draws }: MadePack, from: number, to: number): StepDraws {
  const { trials: T, channels: K, batchSize: B } = shape;
  return {
    steps: to - from,
    rows: draws.rows.slice(from * T * B, to * T * B),
    coefficients: draws.coefficients.slice(from * T * K * B, to * T * K * B),
    generatorRate: draws.generatorRate.slice(from, to),
    discriminatorRate: draws.discriminatorRate.slice(from, to),
  };
}

/** The largest difference of two tensors against the largest entry of the second. */
export function relativeError(
  values: ArrayLike<number>,
  reference: ArrayLike<number>,
  floor = 1e-12,
): number {
  let [difference, size] = [0, floor];
  for (let i = 0; i < reference.length; i++) {
    const apart = Math.abs(values[i]! - reference[i]!);
    if (!(apart <= difference)) difference = apart; // NaN, too, is a difference
    size = Math.max(size, Math.abs(reference[i]!));
  }
  return values.length === reference.length ? difference / size : Number.POSITIVE_INFINITY;
}

export const arbitraryTrial = (channels: number): fc.Arbitrary<MadeTrial> =>
  fc.record({
    seed: fc.integer({ min: 1, max: 1e6 }),
    basisCount: fc.integer({ min: 1, max: channels }),
    identityWeight: fc.double({ min: 0, max: 2, noNaN: true }),
    overlapWeight: fc.double({ min: 0, max: 2, noNaN: true }),
  });

export const arbitrarySizes: fc.Arbitrary<MadeSizes> = fc
  .record({
    channels: fc.integer({ min: 1, max: 3 }),
    dimension: fc.integer({ min: 2, max: 4 }),
    inputBlocks: fc.integer({ min: 1, max: 3 }),
    outputBlocks: fc.integer({ min: 0, max: 3 }),
    labels: fc.integer({ min: 0, max: 2 }),
    hiddenWidth: fc.integer({ min: 4, max: 24 }),
    batchSize: fc.integer({ min: 2, max: 8 }),
    conditional: fc.boolean(),
  })
  .chain((sizes) =>
    fc
      .option(
        fc.array(fc.constantFrom(0, 1), {
          minLength: sizes.dimension ** 2,
          maxLength: sizes.dimension ** 2,
        }),
        { nil: undefined },
      )
      .map((structure) => (structure ? { ...sizes, structure } : sizes)),
  );

/** Random sizes and one to four trials that fit them. */
export const arbitraryPack = fc.record({ sizes: arbitrarySizes }).chain(({ sizes }) =>
  fc.record({
    sizes: fc.constant(sizes),
    trials: fc.array(arbitraryTrial(sizes.channels), { minLength: 1, maxLength: 4 }),
  }),
);
