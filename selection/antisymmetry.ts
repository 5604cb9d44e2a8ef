import { type Matrix, norm } from "../lie/index.ts";

/** ½(X − Xᵀ). */
export function antisymmetricPart({ dim, data }: Matrix): Matrix {
  return {
    dim,
    data: data.map((x, at) => {
      const [i, j] = [Math.floor(at / dim), at % dim];
      return (x - data[j * dim + i]!) / 2;
    }),
  };
}

/**
 * ‖½(X + Xᵀ)‖ / ‖X‖ in whitened coordinates: 0 for every exact symmetry of a law with finite second
 * moment, about .79 for a random (4, 4) matrix (method §15.2).
 */
export function symmetricShare(matrices: readonly Matrix[]): number {
  let symmetric = 0;
  let all = 0;
  for (const matrix of matrices) {
    const total = norm(matrix) ** 2;
    symmetric += total - norm(antisymmetricPart(matrix)) ** 2;
    all += total;
  }
  return all === 0 ? 0 : Math.sqrt(Math.max(0, symmetric) / all);
}
