import fc from "fast-check";
import {
  addScaled,
  expm,
  type Matrix,
  norm,
  type OrthonormalBasis,
  orthonormalise,
  scale,
} from "../../lie/index.ts";

/**
 * A matrix whose entries are even in [−1, 1]. `fc.double` is even over bit patterns, so most of its
 * numbers are nearly 0, and fast-check's bias makes the others extremes; noise is neither.
 */
export const evenMatrix = (dim: number): fc.Arbitrary<Matrix> =>
  fc
    .noBias(
      fc.array(fc.integer({ min: -1000, max: 1000 }), {
        minLength: dim * dim,
        maxLength: dim * dim,
      }),
    )
    .map((entries) => ({ dim, data: Float64Array.from(entries, (entry) => entry / 1000) }));

/** The span of unit generators with every entry off by up to `size`, as training leaves them. */
export function noisy(generators: readonly Matrix[], size: number): fc.Arbitrary<OrthonormalBasis> {
  const errors = generators.map(({ dim }) => evenMatrix(dim));
  return fc
    .tuple(...errors)
    .map((noise) =>
      orthonormalise(generators.map((x, k) => addScaled(scale(1 / norm(x), x), size, noise[k]!))),
    );
}

/** P = exp(X) and its inverse, ‖X‖ = `size`: the condition number of P is at most exp(2 size). */
export const changeOfCoordinates = (
  dim: number,
  size: number,
): fc.Arbitrary<{ to: Matrix; from: Matrix }> =>
  evenMatrix(dim)
    .filter((x) => norm(x) > 0)
    .map((x) => {
      const exponent = scale(size / norm(x), x);
      return { to: expm(exponent), from: expm(scale(-1, exponent)) };
    });
