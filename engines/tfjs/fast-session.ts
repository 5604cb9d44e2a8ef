import type { Tensor } from "@tensorflow/tfjs";
import {
  ADAM,
  type EngineRun,
  type EngineSession,
  type EngineState,
  eachMetric,
  type Parameters,
  SQUARINGS,
  type StepDraws,
  type StepShape,
  sampleWidth,
  stepsAfter,
  type TrialSettings,
} from "../../liegan/index.ts";
import {
  eachHeld,
  fastStep,
  HELD,
  type Held,
  heldDims,
  METRICS,
  type Minibatch,
} from "./fast-step.ts";
import { type AdamMove, Kernels, type Trained, type Variable } from "./kernels.ts";
import type { Tf } from "./namespace.ts";
import { requireSizes } from "./require-sizes.ts";

/** A state as TensorFlow holds it during a run, changed in place. */
type HeldState = Readonly<Record<Held, Trained<Variable>>>;

/** A session of {@link fastStep}, for the objective of the law; the state enters TensorFlow when a run begins and leaves it when it ends. */
export function openFastSession(
  tf: Tf,
  shape: StepShape,
  settings: TrialSettings,
  samples: Float32Array,
): EngineSession {
  const { trials: T } = shape;
  const k = new Kernels(tf);
  const step = fastStep(k, shape, settings);
  const minibatch = minibatches(tf, k, shape, samples);

  /** @param taken - Adam steps of each trial, this one included */
  function take(state: HeldState, draws: StepDraws, s: number, taken: Int32Array): Float32Array {
    const parameters = eachHeld((held) => k.read(state[held].parameter));
    const { gradients, metrics } = step(parameters, minibatch(draws, s));
    // else TensorFlow would copy each variable before it changes it
    for (const parameter of Object.values(parameters)) parameter.dispose();
    for (const held of HELD) {
      const gradient = gradients[held];
      const rates = held === "generators" ? draws.generatorRate : draws.discriminatorRate;
      if (gradient) k.adam(state[held], gradient, adamMove(held, rates[s]!, taken));
    }
    return metrics.dataSync<"float32">();
  }

  function run(state: EngineState, draws: StepDraws): EngineRun {
    const metrics = eachMetric(shape, () => new Float32Array(draws.steps * T));
    const held = enter(tf, k, shape, state);
    try {
      for (let s = 0; s < draws.steps; s++) {
        const measured = inScope(tf, () => take(held, draws, s, stepsAfter(state, s + 1)));
        for (const [m, name] of METRICS.entries())
          for (let t = 0; t < T; t++) metrics[name][s * T + t] = measured[t * METRICS.length + m]!;
      }
      const steps = stepsAfter(state, draws.steps);
      return { state: { steps, ...leave(tf, k, shape, held, state) }, metrics };
    } finally {
      for (const { parameter, momentum, variance } of Object.values(held))
        for (const variable of [parameter, momentum, variance]) k.destroy(variable);
    }
  }

  return {
    run: (state, draws) =>
      new Promise((resolve) => {
        requireSizes(shape, state);
        resolve(run(state, draws));
      }),
    close() {
      k.close();
      return Promise.resolve();
    },
  };
}

/** `tf.tidy` for what returns no tensors: it would look for one in every number of an array. */
function inScope<R>(tf: Tf, work: () => R): R {
  tf.engine().startScope();
  try {
    return work();
  } finally {
    tf.engine().endScope();
  }
}

/**
 * Adam's bias corrections in double precision, with ε where the reference has it: outside the corrected
 * root. They are those of β as TensorFlow has it, in float32: 1 − β₂ differs by 1e-5 there.
 */
function adamMove(held: Held, rate: number, taken: Int32Array): AdamMove {
  const beta1 = Math.fround(held === "generators" ? ADAM.generatorBeta1 : ADAM.discriminatorBeta1);
  const beta2 = Math.fround(ADAM.beta2);
  const root = (step: number) => Math.sqrt(1 - beta2 ** step);
  return {
    beta1,
    beta2,
    rates: Float32Array.from(taken, (step) => (rate * root(step)) / (1 - beta1 ** step)),
    epsilons: Float32Array.from(taken, (step) => ADAM.epsilon * root(step)),
  };
}

