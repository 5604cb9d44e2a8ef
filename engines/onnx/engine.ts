import * as ort from "onnxruntime-node";
import {
  type Engine,
  type EngineRun,
  type EngineSession,
  type StepShape,
  stepsAfter,
  type TrialSettings,
} from "../../liegan/index.ts";
import { openDoubled } from "../doubled.ts";
import { ADAM_COLUMNS, adamScalars } from "./adam.ts";
import { ONNX_VERSION, type OnnxBackend, requireBackend, sessionOptions } from "./backends.ts";
import { fixedFeeds, float, growthOf, metricsOf, stateFeeds, stateOf } from "./feeds.ts";
import { buildModel, INPUTS } from "./step.ts";
import { openUnrolled } from "./unrolled.ts";

/**
 * The compiled step on the CPU: one ONNX model a shape, one call a run. A session uses one thread,
 * since two single-thread sessions outrun one with two threads, and one with two collapses when a
 * neighbour takes a core (measured: docs/benchmarks.md).
 *
 * @param options - of a session, over its own: to profile it, for one
 */
export const onnxEngine = (options: SessionOptions = {}): Engine => engineOn("cpu", options);

/**
 * The compiled step on any provider of ONNX Runtime.
 *
 * @throws {@link BackendUnavailableError} when the provider does not work here
 */
export async function loadOnnxEngine(backend: OnnxBackend): Promise<Engine> {
  await requireBackend(backend);
  return engineOn(backend);
}

type SessionOptions = ort.InferenceSession.SessionOptions;

const engineOn = (backend: OnnxBackend, options: SessionOptions = {}): Engine => ({
  name: "onnx",
  backend,
  version: ONNX_VERSION,
  open: openDoubled(
    backend === "webgpu"
      ? openUnrolled
      : (shape, settings, samples) =>
          openLooped({ ...sessionOptions(backend), ...options }, shape, settings, samples),
  ),
});

/** A whole run in one call, the loop over its steps inside. */
async function openLooped(
  options: SessionOptions,
  shape: StepShape,
  settings: TrialSettings,
  samples: Float32Array,
): Promise<EngineSession> {
  const session = await ort.InferenceSession.create(buildModel(shape), options);
  const { trials: T, channels: K, batchSize: B } = shape;
  const fixed = fixedFeeds(shape, settings, samples);

  return {
    async run(state, draws): Promise<EngineRun> {
      const S = draws.steps;
      const results = await session.run({
        ...fixed,
        ...stateFeeds(shape, state),
        [INPUTS.rows]: new ort.Tensor("int32", draws.rows, [S, T, B]),
        [INPUTS.coefficients]: float(draws.coefficients, [S, T, K, B]),
        [INPUTS.adam]: float(adamScalars(state.steps, draws), [S, T, 1, ADAM_COLUMNS]),
        [INPUTS.steps]: new ort.Tensor("int64", BigInt64Array.of(BigInt(S)), []),
        [INPUTS.growth]: growthOf(S),
      });
      return {
        state: stateOf(shape, results, stepsAfter(state, S)),
        metrics: metricsOf(shape, results),
      };
    },
    close: () => session.release(),
  };
}
