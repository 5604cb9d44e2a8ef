import type { Scalar, Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import {
  ADAM,
  COSINE_FLOOR,
  INPUT_SHARE,
  inputWidth,
  type Layer,
  LEAK,
  NORM_FLOOR,
  OVERLAP_FLOOR,
  SQUARINGS,
  type StepShape,
  TAYLOR8,
} from "../../liegan/index.ts";
import type { Tf } from "./namespace.ts";

/** A discriminator as tensors, shapes as in `liegan/engine.ts` with samples as rows. */
export type DiscriminatorTensors = Readonly<Record<Layer, Tensor>>;

export interface TrialTensors {
  /** λ, (T). */
  readonly identityWeight: Tensor;
  /** η, (T). */
  readonly overlapWeight: Tensor;
  /** 1 where two different channels are both live, (T, K, K). */
  readonly pairs: Tensor;
  /** (1, 1, n²), or none. */
  readonly structure: Tensor | undefined;
}

/** Losses of each trial, (T) each. */
export interface GeneratorLosses {
  readonly adversarial: Tensor;
  readonly meanCosine: Tensor;
  readonly overlap: Tensor;
}

/**
 * The step in the plainest form that tfjs can differentiate: the definition, not the fast way. Its
 * gradients are the oracle of the compiled step.
 */
export function liegan(tf: Tf, shape: StepShape, trial: TrialTensors) {
  const { trials: T, channels: K, dimension: n, inputBlocks, outputBlocks, labels } = shape;
  const blocks = inputBlocks + outputBlocks;
  const { add, div, matMul, mul, neg, reshape, square, sqrt, sum } = tf;
  const eye = () => tf.expandDims(tf.eye(n), 0);
  /** Σ cᵢ aᵢ. */
  const combine = (...terms: readonly (readonly [number, Tensor])[]): Tensor =>
    terms.map(([c, a]) => mul(a, c)).reduce((total, term) => add(total, term));

  /** exp(X), (R, n, n) → (R, n, n). See `liegan/exponential.ts`. */
  function exponential(X: Tensor): Tensor {
    const { x1, x2, x3, x4, x5, x6, x7, y2 } = TAYLOR8;
    const A = mul(X, 2 ** -SQUARINGS);
    const A2 = matMul(A, A);
    const A4 = matMul(A2, combine([x1, A], [x2, A2]));
    const left = combine([x3, A2], [1, A4]);
    const right = combine([x4, eye()], [x5, A], [x6, A2], [x7, A4]);
    let E = combine([1, eye()], [1, A], [y2, A2], [1, matMul(left, right)]);
    for (let i = 0; i < SQUARINGS; i++) E = matMul(E, E);
    return E;
  }

  const masked = (generators: Tensor): Tensor => {
    const flat = reshape(generators, [T, K, n * n]);
    return trial.structure ? mul(flat, trial.structure) : flat;
  };

  /** gx for every vector of the sample, (T, B, F); labels stay. */
  function move(generators: Tensor, samples: Tensor3D, z: Tensor3D): Tensor3D {
    const B = samples.shape[1];
    const g = exponential(reshape(matMul(z, masked(generators)), [T * B, n, n]));
    const vectors = tf.slice(samples, [0, 0, 0], [T, B, blocks * n]);
    const moved = matMul(reshape(vectors, [T * B, blocks, n]), g, false, true);
    const flat: Tensor3D = reshape(moved, [T, B, blocks * n]);
    if (labels === 0) return flat;
    return tf.concat([flat, tf.slice(samples, [0, 0, blocks * n], [T, B, labels])], 2);
  }

  /** x of every sample, (T, B, F) → (T, B, F_x). */
  const inputsOf = (samples: Tensor3D): Tensor3D =>
    tf.slice(samples, [0, 0, 0], [T, samples.shape[1], inputWidth(shape)]);

  /** D, (T, B, F) → (T, B); D_x likewise. */
  function logits(d: DiscriminatorTensors, samples: Tensor): Tensor2D {
    const layer = (x: Tensor, weights: Tensor, bias: Tensor) =>
      add(matMul(x, weights, false, true), tf.expandDims(bias, 1));
    const h1 = tf.leakyRelu(layer(samples, d.weights1, d.bias1), LEAK);
    const h2 = tf.leakyRelu(layer(h1, d.weights2, d.bias2), LEAK);
    const [weights3, bias3] = [tf.expandDims(d.weights3, 1), tf.expandDims(d.bias3, 1)];
    return tf.squeeze(layer(h2, weights3, bias3), [2]);
  }

  /** Mean cosine between gx and x over samples and blocks of x, (T). */
  function meanCosine(moved: Tensor3D, still: Tensor3D): Tensor {
    const B = still.shape[1];
    const inputs = (a: Tensor3D) =>
      reshape(tf.slice(a, [0, 0, 0], [T, B, inputBlocks * n]), [T, B, inputBlocks, n]);
    const [a, b] = [inputs(moved), inputs(still)];
    const norm = (v: Tensor) => sqrt(add(sum(square(v), 3), NORM_FLOOR));
    const lengths = add(mul(norm(a), norm(b)), COSINE_FLOOR);
    return tf.mean(div(sum(mul(a, b), 3), lengths), [1, 2]);
  }

  /** Σ_{i<j} |cos(Lᵢ, Lⱼ)| over live pairs, (T). */
  function overlap(generators: Tensor): Tensor {
    const L = masked(generators);
    const norm = sqrt(add(sum(square(L), 2, true), NORM_FLOOR));
    const unit = div(L, add(norm, OVERLAP_FLOOR));
    const cosines = mul(matMul(unit, unit, false, true), trial.pairs);
    return mul(sum(tf.abs(cosines), [1, 2]), 0.5);
  }

  return {
    generatorLosses(
      generators: Tensor,
      d: DiscriminatorTensors,
      dx: DiscriminatorTensors | undefined,
      samples: Tensor3D,
      z: Tensor3D,
    ): GeneratorLosses {
      const moved = move(generators, samples, z);
      const seen = logits(d, moved);
      const raised = dx ? tf.sub(seen, mul(logits(dx, inputsOf(moved)), INPUT_SHARE)) : seen;
      return {
        adversarial: tf.mean(tf.softplus(neg(raised)), 1),
        meanCosine: meanCosine(moved, samples),
        overlap: overlap(generators),
      };
    },
    /** ℓ_G of all trials, summed: Adam is element-wise, so the sum trains each as if alone. */
    totalGeneratorLoss(losses: GeneratorLosses): Scalar {
      const identity = mul(tf.abs(losses.meanCosine), trial.identityWeight);
      const apart = mul(losses.overlap, trial.overlapWeight);
      return sum(tf.addN([losses.adversarial, identity, apart]));
    },
    /** ℓ_D, (T); of D_x's parameters and of x, ℓ_Dx. */
    discriminatorLosses(d: DiscriminatorTensors, moved: Tensor3D, still: Tensor3D): Tensor {
      const real = tf.mean(tf.softplus(neg(logits(d, still))), 1);
      return mul(add(real, tf.mean(tf.softplus(logits(d, moved)), 1)), 0.5);
    },
    move,
    inputsOf,
  };
}

export interface AdamTensors {
  readonly parameter: Tensor;
  readonly momentum: Tensor;
  readonly variance: Tensor;
}

/** Adam, ε outside the corrected root as in the reference. @param steps - of each trial, from 1, (T) */
export function adam(
  tf: Tf,
  { parameter, momentum, variance }: AdamTensors,
  gradient: Tensor,
  rate: number,
  beta1: number,
  steps: Int32Array,
): AdamTensors {
  const { add, div, mul, sqrt, square, sub } = tf;
  const { beta2, epsilon } = ADAM;
  const m = add(mul(momentum, beta1), mul(gradient, 1 - beta1));
  const v = add(mul(variance, beta2), mul(square(gradient), 1 - beta2));
  const perTrial = (of: (step: number) => number) =>
    tf.tensor(Float32Array.from(steps, of), [steps.length, ...parameter.shape.slice(1).fill(1)]);
  const correction2 = (step: number) => Math.sqrt(1 - beta2 ** step);
  const size = perTrial((step) => (rate * correction2(step)) / (1 - beta1 ** step));
  const floor = perTrial((step) => epsilon * correction2(step));
  const move = div(mul(m, size), add(sqrt(v), floor));
  return { parameter: sub(parameter, move), momentum: m, variance: v };
}
