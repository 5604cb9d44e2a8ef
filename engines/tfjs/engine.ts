import type { Tensor } from "@tensorflow/tfjs";
import {
  ADAM,
  type Engine,
  type EngineRun,
  type EngineSession,
  type EngineState,
  eachParameter,
  PARAMETER_NAMES,
  type Parameters,
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
 * The eager step. On `tensorflow` with a backward pass derived by hand (`fast-step.ts`), elsewhere by
 * tfjs's own differentiation.
 *
 * @throws {@link BackendUnavailableError} when the backend is not installed.
 */
export const tfjsEngine = (backend: TfjsBackend): Promise<Engine> =>
  engineOn(backend, backend === "tensorflow" ? openFastSession : openSession);

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

type TrainedTensors = Readonly<Record<keyof Parameters, AdamTensors>>;

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
    const { generators, ...d } = eachParameter((name) => state[name].parameter);

    let losses: ReturnType<typeof method.generatorLosses> | undefined;
    const generatorLoss = (L: Tensor) => {
      losses = method.generatorLosses(L, d, batch, z);
      for (const loss of Object.values(losses)) tf.keep(loss);
      return method.totalGeneratorLoss(losses);
    };
    const generatorUpdate = (before: AdamTensors, rate: number): AdamTensors => {
      if (!shape.frozen)
        return adam(
          tf,
          before,
          tf.grad(generatorLoss)(generators),
          rate,
          ADAM.generatorBeta1,
          taken,
        );
      generatorLoss(generators);
      return {
        parameter: tf.clone(before.parameter),
        momentum: tf.clone(before.momentum),
        variance: tf.clone(before.variance),
      };
    };
    const nextGenerators = generatorUpdate(state.generators, draws.generatorRate[s]!);

    const moved = method.move(generators, batch, z);
    const names = PARAMETER_NAMES.filter((name) => name !== "generators");
    let discriminatorLoss: Tensor | undefined;
    const byDiscriminator = tf.grads((...tensors: Tensor[]) => {
      const given = Object.fromEntries(names.map((name, i) => [name, tensors[i]]));
      discriminatorLoss = tf.keep(
        method.discriminatorLosses(given as unknown as DiscriminatorTensors, moved, batch),
      );
      return tf.sum(discriminatorLoss);
    })(names.map((name) => d[name as keyof DiscriminatorTensors]));

    const next = eachParameter((name) =>
      name === "generators"
        ? nextGenerators
        : adam(
            tf,
            state[name],
            byDiscriminator[names.indexOf(name)]!,
            draws.discriminatorRate[s]!,
            ADAM.discriminatorBeta1,
            taken,
          ),
    );
    return { next, losses: losses!, discriminatorLoss: discriminatorLoss! };
  }

  return {
    async run(state, draws): Promise<EngineRun> {
      let tensors = tensorsOf(tf, shape, state);
      const metrics: StepMetrics = {
        discriminatorLoss: new Float32Array(draws.steps * T),
        generatorLoss: new Float32Array(draws.steps * T),
        meanCosine: new Float32Array(draws.steps * T),
        overlap: new Float32Array(draws.steps * T),
      };
      for (let s = 0; s < draws.steps; s++) {
        const before = tensors;
        tf.engine().startScope();
        const taken = stepsAfter(state, s + 1);
        const { next, losses, discriminatorLoss } = step(before, draws, s, taken);
        for (const moments of Object.values(next))
          for (const tensor of Object.values(moments) as Tensor[]) tf.keep(tensor);
        tf.engine().endScope();
        disposeTrained(before);
        tensors = next;
        const read = async (into: Float32Array, tensor: Tensor) => {
          into.set(await tensor.data<"float32">(), s * T);
          tensor.dispose();
        };
        await read(metrics.discriminatorLoss, discriminatorLoss);
        await read(metrics.generatorLoss, losses.adversarial);
        await read(metrics.meanCosine, losses.meanCosine);
        await read(metrics.overlap, losses.overlap);
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
  const dims: Record<keyof Parameters, number[]> = {
    generators: [T, K, n * n],
    weights1: [T, H, sampleWidth(shape)],
    bias1: [T, H],
    weights2: [T, H, H],
    bias2: [T, H],
    weights3: [T, H],
    bias3: [T],
  };
  requireSizes(shape, state);
  return eachParameter((name) => {
    const of = (parameters: Parameters) => tf.tensor(parameters[name].slice(), dims[name]);
    return {
      parameter: of(state.parameters),
      momentum: of(state.momentum),
      variance: of(state.variance),
    };
  });
}

async function stateOf(tensors: TrainedTensors, steps: Int32Array): Promise<EngineState> {
  const read = async (moment: keyof AdamTensors): Promise<Parameters> => {
    const entries = PARAMETER_NAMES.map(
      async (name) => [name, (await tensors[name][moment].data<"float32">()).slice()] as const,
    );
    return Object.fromEntries(await Promise.all(entries)) as unknown as Parameters;
  };
  return {
    steps,
    parameters: await read("parameter"),
    momentum: await read("momentum"),
    variance: await read("variance"),
  };
}

function disposeTrained(tensors: TrainedTensors): void {
  for (const moments of Object.values(tensors))
    for (const tensor of Object.values(moments) as Tensor[]) tensor.dispose();
}
