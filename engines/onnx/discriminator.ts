import { LEAK } from "../../liegan/index.ts";
import type { Graph, Value } from "./graph.ts";

export interface DiscriminatorValues {
  readonly weights1: Value;
  readonly bias2: Value;
  readonly weights2: Value;
  readonly weights3: Value;
  readonly bias3: Value;
}

export interface DiscriminatorPass {
  /** D, (T, 1, R). */
  readonly logit: Value;
  /** Gradients of Σ_r c_r D_r by the parameters, for c of shape (T, 1, R). */
  gradients(c: Value): DiscriminatorValues;
  /** ∂D/∂x for each column, (T, F + 1, R). */
  readonly jacobian: () => Value;
}

/**
 * D = w₃ᵀ φ(W₂ φ(W₁x)) + b₃ with φ = LeakyReLU, and its hand-derived derivatives.
 *
 * Samples are columns; the last row of x is ones, so the last column of W₁ is the first bias. Both
 * losses need derivatives of the same D at the same columns and differ only in the weight of each
 * column. So what is propagated back is the bare Jacobian, weighted where it is used: three products
 * of width H in all.
 *
 * @param x - (T, F + 1, R)
 * @param ones - (T, 1, R). Sums over columns are products with it: a plain sum of a row whose length
 * is no multiple of four rounds differently from slot to slot.
 */
export function discriminator(
  g: Graph,
  { weights1, weights2, bias2, weights3, bias3 }: DiscriminatorValues,
  x: Value,
  ones: Value,
): DiscriminatorPass {
  const leaky = (a: Value) => g.node("LeakyRelu", [a], { alpha: { float: LEAK } });
  /** φ′ read from φ: both have the sign of the argument. */
  const slope = (h: Value) => g.clip(g.scale(h, 1e30), LEAK, 1);

  const h1 = leaky(g.matmul(weights1, x));
  const h2 = leaky(g.add(g.matmul(weights2, h1), bias2));
  const logit = g.add(g.matmul(weights3, h2, { transposeA: true }), bias3);
  const j2 = g.mul(weights3, slope(h2));
  const j1 = g.mul(g.matmul(weights2, j2, { transposeA: true }), slope(h1));
  return {
    logit,
    gradients: (c) => ({
      weights1: g.matmul(j1, g.mul(x, c), { transposeB: true }),
      weights2: g.matmul(j2, g.mul(h1, c), { transposeB: true }),
      bias2: g.matmul(j2, c, { transposeB: true }),
      weights3: g.matmul(h2, c, { transposeB: true }),
      bias3: g.matmul(c, ones, { transposeB: true }),
    }),
    jacobian: () => g.matmul(weights1, j1, { transposeA: true }),
  };
}
