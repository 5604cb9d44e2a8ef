import { COSINE_FLOOR, NORM_FLOOR, OVERLAP_FLOOR, type StepShape } from "../../liegan/index.ts";
import type { Graph, Value } from "./graph.ts";

/** A value, and its gradient with respect to what was penalised, whose nodes are made when asked for. */
export interface Penalty {
  readonly value: Value;
  gradient(): Value;
}

/**
 * λ|mean cos(g xₜ, xₜ)| over the samples and the blocks of x.
 *
 * @param moved - (T, m, n, B), blocks of x first
 * @param still - the same before moving
 * @param weight - λ, (T, 1, 1, 1)
 * @returns `value`: the mean cosine with its sign, (T, 1, 1, 1); `gradient`: of λ|·| by `moved`
 */
export function identityPenalty(
  g: Graph,
  { inputBlocks, outputBlocks, batchSize }: StepShape,
  moved: Value,
  still: Value,
  weight: Value,
): Penalty {
  const blocks = inputBlocks + outputBlocks;
  const share = g.floats(
    [1, blocks, 1, 1],
    Array.from({ length: blocks }, (_, i) => (i < inputBlocks ? 1 / (batchSize * inputBlocks) : 0)),
  );
  const floor = g.scalar(NORM_FLOOR);
  const dot = g.sum(g.mul(moved, still), [2]);
  const movedNorm = g.sqrt(g.add(g.sum(g.mul(moved, moved), [2]), floor));
  const stillNorm = g.sqrt(g.add(g.sum(g.mul(still, still), [2]), floor));
  const denominator = g.add(g.mul(movedNorm, stillNorm), g.scalar(COSINE_FLOOR));
  const mean = g.sum(g.mul(g.div(dot, denominator), share), [1, 3]);
  return {
    value: mean,
    gradient() {
      // ∂cos/∂moved = (still − moved · dot·‖still‖ / (denominator·‖moved‖)) / denominator
      const slope = g.div(g.mul(g.mul(weight, g.sign(mean)), share), denominator);
      const along = g.div(g.mul(dot, stillNorm), g.mul(denominator, movedNorm));
      return g.mul(slope, g.sub(still, g.mul(moved, along)));
    },
  };
}

/**
 * η Σ_{i<j} |cos(Lᵢ, Lⱼ)| over the live channels, each L̂ = L / (‖L‖ + 1e-6).
 *
 * @param generators - (T, n², K), structure mask applied
 * @param pairs - (T, K, K): 1 where two different channels are both live
 * @param weight - η, (T, 1, 1)
 * @returns `value`: Σ|cos| without η, (T); `gradient`: with η, (T, n², K)
 */
export function overlapPenalty(
  g: Graph,
  { trials: T, channels: K }: StepShape,
  generators: Value,
  pairs: Value,
  weight: Value,
): Penalty {
  const norm = g.sqrt(g.add(g.sum(g.mul(generators, generators), [1]), g.scalar(NORM_FLOOR)));
  const length = g.add(norm, g.scalar(OVERLAP_FLOOR));
  const unit = g.div(generators, length);
  const cosines = g.mul(g.matmul(unit, unit, { transposeA: true }), pairs);
  // a product, not a sum of K² in a row, which rounds differently from slot to slot
  const halves = g.floats([T, K, 1], new Float32Array(T * K).fill(0.5));
  const value = g.reshape(g.matmul(g.sum(g.abs(cosines), [1]), halves), [T]);
  return {
    value,
    gradient() {
      const pull = g.mul(g.matmul(unit, g.sign(cosines)), weight);
      const along = g.div(g.sum(g.mul(pull, generators), [1]), norm);
      return g.div(g.sub(pull, g.mul(unit, along)), length);
    },
  };
}
