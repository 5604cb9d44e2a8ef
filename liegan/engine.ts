/**
 * What a training engine computes, and in which shapes. An engine knows nothing of sweeps, seeds or
 * rows: it is handed the samples, the state and every random number, and gives the next state back.
 *
 * One **step** is one generator update and one discriminator update of T trials at once, both from
 * the parameters of before the step (method: Yang et al. 2023, §3; joint form of the two losses):
 *
 *   g = exp(Σₖ zₖ Lₖ),   ℓ_G = E softplus(−D(gx, gy)) + λ R_id + η R_ch
 *   ℓ_D = ½ (E softplus(−D(x, y)) + E softplus(D(gx, gy)))
 *
 *   R_id = |mean over samples and blocks of cos(g xₜ, xₜ)|,   R_ch = Σ_{i<j} |cos(Lᵢ, Lⱼ)|
 *
 * D is two hidden layers of H units with LeakyReLU(0.2). Losses of different trials never mix, so a
 * trial's result does not depend on its pack mates.
 *
 * That is the objective of the **law** of (x, y). The **conditional** one (method §15.5) lets the law of
 * x move: a second discriminator D_x sees x alone and trains on a loss of its own, and the generator on
 * what D sees beyond it,
 *
 *   ℓ_G = E softplus(−(D(gx, gy) − c D_x(gx))) + λ R_id + η R_ch
 *   ℓ_Dx = ½ (E softplus(−D_x(x)) + E softplus(D_x(gx)))
 *
 * With c a little below 1, a share of the law of x still counts, or x would be pushed to where no x was: there
 * both discriminators are sure and their difference says nothing ({@link INPUT_SHARE}).
 *
 * At the optimum of both, D − D_x = log p(y|x)/p_g(y|x) with p_g the law of the moved pairs, and
 * ℓ_Dx − ℓ_D is what y tells given x about whether a pair was moved: 0 when y follows x as before.
 */

/** The sizes of one batched program. */
export interface StepShape {
  /** T, trials. */
  readonly trials: number;
  /** K, channels for generators; a trial with fewer leaves the rest dead. */
  readonly channels: number;
  /** n, size of one matrix, in the coordinates trained in (after whitening, the rank). */
  readonly dimension: number;
  /** Vectors of x in a sample; the identity penalty looks at these alone. */
  readonly inputBlocks: number;
  /** Vectors of y in a sample; they move with x. */
  readonly outputBlocks: number;
  /** Numbers in a sample that stay. */
  readonly labels: number;
  /** H. */
  readonly hiddenWidth: number;
  /** B. */
  readonly batchSize: number;
  /** Entries of L that may differ from 0, as n² ones and zeros; all of them when absent. Applied before R_ch. */
  readonly structure?: readonly number[];
  /** Generators that only move the data: they and their moments stay, and no gradient of theirs is computed. */
  readonly frozen?: boolean;
  /** The conditional objective, with its second discriminator; without it, that of the law. */
  readonly conditional?: boolean;
}

/** c, share of D_x that the conditional objective takes from D. */
export const INPUT_SHARE = 0.8;

/** F, columns of a sample: x and y vectors, then labels. */
export const sampleWidth = (shape: StepShape): number =>
  (shape.inputBlocks + shape.outputBlocks) * shape.dimension + shape.labels;

/** F_x, columns of x, which are a sample's first. */
export const inputWidth = ({ inputBlocks, dimension }: StepShape): number =>
  inputBlocks * dimension;

/** What differs from trial to trial and stays for the whole training. */
export interface TrialSettings {
  /** λ, (T). */
  readonly identityWeight: Float32Array;
  /** η, (T). */
  readonly overlapWeight: Float32Array;
  /** c, (T, K): 1 for a live channel, 0 for padding. Dead channels must come with z = 0 and L = 0. */
  readonly live: Float32Array;
}

/** The parameters of T discriminators and generators, or their Adam moments. */
export interface Parameters {
  /** L, (T, K, n, n). */
  readonly generators: Float32Array;
  /** First layer of D, (T, H, F). */
  readonly weights1: Float32Array;
  /** (T, H). */
  readonly bias1: Float32Array;
  /** Second layer, (T, H, H). */
  readonly weights2: Float32Array;
  /** (T, H). */
  readonly bias2: Float32Array;
  /** Output layer, (T, H). */
  readonly weights3: Float32Array;
  /** (T). */
  readonly bias3: Float32Array;
  /** First layer of D_x, (T, H, F_x). These six are empty but for {@link StepShape.conditional}. */
  readonly inputWeights1: Float32Array;
  readonly inputBias1: Float32Array;
  readonly inputWeights2: Float32Array;
  readonly inputBias2: Float32Array;
  readonly inputWeights3: Float32Array;
  readonly inputBias3: Float32Array;
}

/** D's parameters by what they are in a discriminator. */
export const DISCRIMINATOR = {
  weights1: "weights1",
  bias1: "bias1",
  weights2: "weights2",
  bias2: "bias2",
  weights3: "weights3",
  bias3: "bias3",
} as const satisfies Readonly<Record<string, keyof Parameters>>;

export type Layer = keyof typeof DISCRIMINATOR;

/** D_x's. */
export const INPUT_DISCRIMINATOR = {
  weights1: "inputWeights1",
  bias1: "inputBias1",
  weights2: "inputWeights2",
  bias2: "inputBias2",
  weights3: "inputWeights3",
  bias3: "inputBias3",
} as const satisfies Readonly<Record<Layer, keyof Parameters>>;

