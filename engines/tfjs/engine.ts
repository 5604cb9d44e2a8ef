import type { Tensor, Tensor3D } from "@tensorflow/tfjs";
import {
  ADAM,
  DISCRIMINATOR,
  type Engine,
  type EngineRun,
  type EngineSession,
  type EngineState,
  eachMetric,
  eachParameter,
  INPUT_DISCRIMINATOR,
  inputWidth,
  type Layer,
  PARAMETER_NAMES,
  type Parameters,
  parameterNames,
  type StepDraws,
  type StepMetrics,
  type StepShape,
  sampleWidth,
  stepsAfter,
  type TrialSettings,
} from "../../liegan/index.ts";
import { openDoubled } from "../doubled.ts";
import { loadTfjs, type TfjsBackend } from "./backends.ts";
import { openFastSession } from "./fast-session.ts";
import type { Tf } from "./namespace.ts";
import { requireSizes } from "./require-sizes.ts";
import { type AdamTensors, adam, type DiscriminatorTensors, liegan } from "./step.ts";

/**
 * The eager step. On `tensorflow` with a backward pass derived by hand (`fast-step.ts`); elsewhere, and
 * for the conditional objective, by tfjs's own differentiation.
 *
 * @throws {@link BackendUnavailableError} when the backend is not installed.
 */
export const tfjsEngine = (backend: TfjsBackend): Promise<Engine> =>
  engineOn(backend, (tf, shape, ...others) =>
    backend === "tensorflow" && !shape.conditional
      ? openFastSession(tf, shape, ...others)
      : openSession(tf, shape, ...others),
  );

/** The step as tfjs differentiates it, on any backend: the judge of all others. */
export const autodiffEngine = (backend: TfjsBackend): Promise<Engine> =>
  engineOn(backend, openSession);

async function engineOn(backend: TfjsBackend, open: typeof openSession): Promise<Engine> {
  const { tf, version } = await loadTfjs(backend);
  return {
    name: "tfjs",
    backend,
    version,
    open: openDoubled((shape, settings, samples) =>
      Promise.resolve(open(tf, shape, settings, samples)),
    ),
  };
}

/** Of the parameters that the shape has. */
type TrainedTensors = Readonly<Partial<Record<keyof Parameters, AdamTensors>>>;

function openSession(
  tf: Tf,
  shape: StepShape,
  settings: TrialSettings,
  samples: Float32Array,
): EngineSession {
  const { trials: T, channels: K, dimension: n, batchSize: B } = shape;
  const F = sampleWidth(shape);
  const trial = tf.tidy(() => {
    const live = tf.tensor3d(settings.live, [T, 1, K]);
    const different = tf.expandDims(tf.sub(1, tf.eye(K)), 0);
    return {
      identityWeight: tf.keep(tf.tensor1d(settings.identityWeight)),
      overlapWeight: tf.keep(tf.tensor1d(settings.overlapWeight)),
      pairs: tf.keep(tf.mul(tf.matMul(live, live, true, false), different)),
      structure: shape.structure && tf.keep(tf.tensor3d([...shape.structure], [1, 1, n * n])),
    };
  });
  const method = liegan(tf, shape, trial);

  function step(state: TrainedTensors, draws: StepDraws, s: number, taken: Int32Array) {
    const batch = tf.tensor3d(gatherRows(samples, F, draws.rows, s * T * B, T * B), [T, B, F]);
    const perStep = T * K * B;
    const drawn = draws.coefficients.slice(s * perStep, (s + 1) * perStep);
    const z = tf.transpose(tf.tensor3d(drawn, [T, K, B]), [0, 2, 1]);
    const ofNames = (names: Readonly<Record<Layer, keyof Parameters>>): DiscriminatorTensors =>
      eachLayer((layer) => state[names[layer]]!.parameter);
    const d = ofNames(DISCRIMINATOR);
    const dx = shape.conditional ? ofNames(INPUT_DISCRIMINATOR) : undefined;

    let losses: ReturnType<typeof method.generatorLosses> | undefined;
    const lossOf = (L: Tensor) => {
      losses = method.generatorLosses(L, d, dx, batch, z);
      for (const loss of Object.values(losses)) tf.keep(loss);
      return method.totalGeneratorLoss(losses);
    };
    const generatorUpdate = (before: AdamTensors, rate: number): AdamTensors => {
      if (!shape.frozen)
        return adam(
          tf,
          before,
          tf.grad(lossOf)(before.parameter),
          rate,
          ADAM.generatorBeta1,
          taken,
        );
      lossOf(before.parameter);
      return {
        parameter: tf.clone(before.parameter),
        momentum: tf.clone(before.momentum),
        variance: tf.clone(before.variance),
      };
    };
    const { generators } = state;
    const next: Partial<Record<keyof Parameters, AdamTensors>> = {
      generators: generatorUpdate(generators!, draws.generatorRate[s]!),
    };

    const moved = method.move(generators!.parameter, batch, z);
    const discriminatorUpdate = (
      names: Readonly<Record<Layer, keyof Parameters>>,
      tensors: DiscriminatorTensors,
      fake: Tensor3D,
      real: Tensor3D,
    ): Tensor => {
      let kept: Tensor | undefined;
      const gradients = tf.grads((...given: Tensor[]) => {
        const loss = method.discriminatorLosses(
          eachLayer((_, i) => given[i]!),
          fake,
          real,
        );
        kept = tf.keep(loss);
        return tf.sum(loss);
      })(LAYERS.map((layer) => tensors[layer]));
      for (const [i, layer] of LAYERS.entries())
        next[names[layer]] = adam(
          tf,
          state[names[layer]]!,
          gradients[i]!,
          draws.discriminatorRate[s]!,
          ADAM.discriminatorBeta1,
          taken,
        );
      return kept!;
    };
    const discriminatorLoss = discriminatorUpdate(DISCRIMINATOR, d, moved, batch);
    const inputLoss =
      dx &&
      discriminatorUpdate(INPUT_DISCRIMINATOR, dx, method.inputsOf(moved), method.inputsOf(batch));
    const { adversarial: generatorLoss, meanCosine, overlap } = losses!;
    return {
      next,
      losses: {
        ...{ discriminatorLoss, generatorLoss, meanCosine, overlap },
        ...(inputLoss && { inputLoss }),
      },
    };
  }

  return {
    async run(state, draws): Promise<EngineRun> {
      let tensors = tensorsOf(tf, shape, state);
      const metrics = eachMetric(shape, () => new Float32Array(draws.steps * T));
      for (let s = 0; s < draws.steps; s++) {
        const before = tensors;
        tf.engine().startScope();
        const taken = stepsAfter(state, s + 1);
        const { next, losses } = step(before, draws, s, taken);
        for (const tensor of trainedTensors(next)) tf.keep(tensor);
        tf.engine().endScope();
        disposeTrained(before);
        tensors = next;
        for (const [name, loss] of Object.entries(losses)) {
          metrics[name as keyof StepMetrics].set(await loss.data<"float32">(), s * T);
          loss.dispose();
        }
      }
      const result = await stateOf(tensors, stepsAfter(state, draws.steps));
      disposeTrained(tensors);
      return { state: result, metrics };
    },
    close() {
      for (const tensor of Object.values(trial)) tensor?.dispose();
      return Promise.resolve();
    },
  };
}

