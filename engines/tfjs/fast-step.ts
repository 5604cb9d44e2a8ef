import type { Tensor } from "@tensorflow/tfjs";
import {
  COSINE_FLOOR,
  NORM_FLOOR,
  OVERLAP_FLOOR,
  SQUARINGS,
  type StepShape,
  sampleWidth,
  TAYLOR8,
  type TrialSettings,
} from "../../liegan/index.ts";
import type { Kernels } from "./kernels.ts";

/** What is trained, as the step holds it: samples are columns, and the first bias is W₁'s last column. */
export const HELD = ["generators", "layer1", "weights2", "bias2", "weights3", "bias3"] as const;
export type Held = (typeof HELD)[number];

/** One value for each of {@link HELD}. */
export const eachHeld = <V>(of: (held: Held) => V): Record<Held, V> =>
  // Object.fromEntries forgets that every name is there
  Object.fromEntries(HELD.map((held) => [held, of(held)])) as Record<Held, V>;

export function heldDims(shape: StepShape): Readonly<Record<Held, readonly number[]>> {
  const { trials: T, channels: K, dimension: n, hiddenWidth: H } = shape;
  return {
    generators: [T, K, n * n],
    layer1: [T, H, sampleWidth(shape) + 1],
    weights2: [T, H, H],
    bias2: [T, H, 1],
    weights3: [T, 1, H],
    bias3: [T, 1, 1],
  };
}

/** A minibatch, samples as columns. */
export interface Minibatch {
  /** x and y, (T, m, 1, n, B). */
  readonly vectors: Tensor;
  /** What stays, for moved and still columns alike: labels, then ones, (T, labels + 1, 2B). */
  readonly rest: Tensor;
  /** z/2ˢ with s = SQUARINGS, (T, K, B). */
  readonly coefficients: Tensor;
}

export interface StepResult {
  /** Of ℓ_G by the generators and of ℓ_D by the rest; none by frozen generators. */
  readonly gradients: Readonly<Partial<Record<Held, Tensor>>>;
  /** In the order of {@link METRICS}, (T, 4, 1). */
  readonly metrics: Tensor;
}

export const METRICS = ["discriminatorLoss", "generatorLoss", "meanCosine", "overlap"] as const;

/** A value, and its gradient with respect to what was penalised, computed when asked for. */
interface Penalty {
  readonly value: Tensor;
  gradient(): Tensor;
}

/**
 * Both losses of `liegan/engine.ts` and their gradients, derived by hand, in one pass over 2B columns.
 *
 * ℓ_D looks at moved and still samples, ℓ_G at the moved ones again, with the same D: one forward pass
 * serves both. So does one backward pass: where p = σ(D) at a moved column, ℓ_D pulls D by p/2B and ℓ_G
 * by (p − 1)/B, so that ℓ_G's gradient at that column is ℓ_D's times 2(p − 1)/p = −2 exp(−D). D is cut
 * off below at −30 there, where p = 9e-14, lest the one vanish and the other overflow.
 */