export interface EngineState {
  /** Adam steps that each trial has taken, (T): trials that began at different times train together. */
  readonly steps: Int32Array;
  readonly parameters: Parameters;
  /** Adam's first moments. */
  readonly momentum: Parameters;
  /** Adam's second moments. */
  readonly variance: Parameters;
}

/** Adam steps of each trial when `count` more are taken. */
export const stepsAfter = ({ steps }: EngineState, count: number): Int32Array =>
  steps.map((taken) => taken + count);

/** Everything random or scheduled about S steps. */
export interface StepDraws {
  /** S. */
  readonly steps: number;
  /** Row of `samples`, (S, T, B). */
  readonly rows: Int32Array;
  /** z, scaled by σ, 0 in dead channels, (S, T, K, B). */
  readonly coefficients: Float32Array;
  /** Adam step of the generators, (S); 0 freezes them. */
  readonly generatorRate: Float64Array;
  /** Adam step of the discriminators, (S); 0 at both turns a run into an evaluation. */
  readonly discriminatorRate: Float64Array;
}

/** Values before each step's update, each (S, T). */
export interface StepMetrics {
  readonly discriminatorLoss: Float32Array;
  /** ℓ_G without the penalties. */
  readonly generatorLoss: Float32Array;
  /** Mean cosine, with its sign; R_id is its absolute value. */
  readonly meanCosine: Float32Array;
  /** R_ch. */
  readonly overlap: Float32Array;
  /** ℓ_Dx; empty but for {@link StepShape.conditional}. */
  readonly inputLoss: Float32Array;
}

/** Those of {@link StepMetrics} that a shape has. */
export const metricNames = ({ conditional }: StepShape): readonly (keyof StepMetrics)[] => [
  ...(["discriminatorLoss", "generatorLoss", "meanCosine", "overlap"] as const),
  ...(conditional ? (["inputLoss"] as const) : []),
];

/** One value for each metric that a shape has, and an empty array for one that it has not. */
export function eachMetric(
  shape: StepShape,
  of: (name: keyof StepMetrics) => Float32Array,
): StepMetrics {
  const has = new Set(metricNames(shape));
  const metric = (name: keyof StepMetrics) => (has.has(name) ? of(name) : new Float32Array());
  return {
    discriminatorLoss: metric("discriminatorLoss"),
    generatorLoss: metric("generatorLoss"),
    meanCosine: metric("meanCosine"),
    overlap: metric("overlap"),
    inputLoss: metric("inputLoss"),
  };
}

export interface EngineRun {
  readonly state: EngineState;
  readonly metrics: StepMetrics;
}

/** T trials opened for training on one data set. Nothing is kept between runs: the state comes and goes. */
export interface EngineSession {
  /** Takes `draws.steps` steps. Blocks its thread; nothing can interrupt it. */
  run(state: EngineState, draws: StepDraws): Promise<EngineRun>;
  /** Frees what the session holds. */
  close(): Promise<void>;
}

export interface Engine {
  /** `onnx` or `tfjs`. */
  readonly name: string;
  /** `cpu`, `tensorflow`, `webgpu`, … */
  readonly backend: string;
  /** `onnxruntime-node 1.30.0`. */
  readonly version: string;
  /** @param samples - (N, F), row-major; borrowed until `close`. */
  open(shape: StepShape, settings: TrialSettings, samples: Float32Array): Promise<EngineSession>;
}

/** Adam's constants; the reference's. β₁ differs between the two players. */
export const ADAM = {
  generatorBeta1: 0.5,
  discriminatorBeta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
} as const;

/** Slope of LeakyReLU below 0. */
export const LEAK = 0.2;

/** Keeps norms and cosines of zero vectors finite, inside the square root. */
export const NORM_FLOOR = 1e-12;

/** Added to the denominators of cosines. */
export const COSINE_FLOOR = 1e-8;

/** Added to ‖L‖ in R_ch, so that the cosine of a generator near zero is not noise (method §5). */
export const OVERLAP_FLOOR = 1e-6;

/** Number of elements of each parameter of one trial; 0 of those that the shape has not. */
export function parameterSizes(shape: StepShape): Readonly<Record<keyof Parameters, number>> {
  const { channels, dimension, hiddenWidth: H, conditional } = shape;
  const ofInput = (size: number) => (conditional ? size : 0);
  return {
    generators: channels * dimension * dimension,
    weights1: H * sampleWidth(shape),
    bias1: H,
    weights2: H * H,
    bias2: H,
    weights3: H,
    bias3: 1,
    inputWeights1: ofInput(H * inputWidth(shape)),
    inputBias1: ofInput(H),
    inputWeights2: ofInput(H * H),
    inputBias2: ofInput(H),
    inputWeights3: ofInput(H),
    inputBias3: ofInput(1),
  };
}

export const PARAMETER_NAMES: readonly (keyof Parameters)[] = [
  "generators",
  ...Object.values(DISCRIMINATOR),
  ...Object.values(INPUT_DISCRIMINATOR),
];

/** Those that a shape has. */
export const parameterNames = ({ conditional }: StepShape): readonly (keyof Parameters)[] => [
  "generators",
  ...Object.values(DISCRIMINATOR),
  ...(conditional ? Object.values(INPUT_DISCRIMINATOR) : []),
];

/** One value for each parameter; of arrays, new {@link Parameters}. */
export const eachParameter = <V>(of: (name: keyof Parameters) => V): Record<keyof Parameters, V> =>
  // Object.fromEntries forgets that every name is there
  Object.fromEntries(PARAMETER_NAMES.map((name) => [name, of(name)])) as Record<
    keyof Parameters,
    V
  >;
