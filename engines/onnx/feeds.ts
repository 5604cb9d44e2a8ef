import * as ort from "onnxruntime-node";
import {
  ADAM,
  type EngineState,
  eachMetric,
  eachParameter,
  parameterNames,
  type StepMetrics,
  type StepShape,
  sampleWidth,
  type TrialSettings,
} from "../../liegan/index.ts";
import { borderDims, INPUTS, MOMENTS, type Moment, stateName } from "./step.ts";

/** Tensors by their names at a model's border. */
export type Feeds = Record<string, ort.Tensor>;

export const float = (data: Float32Array, dims: readonly number[]): ort.Tensor =>
  new ort.Tensor("float32", data, dims);

/** What stays for the whole session. */
export function fixedFeeds(
  shape: StepShape,
  settings: TrialSettings,
  samples: Float32Array,
): Feeds {
  const { trials: T, channels: K } = shape;
  const F = sampleWidth(shape);
  return {
    [INPUTS.samples]: float(samples, [samples.length / F, F]),
    [INPUTS.identityWeight]: float(settings.identityWeight, [T, 1, 1, 1]),
    [INPUTS.overlapWeight]: float(settings.overlapWeight, [T, 1, 1]),
    [INPUTS.pairs]: float(livePairs(settings.live, T, K), [T, K, K]),
  };
}

/** By what the moments have grown in S steps: see `adam.ts`. */
export const growthOf = (S: number): ort.Tensor =>
  float(Float32Array.of(ADAM.beta2 ** (S / 2), ADAM.beta2 ** S), [2]);

export function stateFeeds(shape: StepShape, state: EngineState): Feeds {
  const dims = borderDims(shape);
  const of = { parameter: state.parameters, momentum: state.momentum, variance: state.variance };
  return Object.fromEntries(
    MOMENTS.flatMap((moment) =>
      parameterNames(shape).map((name) => [
        stateName(moment, name),
        float(of[moment][name], dims[name]),
      ]),
    ),
  );
}

/** The state among a model's results. */
export function stateOf(
  shape: StepShape,
  results: ort.InferenceSession.ReturnType,
  steps: Int32Array,
): EngineState {
  const has = new Set(parameterNames(shape));
  const parameters = (moment: Moment) =>
    eachParameter((name) =>
      has.has(name) ? dataOf(results, `next_${stateName(moment, name)}`) : new Float32Array(),
    );
  return {
    steps,
    parameters: parameters("parameter"),
    momentum: parameters("momentum"),
    variance: parameters("variance"),
  };
}

export const metricsOf = (
  shape: StepShape,
  results: ort.InferenceSession.ReturnType,
): StepMetrics => eachMetric(shape, (name) => dataOf(results, name));

function dataOf(results: ort.InferenceSession.ReturnType, name: string): Float32Array {
  const tensor = results[name];
  if (!(tensor?.data instanceof Float32Array)) throw new Error(`the model gave no ${name}`);
  return tensor.data;
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
