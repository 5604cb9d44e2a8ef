import {
  ADAM,
  DISCRIMINATOR,
  INPUT_DISCRIMINATOR,
  INPUT_SHARE,
  inputWidth,
  type Layer,
  metricNames,
  type Parameters,
  parameterNames,
  SQUARINGS,
  type StepShape,
  sampleWidth,
} from "../../liegan/index.ts";
import { ADAM_COLUMNS, adamUpdate, type Moments, momentumScale } from "./adam.ts";
import { type DiscriminatorPass, discriminator } from "./discriminator.ts";
import { type Dim, Graph, type Value } from "./graph.ts";
import { groupElement } from "./group-element.ts";
import { identityPenalty, overlapPenalty } from "./penalties.ts";

/** What is trained, as the graph holds it: small parameters side by side, so that Adam runs four times, not seven. */
type Held = "generators" | (typeof HELD_OF_D)[Part] | (typeof HELD_OF_DX)[Part];
type HeldState = Readonly<Partial<Record<Held, Moments>>>;

/** What a discriminator is held as; `small` is W₁, b₁, b₂ and w₃. */
type Part = keyof typeof HELD_OF_D;
const HELD_OF_D = { small: "small", weights2: "weights2", bias3: "bias3" } as const;
const HELD_OF_DX = {
  small: "inputSmall",
  weights2: "inputWeights2",
  bias3: "inputBias3",
} as const;

interface Discriminator {
  readonly held: Readonly<Record<Part, Held>>;
  readonly names: Readonly<Record<Layer, keyof Parameters>>;
  /** Columns of a sample that it sees, which are the first. */
  readonly width: number;
}

/** D and, where the objective is conditional, D_x. */
const discriminatorsOf = (shape: StepShape): readonly [Discriminator, ...Discriminator[]] => [
  { held: HELD_OF_D, names: DISCRIMINATOR, width: sampleWidth(shape) },
  ...(shape.conditional
    ? [{ held: HELD_OF_DX, names: INPUT_DISCRIMINATOR, width: inputWidth(shape) }]
    : []),
];

const heldOf = (shape: StepShape): readonly Held[] => [
  "generators",
  ...discriminatorsOf(shape).flatMap(({ held }) => Object.values(held)),
];

/** Inputs of the model beside the state. */
export const INPUTS = {
  samples: "samples",
  rows: "rows",
  coefficients: "coefficients",
  adam: "adam",
  steps: "steps",
  growth: "growth",
  identityWeight: "identity_weight",
  overlapWeight: "overlap_weight",
  pairs: "pairs",
} as const;

const MOMENT_PREFIX = { parameter: "p", momentum: "m", variance: "v" } as const;
export type Moment = keyof typeof MOMENT_PREFIX;
export const MOMENTS = ["parameter", "momentum", "variance"] as const;

/** The name of a state tensor at the model's border. */
export const stateName = (moment: Moment, parameter: keyof Parameters): string =>
  `${MOMENT_PREFIX[moment]}_${parameter}`;

/**
 * The adversarial step of `liegan/engine.ts` as one ONNX model: a `Loop` over S minibatches whose
 * body is {@link stepBody}. One call is one run; S and the number of samples are free, all other
 * sizes are constants, so that the optimiser sees them.
 *
 * Inside, samples are columns: x is (T, F, B), weights (T, out, in), generators (T, n², K).
 */
export function buildModel(shape: StepShape): Uint8Array {
  const { trials: T } = shape;
  const trained = heldOf(shape);
  const main = new Graph();
  stepInputs(main, shape, "S");
  main.input(INPUTS.steps, "int64", []);
  main.input(INPUTS.growth, "float", [2]);

  const start = packState(main, shape);
  const body = new Graph(main);
  const sizes = heldSizes(shape);
  const iteration = body.input("iteration", "int64", []);
  body.input("going", "bool", []);
  const carried = trained.map((held) =>
    mapMoments((m) => body.input(`${m}_${held}`, "float", sizes[held]!)),
  );
  const { state, metrics } = stepBody(body, shape, iteration, asHeld(shape, carried));
  body.output("going", "bool", [], "still_going");
  for (const held of trained)
    for (const moment of MOMENTS) body.output(state[held]![moment], "float", sizes[held]!);
  for (const metric of metrics) body.output(metric, "float", [T]);

  const going = trained.flatMap((held) => MOMENTS.map((moment) => start[held]![moment]));
  const results = main.nodeOf(
    "Loop",
    [INPUTS.steps, "", ...going],
    { body: { graph: body } },
    going.length + metrics.length,
  );
  const ended = trained.map((_, h) => mapMoments((_moment, m) => results[h * MOMENTS.length + m]!));
  unpackState(main, shape, asHeld(shape, ended));
  metricNames(shape).forEach((name, i) => {
    main.output(results[going.length + i]!, "float", ["S", T], name);
  });
  return main.model();
}

