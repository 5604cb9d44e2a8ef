import { normals, streamSeed, uniforms } from "../sweep/index.ts";
import type { StepDraws } from "./engine.ts";

/** One trial's share of what is drawn. */
export interface DrawnTrial {
  readonly seed: number;
  /** Its own: mates may be in other epochs. */
  readonly epoch: number;
  /** K of this trial; coefficients of the channels beyond are 0. */
  readonly basisCount: number;
}

export interface DrawSizes {
  /** Rows to choose from. */
  readonly rows: Int32Array;
  readonly channels: number;
  readonly batchSize: number;
  /** σ of the coefficients. */
  readonly coefficientScale: number;
}

/** Whole minibatches in one pass over `rows`; a last partial one is left out, another each epoch. */
export const stepsPerEpoch = ({ rows, batchSize }: Pick<DrawSizes, "rows" | "batchSize">): number =>
  Math.max(1, Math.floor(rows.length / batchSize));

/**
 * Rows and coefficients of one epoch of each trial: its own shuffled pass over the rows and its own
 * z ~ N(0, σ²), functions of its seed and its epoch alone.
 */
export function drawEpoch(
  trials: readonly DrawnTrial[],
  sizes: DrawSizes,
): Pick<StepDraws, "steps" | "rows" | "coefficients"> {
  const { channels: K, batchSize: B, coefficientScale } = sizes;
  const T = trials.length;
  const steps = stepsPerEpoch(sizes);
  const rows = new Int32Array(steps * T * B);
  const coefficients = new Float32Array(steps * T * K * B);
  for (const [t, { seed, epoch, basisCount }] of trials.entries()) {
    const order = permuted(sizes.rows, steps * B, uniforms(streamSeed(seed, "shuffle", epoch)));
    const normal = normals(uniforms(streamSeed(seed, "coefficients", epoch)));
    for (let s = 0; s < steps; s++) {
      rows.set(order.subarray(s * B, (s + 1) * B), (s * T + t) * B);
      const from = (s * T + t) * K * B;
      for (let i = 0; i < basisCount * B; i++) coefficients[from + i] = coefficientScale * normal();
    }
  }
  return { steps, rows, coefficients };
}

/** The first `count` of a random order of `values`, going round again if there are fewer. */
function permuted(values: Int32Array, count: number, uniform: () => number): Int32Array {
  const order = values.slice();
  const drawn = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const from = i % order.length;
    const j = from + Math.floor(uniform() * (order.length - from));
    const value = order[j]!;
    order[j] = order[from]!;
    order[from] = value;
    drawn[i] = value;
  }
  return drawn;
}
