import fc from "fast-check";
import {
  expm,
  type Matrix,
  multiply,
  type OrthonormalBasis,
  orthonormalise,
  scale,
} from "../../lie/index.ts";

/**
 * Tolerances of all tests, each with the rounding it allows for. Errors are relative where sizes vary.
 */
export const tolerance = {
  /** A few float64 products of matrices of at most 8 × 8. */
  rounding: 1e-10,
  /** The same after a badly conditioned change of coordinates, or a square root of rounding. */
  conditioned: 1e-6,
  /** float32 values read back. */
  float32: 1e-6,
} as const;

const entry = fc.double({ min: -2, max: 2, noNaN: true });

/** A matrix with entries in [−2, 2]. */
export const arbitraryMatrix = (dim: number): fc.Arbitrary<Matrix> =>
  fc
    .array(entry, { minLength: dim * dim, maxLength: dim * dim })
    .map((entries) => ({ dim, data: Float64Array.from(entries) }));

export const transpose = ({ dim, data }: Matrix): Matrix => ({
  dim,
  data: data.map((_, at) => data[(at % dim) * dim + Math.floor(at / dim)]!),
});

/** X = −Xᵀ. */
export const antisymmetric = (dim: number): fc.Arbitrary<Matrix> =>
  arbitraryMatrix(dim).map((x) => ({
    dim,
    data: x.data.map((xi, at) => xi - transpose(x).data[at]!),
  }));

/** A matrix and its inverse, exp(±X) with ‖X‖ at most about 1. */
export const coordinates = (dim: number): fc.Arbitrary<{ to: Matrix; from: Matrix }> =>
  arbitraryMatrix(dim).map((x) => {
    const small = scale(1 / (2 * dim), x);
    return { to: expm(small), from: expm(scale(-1, small)) };
  });

export const conjugate = (to: Matrix, x: Matrix, from: Matrix): Matrix =>
  multiply(multiply(to, x), from);

/** Another basis of the span of `generators`: each mixed with every other by an invertible matrix. */
export function remix(generators: readonly Matrix[], by: Matrix): OrthonormalBasis {
  return orthonormalise(
    generators.map((_, i) => {
      const data = new Float64Array(generators[0]!.data.length);
      for (const [j, { data: from }] of generators.entries())
        for (let at = 0; at < data.length; at++) data[at]! += by.data[i * by.dim + j]! * from[at]!;
      return { dim: generators[0]!.dim, data };
    }),
  );
}

export function distance(x: Matrix, y: Matrix): number {
  return Math.max(...x.data.map((xi, i) => Math.abs(xi - y.data[i]!)));
}
