import { createRequire } from "node:module";
import * as ort from "onnxruntime-node";
import {
  ADAM,
  type Engine,
  type EngineRun,
  type EngineSession,
  type EngineState,
  PARAMETER_NAMES,
  type Parameters,
  type StepDraws,
  type StepShape,
  sampleWidth,
  type TrialSettings,
} from "../../liegan/index.ts";
import { adamScalars } from "./adam.ts";
import {
  borderDims,
  buildModel,
  INPUTS,
  METRICS,
  MOMENTS,
  type Moment,
  stateName,
} from "./step.ts";

const { version } = createRequire(import.meta.url)("onnxruntime-node/package.json") as {
  version: string;
};

/**
 * The compiled step: one ONNX model a shape, one call a run. A session uses one thread, since two
 * single-thread sessions outrun one with two threads, and one with two collapses when a neighbour
 * takes a core (measured: docs/benchmarks.md).
 */
export function onnxEngine(): Engine {
  return {
    name: "onnx",
    backend: "cpu",
    version: `onnxruntime-node ${version}`,
    async open(shape, settings, samples) {
      // One trial alone takes other kernels, which differ in the last bit: it trains beside a copy.
      return shape.trials === 1
        ? doubled(await openSession({ ...shape, trials: 2 }, twice(settings), samples))
        : openSession(shape, settings, samples);
    },
  };
}

async function openSession(
  shape: StepShape,
  settings: TrialSettings,
  samples: Float32Array,
): Promise<EngineSession> {
  const session = await ort.InferenceSession.create(buildModel(shape), {
    executionProviders: ["cpu"],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const { trials: T, channels: K, batchSize: B } = shape;
  const F = sampleWidth(shape);
  const dims = borderDims(shape);
  const fixed = {
    [INPUTS.samples]: float(samples, [samples.length / F, F]),
    [INPUTS.identityWeight]: float(settings.identityWeight, [T, 1, 1, 1]),
    [INPUTS.overlapWeight]: float(settings.overlapWeight, [T, 1, 1]),
    [INPUTS.pairs]: float(livePairs(settings.live, T, K), [T, K, K]),
  };

  return {
    async run(state, draws): Promise<EngineRun> {
      const S = draws.steps;
      const results = await session.run({
        ...fixed,
        ...stateFeeds(state, dims),
        [INPUTS.rows]: new ort.Tensor("int32", draws.rows, [S, T, B]),
        [INPUTS.coefficients]: float(draws.coefficients, [S, T, K, B]),
        [INPUTS.adam]: float(adamScalars(state.step, draws), [S, 5]),
        [INPUTS.steps]: new ort.Tensor("int64", BigInt64Array.of(BigInt(S)), []),
        [INPUTS.growth]: float(Float32Array.of(ADAM.beta2 ** (S / 2), ADAM.beta2 ** S), [2]),
      });
      const data = (name: string): Float32Array => {
        const tensor = results[name];
        if (!(tensor?.data instanceof Float32Array)) throw new Error(`the model gave no ${name}`);
        return tensor.data;
      };
      const parameters = (moment: Moment) =>
        Object.fromEntries(
          PARAMETER_NAMES.map((name) => [name, data(`next_${stateName(moment, name)}`)]),
        ) as unknown as Parameters;
      const [discriminatorLoss, generatorLoss, meanCosine, overlap] = METRICS.map(data) as [
        Float32Array,
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      return {
        state: {
          step: state.step + S,
          parameters: parameters("parameter"),
          momentum: parameters("momentum"),
          variance: parameters("variance"),
        },
        metrics: { discriminatorLoss, generatorLoss, meanCosine, overlap },
      };
    },
    close: () => session.release(),
  };
}

const float = (data: Float32Array, dims: readonly number[]): ort.Tensor =>
  new ort.Tensor("float32", data, dims);

function stateFeeds(
  state: EngineState,
  dims: Readonly<Record<keyof Parameters, readonly number[]>>,
): Record<string, ort.Tensor> {
  const of = { parameter: state.parameters, momentum: state.momentum, variance: state.variance };
  return Object.fromEntries(
    MOMENTS.flatMap((moment) =>
      PARAMETER_NAMES.map((name) => [stateName(moment, name), float(of[moment][name], dims[name])]),
    ),
  );
}

/** 1 where two different channels of a trial are both live, (T, K, K). */
function livePairs(live: Float32Array, T: number, K: number): Float32Array {
  const pairs = new Float32Array(T * K * K);
  for (let t = 0; t < T; t++)
    for (let i = 0; i < K; i++)
      for (let j = 0; j < K; j++)
        if (i !== j) pairs[(t * K + i) * K + j] = live[t * K + i]! * live[t * K + j]!;
  return pairs;
}

/** A session of two equal trials, as a session of one. */
function doubled(session: EngineSession): EngineSession {
  return {
    async run(state, draws) {
      const { state: next, metrics } = await session.run(
        mapState(state, copyTwice),
        twiceDrawn(draws),
      );
      const first = (values: Float32Array) => values.filter((_, i) => i % 2 === 0);
      return {
        state: mapState(next, (values) => values.slice(0, values.length / 2)),
        metrics: {
          discriminatorLoss: first(metrics.discriminatorLoss),
          generatorLoss: first(metrics.generatorLoss),
          meanCosine: first(metrics.meanCosine),
          overlap: first(metrics.overlap),
        },
      };
    },
    close: () => session.close(),
  };
}

function copyTwice(values: Float32Array): Float32Array {
  const both = new Float32Array(values.length * 2);
  both.set(values);
  both.set(values, values.length);
  return both;
}

const twice = ({ identityWeight, overlapWeight, live }: TrialSettings): TrialSettings => ({
  identityWeight: copyTwice(identityWeight),
  overlapWeight: copyTwice(overlapWeight),
  live: copyTwice(live),
});

function twiceDrawn(draws: StepDraws): StepDraws {
  const [perRows, perCoefficients] = [
    draws.rows.length / draws.steps,
    draws.coefficients.length / draws.steps,
  ];
  const rows = new Int32Array(draws.rows.length * 2);
  const coefficients = new Float32Array(draws.coefficients.length * 2);
  for (let s = 0; s < draws.steps; s++)
    for (const copy of [0, 1]) {
      rows.set(draws.rows.subarray(s * perRows, (s + 1) * perRows), (2 * s + copy) * perRows);
      coefficients.set(
        draws.coefficients.subarray(s * perCoefficients, (s + 1) * perCoefficients),
        (2 * s + copy) * perCoefficients,
      );
    }
  return { ...draws, rows, coefficients };
}

function mapState(
  { step, parameters, momentum, variance }: EngineState,
  change: (values: Float32Array) => Float32Array,
): EngineState {
  const each = (of: Parameters) =>
    Object.fromEntries(
      PARAMETER_NAMES.map((name) => [name, change(of[name])]),
    ) as unknown as Parameters;
  return { step, parameters: each(parameters), momentum: each(momentum), variance: each(variance) };
}
