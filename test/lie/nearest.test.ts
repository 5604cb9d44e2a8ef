import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deformationOf } from "../../lie/deformation.ts";
import {
  addScaled,
  algebras,
  closureDefect,
  directSum,
  grassmannDistance,
  type Matrix,
  nearestAlgebra,
  type OrthonormalBasis,
  orthonormalise,
  pseudoRotations,
  rejectFrom,
  rotations,
} from "../../lie/index.ts";
import { remix, tolerance } from "../support/arbitrary.ts";
import { changeOfCoordinates, evenMatrix, noisy } from "./noise.ts";

const runs = { numRuns: 25 };

const spans = fc
  .array(evenMatrix(3), { minLength: 2, maxLength: 4 })
  .map(orthonormalise)
  .filter((basis) => basis.length > 1);

describe("nearest algebra", () => {
  test("never has the larger closure defect", () => {
    fc.assert(
      fc.property(spans, (basis) => {
        const { basis: nearest } = nearestAlgebra(basis);
        expect(numeric(closureDefect(nearest))).toBeLessThanOrEqual(
          numeric(closureDefect(basis)) + tolerance.rounding,
        );
        expect(nearest).toHaveLength(basis.length);
      }),
      runs,
    );
  });

  test("is a fact about the span, and tells the angle to it", () => {
    fc.assert(
      fc.property(noisy(algebras.so3, 0.05), changeOfCoordinates(3, 1), (basis, { to }) => {
        const [a, b] = [nearestAlgebra(basis), nearestAlgebra(remix(basis, to))];
        expect(grassmannDistance(a.basis, b.basis)).toBeLessThan(tolerance.conditioned);
        expect(Math.abs(a.angle - b.angle)).toBeLessThan(tolerance.conditioned);
        expect(a.angle).toBeLessThanOrEqual(
          grassmannDistance(a.basis, basis) + tolerance.conditioned,
        );
      }),
      runs,
    );
  });

  test("of an algebra is that algebra", () => {
    for (const generators of [algebras.so13, algebras.se3, algebras.sl3, algebras.gl2]) {
      const basis = orthonormalise(generators);
      const { basis: nearest, angle } = nearestAlgebra(basis);
      expect(angle).toBeLessThan(tolerance.rounding);
      expect(grassmannDistance(nearest, basis)).toBeLessThan(tolerance.rounding);
    }
  });
});

describe.each([
  ["so(3)", algebras.so3],
  ["so(4)", algebras.so4],
  ["so(1,3)", algebras.so13],
  ["se(2)", algebras.se2],
  ["se(3)", algebras.se3],
  ["so(5)", rotations(5)],
  ["so(2,3)", pseudoRotations(2, 3)],
  ["so(3) ⊕ so(2)", directSum(algebras.so3, algebras.so2)],
] as const)("of %s with noise", (_, generators: readonly Matrix[]) => {
  test("is ten times as closed, and nearer to the truth than the noisy span", () => {
    const truth = orthonormalise(generators);
    fc.assert(
      fc.property(noisy(generators, 0.05), (basis) => {
        const { basis: nearest } = nearestAlgebra(basis);
        const [before, after] = [closureDefect(basis), closureDefect(nearest)].map(numeric);
        expect(after).toBeLessThanOrEqual(Math.max(before! / 10, tolerance.rounding));
        expect(grassmannDistance(nearest, truth)).toBeLessThanOrEqual(
          grassmannDistance(basis, truth) + tolerance.rounding,
        );
      }),
      runs,
    );
  });
});

test("a noisy torus commutes again", () => {
  const torus = directSum(algebras.so2, algebras.so2);
  fc.assert(
    fc.property(noisy(torus, 0.05), (basis) => {
      const { basis: nearest } = nearestAlgebra(basis);
      expect(closureDefect(nearest)).toBe("abelian");
    }),
    runs,
  );
});

const numeric = (defect: number | "abelian"): number => (defect === "abelian" ? 0 : defect);

describe("deformation", () => {
  const moved = fc.tuple(spans, evenMatrix(9), evenMatrix(9)).map(([basis, x, y]) => {
    const size = basis.length * 9;
    const pairs = (basis.length * (basis.length - 1)) / 2;
    const delta = outsideOf(basis, x.data.slice(0, size));
    return { basis, delta, cochain: outsideOf(basis, y.data.slice(0, pairs * 9)) };
  });

  test("d is how the leak changes, to first order", () => {
    fc.assert(
      fc.property(moved, ({ basis, delta }) => {
        const leakAt = (t: number) =>
          deformationOf(
            basis.map((b, i) =>
              addScaled(b, t, { dim: 3, data: delta.subarray(i * 9, (i + 1) * 9) }),
            ) as unknown as OrthonormalBasis,
          ).leak;
        const behind = leakAt(-1e-5);
        const slope = leakAt(1e-5).map((x, at) => (x - behind[at]!) / 2e-5);
        const expected = outsideOf(basis, deformationOf(basis).coboundary(delta));
        for (const [at, x] of outsideOf(basis, slope).entries())
          expect(Math.abs(x - expected[at]!)).toBeLessThan(tolerance.conditioned);
      }),
      runs,
    );
  });

  test("d* is its adjoint: ⟨dΔ, Y⟩ = ⟨Δ, d*Y⟩", () => {
    fc.assert(
      fc.property(moved, ({ basis, delta, cochain }) => {
        const { coboundary, adjoint } = deformationOf(basis);
        const [left, right] = [dot(coboundary(delta), cochain), dot(delta, adjoint(cochain))];
        expect(Math.abs(left - right)).toBeLessThan(tolerance.rounding);
      }),
      runs,
    );
  });
});

const dot = (x: Float64Array, y: Float64Array): number =>
  x.reduce((sum, xi, i) => sum + xi * y[i]!, 0);

/** Each 3 × 3 matrix without what lies in the span. */
function outsideOf(basis: OrthonormalBasis, matrices: Float64Array): Float64Array {
  const outside = matrices.slice();
  for (let at = 0; at < outside.length; at += 9)
    outside.set(rejectFrom(basis, { dim: 3, data: matrices.slice(at, at + 9) }).data, at);
  return outside;
}