/** Inputs of S steps, beside the state. */
function stepInputs(g: Graph, shape: StepShape, steps: Dim): void {
  const { trials: T, channels: K, batchSize: B } = shape;
  g.input(INPUTS.samples, "float", ["N", sampleWidth(shape)]);
  g.input(INPUTS.rows, "int32", [steps, T, B]);
  g.input(INPUTS.coefficients, "float", [steps, T, K, B]);
  g.input(INPUTS.adam, "float", [steps, T, 1, ADAM_COLUMNS]);
  g.input(INPUTS.identityWeight, "float", [T, 1, 1, 1]);
  g.input(INPUTS.overlapWeight, "float", [T, 1, 1]);
  g.input(INPUTS.pairs, "float", [T, K, K]);
}

/** Names of a state as the graph holds it, where one model hands it to the next. */
export const heldNames = (shape: StepShape): readonly string[] =>
  heldOf(shape).flatMap((held) => MOMENTS.map((moment) => `${moment}_${held}`));

/**
 * The same run without a `Loop`, for providers that have no kernel of it: its state would cross to
 * the CPU and back at every step. Three models instead, between which the state stays on the device:
 * `enter` takes it there, `steps` takes some steps and is called again and again, `leave` brings it back.
 */
export function buildUnrolledModels(shape: StepShape) {
  return {
    enter(): Uint8Array {
      const g = new Graph();
      const F = sampleWidth(shape);
      giveHeld(g, shape, packState(g, shape));
      g.output(
        g.input(INPUTS.samples, "float", ["N", F]),
        "float",
        ["N", F],
        `next_${INPUTS.samples}`,
      );
      return g.model();
    },
    steps(count: number): Uint8Array {
      const { trials: T } = shape;
      const g = new Graph();
      stepInputs(g, shape, count);
      let state = takeHeld(g, shape);
      const rows: Value[][] = [];
      for (let i = 0; i < count; i++) {
        const step = stepBody(g, shape, g.index(i), state);
        ({ state } = step);
        rows.push(step.metrics.map((metric) => g.reshape(metric, [1, T])));
      }
      giveHeld(g, shape, state);
      metricNames(shape).forEach((name, m) => {
        const all = rows.map((metrics) => metrics[m]!);
        g.output(g.concat(all, 0), "float", [count, T], name);
      });
      return g.model();
    },
    leave(): Uint8Array {
      const g = new Graph();
      g.input(INPUTS.growth, "float", [2]);
      if (shape.frozen)
        for (const moment of MOMENTS)
          g.input(stateName(moment, "generators"), "float", borderDims(shape).generators);
      unpackState(g, shape, takeHeld(g, shape));
      return g.model();
    },
  };
}

function takeHeld(g: Graph, shape: StepShape): HeldState {
  const sizes = heldSizes(shape);
  return asHeld(
    shape,
    heldOf(shape).map((held) => mapMoments((m) => g.input(`${m}_${held}`, "float", sizes[held]!))),
  );
}

function giveHeld(g: Graph, shape: StepShape, state: HeldState): void {
  const sizes = heldSizes(shape);
  for (const held of heldOf(shape))
    for (const moment of MOMENTS)
      g.output(state[held]![moment], "float", sizes[held]!, `next_${moment}_${held}`);
}