/** Makes step `s` of some draws a minibatch. Labels and ones are joined here, where they cost nothing. */
function minibatches(tf: Tf, k: Kernels, shape: StepShape, samples: Float32Array) {
  const { trials: T, channels: K, dimension: n, batchSize: B, labels } = shape;
  const blocks = shape.inputBlocks + shape.outputBlocks;
  const F = sampleWidth(shape);

  /** Entries `from … to` of each sample, one after the other: (T, to − from, B). */
  function columns(rows: Int32Array, from: number, to: number): Float32Array {
    const gathered = new Float32Array(T * (to - from) * B);
    for (let t = 0, at = 0; t < T; t++)
      for (let f = from; f < to; f++)
        for (let b = 0; b < B; b++) gathered[at++] = samples[rows[t * B + b]! * F + f]!;
    return gathered;
  }

  const ones = k.floats([T, 1, 2 * B], new Float32Array(T * 2 * B).fill(1));
  function rest(rows: Int32Array): Tensor {
    if (labels === 0) return ones;
    const label = tf.tensor(columns(rows, blocks * n, F), [T, labels, B]);
    return k.concat([k.concat([label, label], 2), ones], 1);
  }

  return (draws: StepDraws, s: number): Minibatch => {
    const rows = draws.rows.subarray(s * T * B, (s + 1) * T * B);
    const z = draws.coefficients.subarray(s * T * K * B, (s + 1) * T * K * B);
    return {
      vectors: tf.tensor(columns(rows, 0, blocks * n), [T, blocks, 1, n, B]),
      rest: rest(rows),
      coefficients: tf.tensor(
        z.map((value) => value * 2 ** -SQUARINGS),
        [T, K, B],
      ),
    };
  };
}

function enter(tf: Tf, k: Kernels, shape: StepShape, state: EngineState): HeldState {
  const { trials: T, hiddenWidth: H } = shape;
  const dims = heldDims(shape);
  // a copy: TensorFlow may use the very memory of an array, and the caller's must stay as it is
  const tensor = (values: Float32Array, shaped: readonly number[]) =>
    tf.tensor(values.slice(), [...shaped]);
  const layer1 = ({ weights1, bias1 }: Parameters) =>
    k.concat([tensor(weights1, [T, H, sampleWidth(shape)]), tensor(bias1, [T, H, 1])], 2);
  const variable = (held: Held, of: Parameters): Variable =>
    k.variable(() => (held === "layer1" ? layer1(of) : tensor(of[held], dims[held])));
  return eachHeld((held) => ({
    parameter: variable(held, state.parameters),
    momentum: variable(held, state.momentum),
    variance: variable(held, state.variance),
  }));
}

function leave(
  tf: Tf,
  k: Kernels,
  shape: StepShape,
  held: HeldState,
  before: EngineState,
): Omit<EngineState, "steps"> {
  const { trials: T, hiddenWidth: H } = shape;
  const F = sampleWidth(shape);
  const data = (value: Tensor) => value.dataSync<"float32">();
  const parameters = (moment: keyof Trained<Variable>, still: Parameters): Parameters =>
    inScope(tf, () => {
      const value = (name: Held) => k.read(held[name][moment]);
      const layer1 = value("layer1");
      return {
        ...still, // D_x, which this step has not
        generators: shape.frozen ? still.generators.slice() : data(value("generators")),
        weights1: data(k.slice(layer1, [T, H, F])),
        bias1: data(k.slice(layer1, [T, H, 1], [0, 0, F])),
        weights2: data(value("weights2")),
        bias2: data(value("bias2")),
        weights3: data(value("weights3")),
        bias3: data(value("bias3")),
      };
    });
  return {
    parameters: parameters("parameter", before.parameters),
    momentum: parameters("momentum", before.momentum),
    variance: parameters("variance", before.variance),
  };
}
