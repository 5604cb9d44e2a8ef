import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addScaled,
  algebras,
  canonicalBasis,
  directSum,
  embed,
  grassmannDistance,
  identity,
  inner,
  linear,
  type Matrix,
  matrix,
  norm,
  orthonormalise,
  pseudoRotations,
  rotations,
  scale,
} from "../../lie/index.ts";
import { distance, remix, tolerance } from "../support/arbitrary.ts";
import { changeOfCoordinates, evenMatrix, noisy } from "./noise.ts";

const runs = { numRuns: 20 };

const { so2, so3, sl2, se2, se3, so4, so13 } = algebras;

const textbook: readonly (readonly [string, readonly Matrix[]])[] = [
  ["so(3)", so3],
  ["so(1,3)", so13],
  ["se(2)", se2],
  ["se(3)", se3],
  ["sl(2,ℝ)", sl2],
  ["so(4)", so4],
  ["so(5)", rotations(5)],
  ["so(2,3)", pseudoRotations(2, 3)],
  ["gl(3,ℝ)", linear(3)],
  ["so(2) over four blocks", [embed(so2[0], 8)]],
  ["so(3) over two blocks", so3.map((x) => embed(x, 6))],
  ["scaling", [identity(3)]],
  ["so(1,3) ⊕ ℝ", [...so13, identity(4)]],
  ["so(3) ⊕ so(2)", directSum(so3, so2)],
];

describe.each(textbook)("the canonical basis of %s", (_, generators) => {
  const dim = generators[0]!.dim;
  const units = generators.map((x) => scale(1 / norm(x), x));
  const mixings = changeOfCoordinates(generators.length, 4);

  test("is the textbook one, up to sign and order, from any basis of the span", () => {
    fc.assert(
      fc.property(mixings, ({ to }) => {
        const found = canonicalBasis(remix(generators, to));
        for (const unit of units) expect(furthest(unit, found)).toBeLessThan(tolerance.conditioned);
      }),
      runs,
    );
  });

  test("has the same signs and order from any basis", () => {
    const expected = canonicalBasis(orthonormalise(generators));
    fc.assert(
      fc.property(mixings, ({ to }) => {
        for (const [i, x] of canonicalBasis(remix(generators, to)).entries())
          expect(distance(x, expected[i]!)).toBeLessThan(tolerance.conditioned);
      }),
      runs,
    );
  });

  test("is within the noise of the textbook one, in the same order and with the same signs", () => {
    const expected = canonicalBasis(orthonormalise(generators));
    fc.assert(
      fc.property(noisy(generators, 0.01), mixings, (learned, { to }) => {
        for (const [i, x] of canonicalBasis(remix(learned, to)).entries())
          expect(norm(addScaled(x, -1, expected[i]!))).toBeLessThan(0.01 * dim);
      }),
      runs,
    );
  });
});

describe("a canonical basis", () => {
  const spans = fc
    .tuple(evenMatrix(3), evenMatrix(3), evenMatrix(3))
    .map((xs) => orthonormalise(xs))
    .filter((basis) => basis.length > 0);

  test("is an orthonormal basis of the same span", () => {
    fc.assert(
      fc.property(spans, (basis) => {
        const found = canonicalBasis(basis);
        expect(found).toHaveLength(basis.length);
        expect(grassmannDistance(found, basis)).toBeLessThan(tolerance.rounding);
        for (const [i, x] of found.entries())
          for (const [j, y] of found.entries()) expect(inner(x, y)).toBeCloseTo(i === j ? 1 : 0, 8);
      }),
      runs,
    );
  });

  test("is its own canonical basis, and that of every other basis of the span", () => {
    fc.assert(
      fc.property(spans, changeOfCoordinates(3, 4), (basis, { to }) => {
        fc.pre(basis.length === 3);
        const found = canonicalBasis(basis);
        for (const other of [canonicalBasis(found), canonicalBasis(remix(basis, to))])
          for (const [i, x] of other.entries())
            expect(distance(x, found[i]!)).toBeLessThan(tolerance.conditioned);
      }),
      runs,
    );
  });

  test("a rotation takes the earlier axis towards the later", () => {
    const found = canonicalBasis(orthonormalise(so3.map((x) => scale(-2, x))));
    for (const [i, x] of rotations(3).entries())
      expect(distance(found[i]!, scale(Math.SQRT1_2, x))).toBeLessThan(tolerance.rounding);
  });

  test("where no basis is sparser than another it stays at projections of single entries", () => {
    const diagonals = canonicalBasis(orthonormalise(algebras.sl3)).filter(
      ({ data }) => data[0]! ** 2 + data[4]! ** 2 + data[8]! ** 2 > 0.5,
    );
    const expected = [diagonal(2, -1, -1), diagonal(0, 1, -1)];
    for (const [i, x] of diagonals.entries())
      expect(distance(x, scale(1 / norm(expected[i]!), expected[i]!))).toBeLessThan(
        tolerance.rounding,
      );
  });

  test("of no generator is none", () => {
    expect(canonicalBasis(orthonormalise([]))).toEqual([]);
  });
});

/** Largest difference of an entry between x and the member of `found` that is nearest up to sign. */
function furthest(x: Matrix, found: readonly Matrix[]): number {
  return Math.min(...found.flatMap((y) => [distance(x, y), distance(x, scale(-1, y))]));
}

function diagonal(...entries: readonly number[]): Matrix {
  const dim = entries.length;
  return matrix(
    entries.map((value, i) => Array.from({ length: dim }, (_, j) => (i === j ? value : 0))),
  );
}