/** Rows `rows[from] … rows[from + count − 1]` of a (N, F) array, as one array. */
function gatherRows(
  values: Float32Array,
  F: number,
  rows: Int32Array,
  from: number,
  count: number,
): Float32Array {
  const gathered = new Float32Array(count * F);
  for (let i = 0; i < count; i++) {
    const row = rows[from + i]! * F;
    for (let f = 0; f < F; f++) gathered[i * F + f] = values[row + f]!;
  }
  return gathered;
}

/** The caller owns the tensors. */
function tensorsOf(tf: Tf, shape: StepShape, state: EngineState): TrainedTensors {
  const { trials: T, channels: K, dimension: n, hiddenWidth: H } = shape;
  const discriminatorDims = (
    names: Readonly<Record<Layer, keyof Parameters>>,
    width: number,
  ): Partial<Record<keyof Parameters, number[]>> => ({
    [names.weights1]: [T, H, width],
    [names.bias1]: [T, H],
    [names.weights2]: [T, H, H],
    [names.bias2]: [T, H],
    [names.weights3]: [T, H],
    [names.bias3]: [T],
  });
  const dims: Partial<Record<keyof Parameters, number[]>> = {
    generators: [T, K, n * n],
    ...discriminatorDims(DISCRIMINATOR, sampleWidth(shape)),
    ...discriminatorDims(INPUT_DISCRIMINATOR, inputWidth(shape)),
  };
  requireSizes(shape, state);
  const trained = parameterNames(shape).map((name) => {
    const of = (parameters: Parameters) => tf.tensor(parameters[name].slice(), dims[name]);
    const tensors: AdamTensors = {
      parameter: of(state.parameters),
      momentum: of(state.momentum),
      variance: of(state.variance),
    };
    return [name, tensors] as const;
  });
  return Object.fromEntries(trained);
}

async function stateOf(tensors: TrainedTensors, steps: Int32Array): Promise<EngineState> {
  const read = async (moment: keyof AdamTensors): Promise<Parameters> => {
    const parameters = eachParameter(() => new Float32Array());
    for (const name of PARAMETER_NAMES) {
      const values = await tensors[name]?.[moment].data<"float32">();
      if (values) parameters[name] = values.slice();
    }
    return parameters;
  };
  return {
    steps,
    parameters: await read("parameter"),
    momentum: await read("momentum"),
    variance: await read("variance"),
  };
}

const trainedTensors = (tensors: TrainedTensors): readonly Tensor[] =>
  Object.values(tensors).flatMap(({ parameter, momentum, variance }) => [
    parameter,
    momentum,
    variance,
  ]);

function disposeTrained(tensors: TrainedTensors): void {
  for (const tensor of trainedTensors(tensors)) tensor.dispose();
}

const LAYERS = Object.keys(DISCRIMINATOR) as readonly Layer[];

const eachLayer = <V>(of: (layer: Layer, index: number) => V): Record<Layer, V> =>
  // Object.fromEntries forgets that every layer is there
  Object.fromEntries(LAYERS.map((layer, i) => [layer, of(layer, i)])) as Record<Layer, V>;
