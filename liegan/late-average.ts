import { type Matrix, symmetricEigen } from "../lie/index.ts";

/**
 * What the generators of several epochs agree on: the K leading singular directions of all of them
 * stacked, each scaled by its singular value per epoch.
 *
 * The last iterate wanders about the symmetry (method §12, trap 5); the span that many iterates
 * share does not. Weighting by length is what the singular values do: an epoch that moved the data
 * further says more about where it moved them.
 *
 * @param epochs - generators of each epoch, (E, K, n²)
 * @returns K mutually orthogonal generators (n²), longest first
 */
export function lateAverage(epochs: readonly (readonly Float64Array[])[]): readonly Float64Array[] {
  const stack = epochs.flat();
  const count = epochs[0]?.length ?? 0;
  if (stack.some((row) => row.some((value) => !Number.isFinite(value)))) return epochs.at(-1) ?? [];
  const size = stack[0]?.length ?? 0;
  return size < stack.length
    ? fromMoment(stack, count, epochs.length)
    : fromGram(stack, count, epochs.length);
}

/** By the moment Σ vec(L) vec(L)ᵀ, (n², n²): its eigenvectors are the directions. */
function fromMoment(stack: readonly Float64Array[], count: number, epochs: number) {
  const size = stack[0]?.length ?? 0;
  const moment = new Float64Array(size * size);
  for (const row of stack)
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) moment[i * size + j]! += row[i]! * row[j]!;
  const { values, vectors } = symmetricEigen({ dim: size, data: moment });
  return Array.from({ length: count }, (_, k) => {
    const length = Math.sqrt(Math.max(0, values[k] ?? 0) / epochs);
    return vectors.data.slice(k * size, (k + 1) * size).map((entry) => length * entry);
  });
}

/** By the Gram matrix of the stack: its eigenvectors mix the rows into the directions. Smaller while epochs are few. */
function fromGram(stack: readonly Float64Array[], count: number, epochs: number) {
  const { vectors } = symmetricEigen(gram(stack));
  return Array.from({ length: count }, (_, k) => {
    const mixed = new Float64Array(stack[0]?.length ?? 0);
    for (const [i, row] of stack.entries()) {
      const weight = (vectors.data[k * stack.length + i] ?? 0) / Math.sqrt(epochs);
      for (let j = 0; j < row.length; j++) mixed[j]! += weight * row[j]!;
    }
    return mixed;
  });
}

/** ⟨rowᵢ, rowⱼ⟩. */
function gram(rows: readonly Float64Array[]): Matrix {
  const dim = rows.length;
  const data = new Float64Array(dim * dim);
  for (let i = 0; i < dim; i++)
    for (let j = 0; j <= i; j++) {
      const [a, b] = [rows[i]!, rows[j]!];
      let sum = 0;
      for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
      data[i * dim + j] = sum;
      data[j * dim + i] = sum;
    }
  return { dim, data };
}