export function fastStep(k: Kernels, shape: StepShape, settings: TrialSettings) {
  const { trials: T, channels: K, dimension: n, batchSize: B, inputBlocks, outputBlocks } = shape;
  const blocks = inputBlocks + outputBlocks;
  const exponential = groupElement(k, shape);
  const identityPenalty = awayFromIdentity(k, shape, settings);
  const overlapPenalty = K > 1 ? apartFromEachOther(k, shape, settings) : undefined;
  const structure = shape.structure && k.floats([1, 1, n * n], shape.structure);
  const masked = (a: Tensor) => (structure === undefined ? a : k.mul(a, structure));

  const columns = (moved: number, still: number, by = 1) =>
    k.floats(
      [T, 1, 2 * B],
      Array.from({ length: T * 2 * B }, (_, i) => (i % (2 * B) < B ? moved : still) * by),
    );
  const isReal = columns(0, 1);
  const against = columns(1, -1);
  const perSample = columns(1, 1, 1 / (2 * B));
  const perMoved = columns(1, 0, 1 / B);
  const none = k.floats([T, 1, 1], new Float32Array(T));

  return (p: Readonly<Record<Held, Tensor>>, batch: Minibatch): StepResult => {
    const { vectors, rest, coefficients: z } = batch;
    // the same samples moved by one group element each
    const L = masked(p.generators);
    const element = exponential(k.matmul(L, z, { transposeA: true }));
    const across = k.reshape(vectors, [T, blocks, 1, n, B]);
    const still = k.reshape(vectors, [T, blocks, n, B]);
    const moved = k.reshape(k.contract(element.value, across, [3]), [T, blocks, n, B]);

    // D = w₃ᵀ φ(W₂ φ(W₁x)) + b₃, moved columns first
    const both = k.reshape(k.concat([moved, still], 3), [T, blocks * n, 2 * B]);
    const x = k.concat([both, rest], 1);
    const h1 = k.alone(() => k.leaky(k.matmul(p.layer1, x)));
    const h2 = k.alone(() => k.leaky(k.add(k.matmul(p.weights2, h1), p.bias2)));
    const D = k.add(k.matmul(p.weights3, h2), p.bias3);

    // back through D, for ℓ_D
    const cut = k.maximum(D, k.scalar(-30));
    const d = k.scale(k.sub(k.sigmoid(cut), isReal), 1 / (2 * B));
    const back = (weights: Tensor, by: Tensor, h: Tensor) =>
      k.alone(() => k.leakyGradient(k.matmul(weights, by, { transposeA: true }), h));
    const d2 = back(p.weights3, d, h2);
    const d1 = back(p.weights2, d2, h1);

    const identity = identityPenalty(moved, still);
    const overlap = overlapPenalty?.(L);

    const byGenerators = () => {
      const pulled = k.slice(k.matmul(p.layer1, d1, { transposeA: true }), [T, blocks * n, B]);
      const turned = k.scale(k.exp(k.neg(k.slice(cut, [T, 1, B]))), -2);
      const throughD = k.reshape(k.mul(pulled, turned), [T, blocks, n, B]);
      const byMoved = k.reshape(k.add(throughD, identity.gradient()), [T, blocks, n, 1, B]);
      const byElement = k.contract(byMoved, across, [1]);
      const byExponent = k.reshape(element.pullBack(byElement), [T, n * n, B]);
      const through = k.matmul(z, byExponent, { transposeB: true });
      return masked(overlap ? k.add(through, overlap.gradient()) : through);
    };

    const over = (a: Tensor, weights: Tensor) => k.matmul(a, weights, { transposeB: true });
    return {
      gradients: {
        ...(!shape.frozen && { generators: byGenerators() }),
        layer1: over(d1, x),
        weights2: over(d2, h1),
        bias2: k.sum(d2, [2]),
        weights3: over(d, h2),
        bias3: k.sum(d, [2]),
      },
      metrics: k.concat(
        [
          over(k.softplus(k.mul(D, against)), perSample),
          over(k.softplus(k.neg(D)), perMoved),
          identity.value,
          overlap?.value ?? none,
        ],
        1,
      ),
    };
  };
}

/**
 * g = exp(X) for T·B small matrices with samples as the last axis, and its adjoint derived by hand.
 *
 * A product of matrices this small is a broadcast multiplication and a sum: TensorFlow's batched
 * product pays a call a matrix, ten times as much at n = 2.
 *
 * @returns from X/2ˢ, (T, n², B), to `value`: g, (T, 1, n, n, B); `pullBack`: from ∂ℓ/∂g, (T, 1, n, n, B),
 * to ∂ℓ/∂(X/2ˢ), (T, n, 1, n, B)
 */
function groupElement(k: Kernels, { trials: T, dimension: n, batchSize: B }: StepShape) {
  const { x1, x2, x3, x4, x5, x6, x7, y2 } = TAYLOR8;
  // Where a matrix has its axis of length 1: on the left of a product, on its right, or between, as all sums are kept.
  const left = (a: Tensor) => k.reshape(a, [T, n, n, 1, B]);
  const right = (a: Tensor) => k.reshape(a, [T, 1, n, n, B]);
  const middle = (a: Tensor) => k.reshape(a, [T, n, 1, n, B]);
  const XY = (x: Tensor, y: Tensor) => k.contract(left(x), right(y), [2]);
  const XtY = (x: Tensor, y: Tensor) => middle(k.contract(left(x), middle(y), [1]));
  const XYt = (x: Tensor, y: Tensor) => middle(k.contract(middle(x), right(y), [3]));
  const identity = (c: number) =>
    k.floats(
      [1, n, 1, n, 1],
      Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? c : 0)),
    );
  const [one, x4one] = [identity(1), identity(x4)];

  return (exponent: Tensor) => {
    const A = middle(exponent);
    const A2 = XY(A, A);
    const q = k.combine([x1, A], [x2, A2]);
    const A4 = XY(A2, q);
    const l = k.combine([x3, A2], [1, A4]);
    const r = k.add(k.combine([x5, A], [x6, A2], [x7, A4]), x4one);
    const powers: { readonly left: Tensor; readonly right: Tensor }[] = [];
    let P = k.add(k.combine([1, A], [y2, A2], [1, XY(l, r)]), one);
    for (let i = 0; i < SQUARINGS; i++) {
      const power = { left: left(P), right: right(P) };
      powers.push(power);
      P = XY(power.left, power.right);
    }
    return {
      value: right(P),
      pullBack(gradient: Tensor): Tensor {
        let E = middle(gradient);
        for (const power of powers.toReversed()) E = k.add(XYt(E, power.right), XtY(power.left, E));
        const dl = XYt(E, r);
        const dr = XtY(l, E);
        const dA4 = k.combine([1, dl], [x7, dr]);
        const dq = XtY(A2, dA4);
        const dA2 = k.combine([y2, E], [x3, dl], [x6, dr], [1, XYt(dA4, q)], [x2, dq]);
        return k.combine([1, E], [x5, dr], [x1, dq], [1, XYt(dA2, A)], [1, XtY(A, dA2)]);
      },
    };
  };
}

