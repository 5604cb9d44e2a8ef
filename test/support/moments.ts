import { type Whitening, whiten, whitenedSamples } from "../../datasets/index.ts";
import { svd } from "../../lie/index.ts";
import type { Dataset } from "../../sweep/index.ts";

/**
 * How much the least noticed linear motion moves the data's moments, against the median motion.
 *
 * If exp(zL) keeps a law, E[∇f · Lx] = 0 for every f. For all cubic monomials f of a state in whitened
 * coordinates, scaled by their own deviation, the vectors E[∂ᵢf · xⱼ] over f are rows (i, j) of a
 * matrix; its smallest singular value over its median one is 0 for an exact symmetry, up to sampling.
 */
export function leastMomentChange(dataset: Dataset): number {
  const whitening: Whitening = whiten(dataset, dataset.dimension);
  const { values } = whitenedSamples(dataset, whitening);
  const r = whitening.rank;
  const width = values.length / dataset.samples;
  const monomials = exponents(r);
  const rows = Array.from({ length: r * r }, () => new Float64Array(monomials.length));
  const squares = new Float64Array(monomials.length);
  for (let sample = 0; sample < dataset.samples; sample += EVERY) {
    const x = values.subarray(sample * width, sample * width + r);
    for (const [f, factors] of monomials.entries()) {
      squares[f]! += factors.reduce((product, i) => product * x[i]!, 1) ** 2;
      for (const [at, i] of factors.entries()) {
        const slope = factors.reduce((product, k, b) => (b === at ? product : product * x[k]!), 1);
        for (let j = 0; j < r; j++) rows[i * r + j]![f]! += slope * x[j]!;
      }
    }
  }
  const count = Math.ceil(dataset.samples / EVERY);
  const scaled = rows.map((row) => row.map((sum, f) => sum / Math.sqrt(squares[f]! * count)));
  const changes = svd(scaled).values;
  return changes[changes.length - 1]! / changes[changes.length >> 1]!;
}

/** Index lists i ≤ j ≤ k of all monomials of degree 1 to 3. */
function exponents(r: number): readonly (readonly number[])[] {
  const lists: number[][] = [];
  for (let i = 0; i < r; i++) {
    lists.push([i]);
    for (let j = i; j < r; j++) {
      lists.push([i, j]);
      for (let k = j; k < r; k++) lists.push([i, j, k]);
    }
  }
  return lists;
}

/** Neighbouring windows are nearly one sample. */
const EVERY = 4;