/** One update of the generators and of each discriminator, from the parameters of before both. */
function stepBody(g: Graph, shape: StepShape, iteration: Value, state: HeldState) {
  const { trials: T, channels: K, dimension: n, batchSize: B, inputBlocks, outputBlocks } = shape;
  const { labels } = shape;
  const blocks = inputBlocks + outputBlocks;
  const F = sampleWidth(shape);
  const now = (input: Value) => g.gather(input, iteration);
  const [rateD, epsilonD, rateG, epsilonG, gradientScale] = g.split(
    now(INPUTS.adam),
    2,
    [1, 1, 1, 1, 1],
  );

  // the minibatch, and the same samples moved by one group element each
  const sample = g.transpose(g.gather(INPUTS.samples, now(INPUTS.rows)), [0, 2, 1]);
  const [vectors, label] =
    labels === 0 ? [sample, undefined] : g.split(sample, 1, [blocks * n, labels]);
  const still = g.reshape(vectors!, [T, blocks, n, B]);
  const structure = shape.structure && g.floats([1, n * n, 1], shape.structure);
  const masked = (a: Value) => (structure === undefined ? a : g.mul(a, structure));
  const L = masked(state.generators!.parameter);
  const z = now(INPUTS.coefficients);
  const exponent = g.reshape(g.scale(g.matmul(L, z), 2 ** -SQUARINGS), [T, n, n, B]);
  const element = groupElement(g, exponent, [T, n, B]);
  const across = (a: Value) => g.reshape(a, [T, blocks, 1, n, B]);
  const moved = g.sum(g.mul(g.reshape(element.value, [T, 1, n, n, B]), across(still)), [3], true);

  // 2B columns, moved ones first
  const columns = (a: Value) => {
    const flat = g.reshape(a, [T, blocks * n, B]);
    return label === undefined ? flat : g.concat([flat, label], 1);
  };
  const ones = g.floats([T, 1, 2 * B], new Float32Array(T * 2 * B).fill(1));
  const x = g.concat([columns(moved), columns(still)], 2);
  const total = (a: Value, over: Value) => g.reshape(g.matmul(a, over, { transposeB: true }), [T]);
  const isReal = columnsOf(g, B, 0, 1);
  const against = columnsOf(g, B, 1, -1);
  /** What a discriminator sees in the columns, the mean of its loss, and how it changes. */
  const judge = ({ held, width }: Discriminator) => {
    const [weights1, bias2, weights3] = g.split(state[held.small]!.parameter, 2, [width + 1, 1, 1]);
    const values = {
      weights1: weights1!,
      bias2: bias2!,
      weights3: weights3!,
      weights2: state[held.weights2]!.parameter,
      bias3: state[held.bias3]!.parameter,
    };
    const seen = width === F ? x : g.slice(x, 1, 0, width);
    const pass = discriminator(g, values, g.concat([seen, ones], 1), ones);
    const probability = g.sigmoid(pass.logit);
    const pull = g.scale(g.sub(probability, isReal), 1 / (2 * B)); // ∂ℓ_D/∂logit
    return {
      held,
      pass,
      probability,
      gradients: pass.gradients(g.mul(pull, gradientScale!)),
      loss: g.scale(total(g.softplus(g.mul(pass.logit, against)), ones), 1 / (2 * B)),
    };
  };
  const judged = discriminatorsOf(shape).map(judge);
  const [D, Dx] = judged;
  /** The logit that the generator raises, its derivative by the moved vectors, and its sigmoid. */
  const raised = Dx
    ? beyondInput(g, shape, D!.pass, Dx.pass)
    : {
        logit: g.slice(D!.pass.logit, 2, 0, B),
        jacobian: () => movedPart(g, shape, D!.pass, blocks * n),
        probability: () => g.slice(D!.probability, 2, 0, B),
      };

  const identity = identityPenalty(g, shape, moved, still, INPUTS.identityWeight);
  const overlap =
    K > 1 ? overlapPenalty(g, shape, L, INPUTS.pairs, INPUTS.overlapWeight) : undefined;

  // the generator: through D, away from the identity, apart from each other
  const generatorGradient = () => {
    const throughD = g.mul(
      raised.jacobian(),
      g.scale(g.sub(raised.probability(), g.scalar(1)), 1 / B),
    );
    const byMoved = g.add(g.reshape(throughD, [T, blocks, n, B]), identity.gradient());
    const byElement = g.sum(
      g.mul(g.reshape(byMoved, [T, blocks, n, 1, B]), across(still)),
      [1],
      true,
    );
    const byExponent = g.reshape(element.pullBack(byElement), [T, n * n, B]);
    const byGenerators = g.scale(g.matmul(byExponent, z, { transposeB: true }), 2 ** -SQUARINGS);
    return masked(overlap ? g.add(byGenerators, overlap.gradient()) : byGenerators);
  };

  const forD = { rate: rateD!, epsilon: epsilonD! };
  const next: Partial<Record<Held, Moments>> = {
    generators: shape.frozen
      ? keep(g, state.generators!)
      : adamUpdate(
          g,
          state.generators!,
          g.mul(generatorGradient(), gradientScale!),
          ADAM.generatorBeta1,
          { rate: rateG!, epsilon: epsilonG! },
        ),
  };
  for (const { held, gradients } of judged) {
    const { weights1, bias2, weights2, weights3, bias3 } = gradients;
    const parts = { small: g.concat([weights1, bias2, weights3], 2), weights2, bias3 };
    for (const part of ["small", "weights2", "bias3"] as const)
      next[held[part]] = adamUpdate(
        g,
        state[held[part]]!,
        parts[part],
        ADAM.discriminatorBeta1,
        forD,
      );
  }
  return {
    state: next satisfies HeldState,
    metrics: [
      D!.loss,
      g.scale(total(g.softplus(g.neg(raised.logit)), g.slice(ones, 2, 0, B)), 1 / B),
      g.reshape(identity.value, [T]),
      overlap?.value ?? g.floats([T], new Float32Array(T)),
      ...(Dx ? [Dx.loss] : []),
    ].map((metric) => g.node("Identity", [metric])),
  };
}

