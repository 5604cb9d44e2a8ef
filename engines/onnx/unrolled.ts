import * as ort from "onnxruntime-node";
import {
  type EngineSession,
  eachMetric,
  metricNames,
  type StepShape,
  stepsAfter,
  type TrialSettings,
} from "../../liegan/index.ts";
import { ADAM_COLUMNS, adamScalars } from "./adam.ts";
import { sessionOptions } from "./backends.ts";
import {
  type Feeds,
  fixedFeeds,
  float,
  growthOf,
  metricsOf,
  stateFeeds,
  stateOf,
} from "./feeds.ts";
import { buildUnrolledModels, heldNames, INPUTS, MOMENTS, stateName } from "./step.ts";

/**
 * Steps in one call. More of them share the cost of a call and of reading the losses, and make a
 * larger model to compile. Not measured on a GPU yet.
 */
const UNROLLED = 8;

/**
 * A session whose state stays on the device from step to step. Node's binding keeps outputs there
 * and takes them as inputs again, but cannot read one back: that is what the last model is for.
 */
export async function openUnrolled(
  shape: StepShape,
  settings: TrialSettings,
  samples: Float32Array,
): Promise<EngineSession> {
  const { trials: T, channels: K, batchSize: B } = shape;
  const names = heldNames(shape);
  const models = buildUnrolledModels(shape);
  const { [INPUTS.samples]: samplesHere, ...fixed } = fixedFeeds(shape, settings, samples);
  const enter = await create(models.enter(), [...names, INPUTS.samples]);
  const leave = await create(models.leave(), []);
  const sessions = new Map<number, ort.InferenceSession>();

  async function sessionOf(steps: number): Promise<ort.InferenceSession> {
    const session = sessions.get(steps) ?? (await create(models.steps(steps), names));
    sessions.set(steps, session);
    return session;
  }

  return {
    async run(state, draws) {
      const adam = adamScalars(state.steps, draws);
      const given = stateFeeds(shape, state);
      const entered = await enter.run({ ...given, [INPUTS.samples]: samplesHere! });
      const samplesThere = next(entered, [INPUTS.samples]);
      let held = next(entered, names);
      const metrics = eachMetric(shape, () => new Float32Array(draws.steps * T));

      for (let s = 0, count = 1; s < draws.steps; s += count) {
        count = draws.steps - s < UNROLLED ? 1 : UNROLLED;
        const part = <A extends Float32Array | Int32Array>(all: A, perStep: number) =>
          all.slice(s * perStep, (s + count) * perStep) as A;
        const results = await (await sessionOf(count)).run({
          ...fixed,
          ...samplesThere,
          ...held,
          [INPUTS.rows]: new ort.Tensor("int32", part(draws.rows, T * B), [count, T, B]),
          [INPUTS.coefficients]: float(part(draws.coefficients, T * K * B), [count, T, K, B]),
          [INPUTS.adam]: float(part(adam, T * ADAM_COLUMNS), [count, T, 1, ADAM_COLUMNS]),
        });
        dispose(held);
        held = next(results, names);
        const measured = metricsOf(shape, results);
        for (const name of metricNames(shape)) metrics[name].set(measured[name], s * T);
      }

      const left = await leave.run({
        ...held,
        ...(shape.frozen && pick(given, FROZEN)),
        [INPUTS.growth]: growthOf(draws.steps),
      });
      dispose({ ...held, ...samplesThere });
      return { state: stateOf(shape, left, stepsAfter(state, draws.steps)), metrics };
    },
    async close() {
      for (const session of [enter, leave, ...sessions.values()]) await session.release();
    },
  };
}

/** @param staying - outputs that stay on the device, without their `next_` */
const create = (model: Uint8Array, staying: readonly string[]): Promise<ort.InferenceSession> =>
  ort.InferenceSession.create(model, {
    ...sessionOptions("webgpu"),
    ...(staying.length > 0 && {
      preferredOutputLocation: Object.fromEntries(
        staying.map((name) => [`next_${name}`, "gpu-buffer"] as const),
      ),
    }),
  });

const FROZEN = MOMENTS.map((moment) => stateName(moment, "generators"));

const pick = (feeds: Feeds, names: readonly string[]): Feeds =>
  Object.fromEntries(names.map((name) => [name, feeds[name]!]));

/** Outputs of one call as inputs of the following. */
const next = (results: ort.InferenceSession.ReturnType, names: readonly string[]): Feeds =>
  Object.fromEntries(names.map((name) => [name, results[`next_${name}`]!]));

const dispose = (feeds: Feeds): void => {
  for (const tensor of Object.values(feeds)) tensor.dispose();
};
