import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addScaled,
  algebras,
  bracket,
  closureDefect,
  killingForm,
  type Matrix,
  matrix,
  multiply,
  norm,
  orthonormalise,
  signature,
  structureConstants,
  zeros,
} from "../../lie/index.ts";
import {
  arbitraryMatrix,
  conjugate,
  coordinates,
  distance,
  remix,
  tolerance,
} from "../support/arbitrary.ts";

const exact = 1e-6;
const runs = { numRuns: 20 };

describe("bracket", () => {
  test("satisfies the Jacobi identity", () => {
    const m = arbitraryMatrix(4);
    fc.assert(
      fc.property(m, m, m, (x, y, z) => {
        const cycle = [
          bracket(x, bracket(y, z)),
          bracket(y, bracket(z, x)),
          bracket(z, bracket(x, y)),
        ];
        const sum = cycle.reduce((total, term) => addScaled(total, 1, term), zeros(4));
        expect(norm(sum)).toBeLessThan(tolerance.rounding * 1e3);
      }),
    );
  });

  test("is a derivation: [X, YZ] = [X, Y]Z + Y[X, Z]", () => {
    const m = arbitraryMatrix(3);
    fc.assert(
      fc.property(m, m, m, (x, y, z) => {
        const right = addScaled(multiply(bracket(x, y), z), 1, multiply(y, bracket(x, z)));
        expect(distance(bracket(x, multiply(y, z)), right)).toBeLessThan(tolerance.rounding);
      }),
    );
  });

  test("is antisymmetric and traceless", () => {
    const m = arbitraryMatrix(5);
    fc.assert(
      fc.property(m, m, (x, y) => {
        const product = bracket(x, y);
        expect(norm(addScaled(product, 1, bracket(y, x)))).toBe(0);
        const trace = product.data.reduce((sum, v, at) => sum + (at % 6 === 0 ? v : 0), 0);
        expect(Math.abs(trace)).toBeLessThan(tolerance.rounding);
      }),
    );
  });
});

describe("closure defect", () => {
  test("is a fact about the span, between 0 and 1", () => {
    const spans = fc.array(arbitraryMatrix(3), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(spans, coordinates(3), (generators, { to }) => {
        const basis = orthonormalise(generators);
        fc.pre(basis.length === 3 && generators.every((x) => norm(x) > 0.1));
        const remixed = remix(basis, to);
        const [a, b] = [closureDefect(basis), closureDefect(remixed)];
        if (a === "abelian" || b === "abelian") return;
        expect(a).toBeGreaterThanOrEqual(0);
        expect(a).toBeLessThanOrEqual(1 + tolerance.rounding);
        expect(Math.abs(a - b)).toBeLessThan(tolerance.conditioned);
      }),
    );
  });

  test("is 1 where no bracket stays inside", () => {
    const two = orthonormalise([algebras.so3[0], algebras.so3[1]]);
    expect(closureDefect(two)).toBeCloseTo(1);
  });

  test("is 0 for an algebra, in whatever basis and coordinates", () => {
    for (const generators of [
      algebras.so3,
      algebras.sl2,
      algebras.se2,
      algebras.so4,
      algebras.so13,
    ])
      fc.assert(
        fc.property(coordinates(generators.length), coordinates(generators[0]!.dim), (mix, p) => {
          const moved = generators.map((x) => conjugate(p.to, x, p.from));
          expect(closureDefect(remix(moved, mix.to))).toBeLessThan(tolerance.conditioned);
        }),
        runs,
      );
  });
});

describe("structure constants", () => {
  test("rebuild every bracket of an algebra", () => {
    const basis = orthonormalise(algebras.so13);
    const constants = structureConstants(basis);
    const k = basis.length;
    for (let i = 0; i < k; i++)
      for (let j = 0; j < k; j++) {
        const sum = basis.reduce(
          (total, b, l) => addScaled(total, constants[(i * k + j) * k + l]!, b),
          zeros(4),
        );
        expect(distance(sum, bracket(basis[i]!, basis[j]!))).toBeLessThan(tolerance.rounding);
      }
  });

  test("give so(3) a negative definite Killing form, −1 in the unit basis", () => {
    const form = killingForm(orthonormalise(algebras.so3));
    expect(distance(form, diagonal(-1, -1, -1))).toBeLessThan(tolerance.rounding);
    expect(signature(form, exact)).toEqual({ positive: 0, negative: 3, zero: 0 });
  });
});

function diagonal(...entries: readonly number[]): Matrix {
  const dim = entries.length;
  return matrix(
    entries.map((value, i) => Array.from({ length: dim }, (_, j) => (i === j ? value : 0))),
  );
}
