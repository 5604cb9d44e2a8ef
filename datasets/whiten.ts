import { type SupportWhitening, whiteningOf } from "../lie/index.ts";
import type { Dataset } from "../sweep/index.ts";
import { DatasetError } from "./errors.ts";

/** The coordinates a trial of group dimension n is trained in. */
export interface Whitening extends SupportWhitening {
  /** Root mean square (per component) of every n-vector of a sample, x first; 1 where it is always zero. */
  readonly blockScales: Float64Array;
  /** S = E[vvᵀ] pooled over all n-vectors, each divided by its scale; (n, n) row-major. */
  readonly secondMoment: Float64Array;
}

/**
 * Standardises what matrices of dimension n act on, without changing which of them are symmetries.
 *
 * Every n-vector is divided by one scalar, which commutes with the matrices (a scale per coordinate
 * would not); then all are whitened by the one W they share, on the support of their pooled moment.
 *
 * @throws {@link DatasetError} when n does not divide d, or everything is zero
 */
export function whiten(dataset: Dataset, n: number): Whitening {
  if (!Number.isInteger(n) || n < 1 || dataset.dimension % n !== 0)
    throw new DatasetError(
      {},
      `${dataset.title}: group dimension ${n} does not divide the dimension ${dataset.dimension} of the data`,
      `Use divisors of ${dataset.dimension} in search.groupDimension`,
    );
  const blocks = blockCount(dataset, n);
  const blockScales = scalesOf(dataset, n, blocks);
  const secondMoment = momentOf(dataset, n, blockScales);
  if (secondMoment.every((entry) => entry === 0))
    throw new DatasetError(
      {},
      `${dataset.title}: every number that moves is zero`,
      "Check the names of the arrays",
    );
  return { ...whiteningOf(secondMoment, n), blockScales, secondMoment };
}

/** The samples in whitened coordinates: rows of r-vectors, x first then y, then the labels. */
export interface WhitenedSamples {
  /** (samples, (inputBlocks + outputBlocks)·r + labels), row-major. */
  readonly values: Float32Array;
  /** In r-vectors: d/n of them for every d-vector of x. */
  readonly inputBlocks: number;
  readonly outputBlocks: number;
  readonly labels: number;
}

export function whitenedSamples(dataset: Dataset, whitening: Whitening): WhitenedSamples {
  const { dimension: n, rank, whitener, blockScales } = whitening;
  const { samples, labels, values } = dataset;
  const blocks = blockScales.length;
  const [wide, narrow] = [blocks * n + labels, blocks * rank + labels];
  const whitened = new Float32Array(samples * narrow);
  for (let sample = 0; sample < samples; sample++) {
    for (let block = 0; block < blocks; block++)
      for (let i = 0; i < rank; i++) {
        let sum = 0;
        for (let j = 0; j < n; j++)
          sum += whitener[i * n + j]! * values[sample * wide + block * n + j]!;
        whitened[sample * narrow + block * rank + i] = sum / blockScales[block]!;
      }
    for (let label = 0; label < labels; label++)
      whitened[sample * narrow + blocks * rank + label] =
        values[sample * wide + blocks * n + label]!;
  }
  const perVector = dataset.dimension / n;
  return {
    values: whitened,
    inputBlocks: dataset.inputBlocks * perVector,
    outputBlocks: dataset.outputBlocks * perVector,
    labels,
  };
}

const blockCount = ({ dimension, inputBlocks, outputBlocks }: Dataset, n: number): number =>
  ((inputBlocks + outputBlocks) * dimension) / n;

function scalesOf({ samples, labels, values }: Dataset, n: number, blocks: number): Float64Array {
  const width = blocks * n + labels;
  const squares = new Float64Array(blocks);
  for (let sample = 0; sample < samples; sample++)
    for (let i = 0; i < blocks * n; i++)
      squares[Math.floor(i / n)]! += values[sample * width + i]! ** 2;
  return squares.map((sum) => Math.sqrt(sum / (samples * n)) || 1);
}

function momentOf({ samples, labels, values }: Dataset, n: number, scales: Float64Array) {
  const width = scales.length * n + labels;
  const moment = new Float64Array(n * n);
  for (let sample = 0; sample < samples; sample++)
    for (const [block, scale] of scales.entries()) {
      const at = sample * width + block * n;
      const weight = 1 / (scale * scale * samples * scales.length);
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++)
          moment[i * n + j]! += weight * values[at + i]! * values[at + j]!;
    }
  return moment;
}