/**
 * λ|mean cos(g xₜ, xₜ)| over the samples and the blocks of x, from moved and still vectors, (T, m, n, B).
 *
 * @returns `value`: the mean cosine with its sign, (T, 1, 1); `gradient`: of λ|·| by the moved vectors
 */
function awayFromIdentity(k: Kernels, shape: StepShape, { identityWeight }: TrialSettings) {
  const { trials: T, batchSize: B, inputBlocks, outputBlocks } = shape;
  const blocks = inputBlocks + outputBlocks;
  const weight = k.floats([T, 1, 1, 1], identityWeight);
  const share = k.floats(
    [1, blocks, 1, 1],
    Array.from({ length: blocks }, (_, i) => (i < inputBlocks ? 1 / (B * inputBlocks) : 0)),
  );
  const floor = k.scalar(NORM_FLOOR);
  const norm = (a: Tensor) => k.sqrt(k.add(k.contract(a, a, [2]), floor));

  return (moved: Tensor, still: Tensor): Penalty => {
    const dot = k.contract(moved, still, [2]);
    const [movedNorm, stillNorm] = [norm(moved), norm(still)];
    const denominator = k.add(k.mul(movedNorm, stillNorm), k.scalar(COSINE_FLOOR));
    const mean = k.contract(k.div(dot, denominator), share, [1, 3]);
    return {
      value: k.reshape(mean, [T, 1, 1]),
      gradient() {
        // ∂cos/∂moved = (still − moved · dot·‖still‖ / (denominator·‖moved‖)) / denominator
        const slope = k.div(k.mul(k.mul(weight, k.sign(mean)), share), denominator);
        const along = k.div(k.mul(dot, stillNorm), k.mul(denominator, movedNorm));
        return k.mul(slope, k.sub(still, k.mul(moved, along)));
      },
    };
  };
}

/**
 * η Σ_{i<j} |cos(Lᵢ, Lⱼ)| over the live channels, each L̂ = L / (‖L‖ + 1e-6), from L with its
 * structure mask applied, (T, K, n²).
 *
 * @returns `value`: Σ|cos| without η, (T, 1, 1); `gradient`: with η, by L
 */
function apartFromEachOther(
  k: Kernels,
  { trials: T, channels: K }: StepShape,
  { overlapWeight, live }: TrialSettings,
) {
  const weight = k.floats([T, 1, 1], overlapWeight);
  /** 1 where two different channels are both live, (T, K, K). */
  const pairs = k.floats(
    [T, K, K],
    Array.from({ length: T * K * K }, (_, index) => {
      const [ti, j] = [Math.floor(index / K), index % K];
      const t = Math.floor(ti / K);
      return ti % K === j ? 0 : live[ti]! * live[t * K + j]!;
    }),
  );

  return (L: Tensor): Penalty => {
    const norm = k.sqrt(k.add(k.contract(L, L, [2]), k.scalar(NORM_FLOOR)));
    const length = k.add(norm, k.scalar(OVERLAP_FLOOR));
    const unit = k.div(L, length);
    const cosines = k.mul(k.matmul(unit, unit, { transposeB: true }), pairs);
    return {
      value: k.scale(k.sum(k.abs(cosines), [1, 2]), 0.5),
      gradient() {
        const pull = k.mul(k.matmul(k.sign(cosines), unit), weight);
        const along = k.div(k.contract(pull, L, [2]), norm);
        return k.div(k.sub(pull, k.mul(unit, along)), length);
      },
    };
  };
}
