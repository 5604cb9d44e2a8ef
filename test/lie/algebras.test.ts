import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addScaled,
  algebras,
  bracket,
  closureDefect,
  directSum,
  linear,
  type Matrix,
  multiply,
  norm,
  orthonormalise,
  pseudoRotations,
  rotations,
  volumePreserving,
} from "../../lie/index.ts";
import { tolerance, transpose } from "../support/arbitrary.ts";

const counts = fc.integer({ min: 0, max: 3 });

describe("families of algebras", () => {
  test("so(p,q) keeps −x₁² … −x_p² + x_{p+1}² + …, and has n(n − 1)/2 dimensions", () => {
    fc.assert(
      fc.property(counts, counts, (p, q) => {
        const n = p + q;
        const generators = pseudoRotations(p, q);
        const form = diagonal(Array.from({ length: n }, (_, i) => (i < p ? -1 : 1)));
        for (const x of generators)
          expect(norm(addScaled(multiply(transpose(x), form), 1, multiply(form, x)))).toBe(0);
        expect(orthonormalise(generators)).toHaveLength((n * (n - 1)) / 2);
      }),
    );
  });

  test("so(n) is so(0,n), and the Lorentz algebra so(1,3)", () => {
    expect(rotations(4)).toEqual(pseudoRotations(0, 4));
    const both = orthonormalise([...algebras.so13, ...pseudoRotations(1, 3)]);
    expect(both).toHaveLength(6);
  });

  test("sl(n) has no traces, gl(n) is everything", () => {
    for (const n of [1, 2, 3, 4]) {
      const generators = volumePreserving(n);
      for (const { data } of generators)
        expect(data.reduce((sum, x, at) => sum + (at % (n + 1) === 0 ? x : 0), 0)).toBe(0);
      expect(orthonormalise(generators)).toHaveLength(n * n - 1);
      expect(orthonormalise(linear(n))).toHaveLength(n * n);
    }
  });

  test("every one is closed", () => {
    for (const generators of Object.values(algebras)) {
      const defect = closureDefect(orthonormalise(generators));
      if (defect !== "abelian") expect(defect).toBeLessThan(tolerance.rounding);
    }
  });

  test("summands of a direct sum commute", () => {
    const sum = directSum(algebras.so3, algebras.se2, algebras.scaling);
    expect(sum.map(({ dim }) => dim)).toEqual(Array.from({ length: 7 }, () => 7));
    for (const x of sum.slice(0, 3))
      for (const y of sum.slice(3)) expect(norm(bracket(x, y))).toBe(0);
    expect(orthonormalise(sum)).toHaveLength(7);
  });
});

function diagonal(entries: readonly number[]): Matrix {
  const dim = entries.length;
  const data = new Float64Array(dim * dim);
  for (const [i, entry] of entries.entries()) data[i * (dim + 1)] = entry;
  return { dim, data };
}
