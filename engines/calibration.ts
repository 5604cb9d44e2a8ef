import {
  type Engine,
  eachParameter,
  PARAMETER_NAMES,
  parameterSizes,
  type StepShape,
  sampleWidth,
} from "../liegan/index.ts";

/** The backend computes something else than the step: it must not train. */
class SelfCheckError extends Error {
  override readonly name = "SelfCheckError";
}

/**
 * One step of a small pack against what the tfjs step on the CPU, the judge of all others, gave for
 * it. A driver that loads and computes wrongly is found here.
 *
 * @throws {@link SelfCheckError}
 */
export async function selfCheck(engine: Engine): Promise<void> {
  const found = await fingerprint(engine);
  for (const [i, wanted] of EXPECTED.entries()) {
    const value = found[i] ?? Number.NaN;
    if (!(Math.abs(value - wanted) <= WITHIN * Math.max(wanted, FLOOR)))
      throw new SelfCheckError(
        `${engine.name} on ${engine.backend} gives ${value} as number ${i} of its self-check, which ` +
          `is ${wanted}: do not train with it. A newer driver may compute what this one does not.`,
      );
  }
}

/** Losses of both trials, then the length of each parameter's first moment. */
async function fingerprint(engine: Engine): Promise<readonly number[]> {
  const pack = madeUp(SMALL);
  const session = await engine.open(SMALL, pack.settings, pack.samples);
  try {
    const { state, metrics } = await session.run(pack.state, pack.draws(1));
    return [
      ...[...metrics.discriminatorLoss, ...metrics.generatorLoss],
      ...[...metrics.meanCosine, ...metrics.overlap].map(Math.abs),
      ...PARAMETER_NAMES.map((name) => Math.hypot(...state.momentum[name])),
    ];
  } finally {
    await session.close();
  }
}

/** What a trial-step takes at the shape of the two-body example, in milliseconds, once it is warm. */
export async function timeTrialStep(engine: Engine): Promise<number> {
  const pack = madeUp(STANDARD);
  const session = await engine.open(STANDARD, pack.settings, pack.samples);
  try {
    for (let steps = 1; ; steps *= 3) {
      await session.run(pack.state, pack.draws(steps)); // warms up a model of its own, where steps are unrolled
      const started = performance.now();
      await session.run(pack.state, pack.draws(steps));
      const elapsed = performance.now() - started;
      if (elapsed > LONG_ENOUGH_MS) return elapsed / (steps * STANDARD.trials);
    }
  } finally {
    await session.close();
  }
}

/** A tenth of a second is a hundred times what starting a run costs. */
const LONG_ENOUGH_MS = 100;

/** Float32 engines agree within 1e-5; a wrong kernel is off by far more. */
const WITHIN = 1e-4;
const FLOOR = 1e-3;

const SMALL: StepShape = {
  trials: 2,
  channels: 2,
  dimension: 2,
  inputBlocks: 2,
  outputBlocks: 1,
  labels: 1,
  hiddenWidth: 8,
  batchSize: 4,
};

/** The default pack of the default width. */
const STANDARD: StepShape = {
  trials: 8,
  channels: 1,
  dimension: 2,
  inputBlocks: 4,
  outputBlocks: 4,
  labels: 0,
  hiddenWidth: 128,
  batchSize: 64,
};

/** Some pack of a shape: numbers without meaning, the same everywhere, from no generator of numbers. */
function madeUp(shape: StepShape) {
  const { trials: T, channels: K, batchSize: B } = shape;
  const wave = (length: number, pace: number, height = 1) =>
    Float32Array.from({ length }, (_, i) => height * Math.sin(pace * (i + 1)));
  const sizes = parameterSizes(shape);
  const each = (of: (size: number) => Float32Array) => eachParameter((name) => of(T * sizes[name]));
  const zeros = () => each((size) => new Float32Array(size));
  return {
    samples: wave(ROWS * sampleWidth(shape), 1.7),
    settings: {
      identityWeight: new Float32Array(T).fill(1),
      overlapWeight: new Float32Array(T).fill(1),
      live: new Float32Array(T * K).fill(1),
    },
    state: {
      steps: new Int32Array(T),
      parameters: each((size) => wave(size, 2.3, 0.3)),
      momentum: zeros(),
      variance: zeros(),
    },
    draws: (steps: number) => ({
      steps,
      rows: Int32Array.from({ length: steps * T * B }, (_, i) => (7 * i) % ROWS),
      coefficients: wave(steps * T * K * B, 1.1),
      generatorRate: new Float64Array(steps).fill(1e-3),
      discriminatorRate: new Float64Array(steps).fill(1e-3),
    }),
  };
}

/** Samples of a made-up data set. */
const ROWS = 100;

/** {@link fingerprint} of tfjs on its cpu backend. */
const EXPECTED: readonly number[] = [
  0.722311, 0.695365, 0.485224, 0.770347, 0.967715, 0.986854, 0.973923, 0.97699, 0.511452,
  0.0029726, 0.00161468, 0.00353165, 0.0050949, 0.00750954, 0.0120408,
];
