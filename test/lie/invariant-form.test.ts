import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  algebras,
  embed,
  expm,
  identity,
  inner,
  invariantForm,
  type Matrix,
  matrix,
  multiply,
  norm,
  orthonormalise,
  projectOn,
  pseudoRotations,
  rotations,
  scale,
} from "../../lie/index.ts";
import { conjugate, distance, remix, tolerance, transpose } from "../support/arbitrary.ts";
import { changeOfCoordinates, evenMatrix, noisy } from "./noise.ts";

const runs = { numRuns: 20 };

const { so3, sl2, se2, so13 } = algebras;

/** Algebras that keep one form, and that form. */
const kept: readonly (readonly [string, readonly Matrix[], Matrix])[] = [
  ["so(1,3)", so13, metric(1, 3)],
  ["so(3)", so3, metric(0, 3)],
  ["so(1,2)", pseudoRotations(1, 2), metric(1, 2)],
  ["so(2,2)", pseudoRotations(2, 2), scale(-1, metric(2, 2))],
  ["so(2,3)", pseudoRotations(2, 3), metric(2, 3)],
  ["so(5)", rotations(5), metric(0, 5)],
  ["se(2)", se2, diagonal(0, 0, 1)],
];

describe.each(kept)("the form that %s keeps", (_, generators, truth) => {
  const dim = truth.dim;

  test("is the textbook one, of unit length, and alone", () => {
    const { form, singularValues, gap } = invariantForm(orthonormalise(generators));
    expect(norm(form)).toBeCloseTo(1);
    expect(1 - cosine(form, truth)).toBeLessThan(tolerance.rounding);
    expect(singularValues).toHaveLength((dim * (dim + 1)) / 2);
    expect([...singularValues]).toEqual([...singularValues].sort((a, b) => a - b));
    expect(gap).toBeLessThan(tolerance.rounding);
  });

  test("is kept: gᵀAg = A for every motion g of the group", () => {
    const algebra = orthonormalise(generators);
    const { form } = invariantForm(algebra);
    fc.assert(
      fc.property(evenMatrix(dim), (x) => {
        const g = expm(projectOn(algebra, x));
        const moved = multiply(transpose(g), multiply(form, g));
        expect(distance(moved, form)).toBeLessThan(tolerance.conditioned);
      }),
      runs,
    );
  });

  test("is a fact about the span, singular values and all", () => {
    const facts = invariantForm(orthonormalise(generators));
    fc.assert(
      fc.property(changeOfCoordinates(generators.length, 1), ({ to }) => {
        const { form, singularValues, signature } = invariantForm(remix(generators, to));
        expect(distance(form, facts.form)).toBeLessThan(tolerance.conditioned);
        expect(signature).toEqual(facts.signature);
        for (const [i, value] of singularValues.entries())
          expect(Math.abs(value - facts.singularValues[i]!)).toBeLessThan(tolerance.conditioned);
      }),
      runs,
    );
  });

  test("becomes P⁻ᵀAP⁻¹ in other coordinates, with its signature", () => {
    const facts = invariantForm(orthonormalise(generators));
    fc.assert(
      fc.property(changeOfCoordinates(dim, 0.5), ({ to, from }) => {
        const moved = orthonormalise(generators.map((x) => conjugate(to, x, from)));
        const { form, signature } = invariantForm(moved);
        const expected = multiply(transpose(from), multiply(facts.form, from));
        expect(1 - Math.abs(cosine(form, expected))).toBeLessThan(tolerance.conditioned);
        expect(signature).toEqual(facts.signature);
      }),
      runs,
    );
  });

  test("is found within a hundredth of cosine under noise of 0.03", () => {
    fc.assert(
      fc.property(noisy(generators, 0.03), (learned) => {
        const { form, gap } = invariantForm(learned);
        expect(Math.abs(cosine(form, truth))).toBeGreaterThan(0.99);
        expect(gap).toBeLessThan(0.2);
      }),
      runs,
    );
  });
});

describe("invariant form", () => {
  test("of the Lorentz algebra is diag(−1, 1, 1, 1)/2, of signature (3, 1)", () => {
    const { form, signature, singularValues } = invariantForm(orthonormalise(so13));
    expect(distance(form, diagonal(-0.5, 0.5, 0.5, 0.5))).toBeLessThan(tolerance.rounding);
    expect(signature).toEqual({ positive: 3, negative: 1, zero: 0 });
    expect(singularValues[1]).toBeCloseTo(2);
  });

  test("is none where there is growth, or only an area is kept", () => {
    const scaled = invariantForm(orthonormalise([...so13, identity(4)]));
    const [least, next] = scaled.singularValues;
    expect([least, next]).toEqual([expect.closeTo(1, 6), expect.closeTo(Math.sqrt(5), 6)]);
    expect(scaled.gap).toBeCloseTo(1 / Math.sqrt(5));
    expect(1 - cosine(scaled.form, metric(1, 3))).toBeLessThan(tolerance.rounding);
    expect(invariantForm(orthonormalise(sl2)).singularValues[0]).toBeGreaterThan(1);
  });

  test("is one of several over blocks, and the gap says so", () => {
    const { singularValues, gap } = invariantForm(orthonormalise(so3.map((x) => embed(x, 6))));
    const invariant = singularValues.filter((value) => value < tolerance.rounding);
    expect(invariant).toHaveLength(3);
    expect(gap).toBeGreaterThanOrEqual(0);
  });

  test("no generator keeps the only form of no dimension", () => {
    expect(invariantForm(orthonormalise([])).gap).toBe(1);
  });
});

function cosine(x: Matrix, y: Matrix): number {
  return inner(x, y) / (norm(x) * norm(y));
}

function metric(p: number, q: number): Matrix {
  return diagonal(...Array.from({ length: p + q }, (_, i) => (i < p ? -1 : 1)));
}

function diagonal(...entries: readonly number[]): Matrix {
  const dim = entries.length;
  return matrix(
    entries.map((value, i) => Array.from({ length: dim }, (_, j) => (i === j ? value : 0))),
  );
}