/** Derivative of a logit at the moved columns by their first `width` rows, (T, width, B). */
const movedPart = (g: Graph, { batchSize }: StepShape, pass: DiscriminatorPass, width: number) =>
  g.slice(g.slice(pass.jacobian(), 2, 0, batchSize), 1, 0, width);

/** D(gx, gy) − c D_x(gx), as {@link stepBody} needs it. */
function beyondInput(g: Graph, shape: StepShape, D: DiscriminatorPass, Dx: DiscriminatorPass) {
  const { dimension: n, outputBlocks, batchSize: B } = shape;
  const width = inputWidth(shape);
  const logit = g.sub(g.slice(D.logit, 2, 0, B), g.scale(g.slice(Dx.logit, 2, 0, B), INPUT_SHARE));
  return {
    logit,
    jacobian() {
      const byInput = g.scale(movedPart(g, shape, Dx, width), INPUT_SHARE);
      const byAll = movedPart(g, shape, D, width + outputBlocks * n);
      if (outputBlocks === 0) return g.sub(byAll, byInput);
      const [first, rest] = g.split(byAll, 1, [width, outputBlocks * n]);
      return g.concat([g.sub(first!, byInput), rest!], 1);
    },
    probability: () => g.sigmoid(logit),
  };
}

/** Moments as they are: the output of a loop body must be made in it. */
const keep = (g: Graph, { parameter, momentum, variance }: Moments): Moments => ({
  parameter: g.node("Identity", [parameter]),
  momentum: g.node("Identity", [momentum]),
  variance: g.node("Identity", [variance]),
});

/** (1, 1, 2B): one number for the moved columns, another for the still ones. */
const columnsOf = (g: Graph, B: number, moved: number, still: number): Value =>
  g.floats(
    [1, 1, 2 * B],
    Array.from({ length: 2 * B }, (_, i) => (i < B ? moved : still)),
  );

function heldSizes(shape: StepShape): Readonly<Partial<Record<Held, readonly number[]>>> {
  const { trials: T, channels: K, dimension: n, hiddenWidth: H } = shape;
  const sizes: Partial<Record<Held, readonly number[]>> = { generators: [T, n * n, K] };
  for (const { held, width } of discriminatorsOf(shape)) {
    sizes[held.small] = [T, H, width + 3];
    sizes[held.weights2] = [T, H, H];
    sizes[held.bias3] = [T, 1, 1];
  }
  return sizes;
}

/** The shape of each parameter at the model's border, as `liegan/engine.ts` states it, D_x's where it has them. */
export function borderDims(
  shape: StepShape,
): Readonly<Record<keyof Parameters, readonly number[]>> {
  const { trials: T, channels: K, dimension: n, hiddenWidth: H } = shape;
  return {
    generators: [T, K, n * n],
    weights1: [T, H, sampleWidth(shape)],
    bias1: [T, H, 1],
    weights2: [T, H, H],
    bias2: [T, H, 1],
    weights3: [T, H, 1],
    bias3: [T, 1, 1],
    inputWeights1: [T, H, inputWidth(shape)],
    inputBias1: [T, H, 1],
    inputWeights2: [T, H, H],
    inputBias2: [T, H, 1],
    inputWeights3: [T, H, 1],
    inputBias3: [T, 1, 1],
  };
}

function packState(g: Graph, shape: StepShape): HeldState {
  const dims = borderDims(shape);
  for (const moment of MOMENTS)
    for (const name of parameterNames(shape)) g.input(stateName(moment, name), "float", dims[name]);
  return asHeld(
    shape,
    heldOf(shape).map((held) =>
      mapMoments((moment) => {
        const packed = pack(g, shape, held, (name) => stateName(moment, name));
        return moment === "momentum" ? g.scale(packed, momentumScale(beta1(held))) : packed;
      }),
    ),
  );
}

function pack(
  g: Graph,
  shape: StepShape,
  held: Held,
  of: (name: keyof Parameters) => Value,
): Value {
  if (held === "generators") return g.transpose(of("generators"), [0, 2, 1]);
  for (const { held: parts, names } of discriminatorsOf(shape)) {
    if (held === parts.small)
      return g.concat(
        [of(names.weights1), of(names.bias1), of(names.bias2), of(names.weights3)],
        2,
      );
    if (held === parts.weights2) return of(names.weights2);
    if (held === parts.bias3) return of(names.bias3);
  }
  throw new RangeError(`the shape has no ${held}`);
}

function unpackState(g: Graph, shape: StepShape, state: HeldState): void {
  const dims = borderDims(shape);
  const [shrinkMomentum, shrinkVariance] = g.split(INPUTS.growth, 0, [1, 1]);
  const give = (moment: Moment, name: keyof Parameters, value: Value) => {
    g.output(value, "float", dims[name], `next_${stateName(moment, name)}`);
  };
  for (const moment of MOMENTS) {
    const plain = (held: Held) => {
      const value = state[held]![moment];
      if (moment === "parameter") return value;
      if (moment === "variance") return g.mul(value, shrinkVariance!);
      return g.mul(value, g.scale(shrinkMomentum!, 1 / momentumScale(beta1(held))));
    };
    const generators = shape.frozen
      ? stateName(moment, "generators")
      : g.transpose(plain("generators"), [0, 2, 1]);
    give(moment, "generators", generators);
    for (const { held, names, width } of discriminatorsOf(shape)) {
      give(moment, names.weights2, plain(held.weights2));
      give(moment, names.bias3, plain(held.bias3));
      const small = g.split(plain(held.small), 2, [width, 1, 1, 1]);
      give(moment, names.weights1, small[0]!);
      give(moment, names.bias1, small[1]!);
      give(moment, names.bias2, small[2]!);
      give(moment, names.weights3, small[3]!);
    }
  }
}

const beta1 = (held: Held): number =>
  held === "generators" ? ADAM.generatorBeta1 : ADAM.discriminatorBeta1;

const mapMoments = (of: (moment: Moment, index: number) => Value): Moments => ({
  parameter: of("parameter", 0),
  momentum: of("momentum", 1),
  variance: of("variance", 2),
});

/** One for each of {@link heldOf}, in its order. */
const asHeld = (shape: StepShape, moments: readonly Moments[]): HeldState =>
  Object.fromEntries(heldOf(shape).map((held, i) => [held, moments[i]!]));
