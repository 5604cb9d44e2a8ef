import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addScaled,
  adjoint,
  algebras,
  bracket,
  centraliser,
  centre,
  derivedAlgebra,
  derivedSeries,
  directSum,
  embed,
  expm,
  grassmannDistance,
  identity,
  killingForm,
  killingSignature,
  linear,
  type Matrix,
  norm,
  type OrthonormalBasis,
  orthonormalise,
  projectOn,
  pseudoRotations,
  radical,
  rejectFrom,
  scale,
  signature,
  torusDimension,
} from "../../lie/index.ts";
import { conjugate, distance, remix, tolerance } from "../support/arbitrary.ts";
import { changeOfCoordinates, evenMatrix, noisy } from "./noise.ts";

const exact = 1e-6;
const runs = { numRuns: 15 };

const { so2, so3, sl2, se2, se3, so13, gl2, aff1, scaling } = algebras;

const examples: Readonly<Record<string, readonly Matrix[]>> = {
  "so(3)": so3,
  "gl(2,ℝ)": gl2,
  "se(2)": se2,
  "se(3) ⊕ so(2)": directSum(se3, so2),
  "so(1,3) ⊕ ℝ": [...so13, identity(4)],
  "aff(1) ⊕ sl(2,ℝ)": directSum(aff1, sl2),
  "upper triangular": linear(3).filter((_, at) => [0, 1, 2, 4, 5, 8].includes(at)),
};

const parts = { centre, derivedAlgebra, radical };

describe.each(Object.entries(examples))("of %s", (_, generators) => {
  const algebra = orthonormalise(generators);

  test.each(Object.entries(parts))("%s is an ideal, the same in every basis", (_name, part) => {
    const ideal = part(algebra, exact);
    for (const x of algebra)
      for (const y of ideal)
        expect(norm(rejectFrom(ideal, bracket(x, y)))).toBeLessThan(tolerance.rounding);
    fc.assert(
      fc.property(changeOfCoordinates(algebra.length, 1), ({ to }) => {
        expectSame(part(remix(algebra, to), exact), ideal);
      }),
      runs,
    );
  });

  test.each(Object.entries(parts))("%s moves with the coordinates", (_name, part) => {
    fc.assert(
      fc.property(changeOfCoordinates(algebra[0]!.dim, 0.7), ({ to, from }) => {
        const move = (xs: readonly Matrix[]) =>
          orthonormalise(xs.map((x) => conjugate(to, x, from)));
        expectSame(part(move(algebra), exact), move(part(algebra, exact)));
      }),
      runs,
    );
  });

  test.each(Object.entries(parts))("%s is nearly that with noise", (_name, part) => {
    const ideal = part(algebra, exact);
    fc.assert(
      fc.property(noisy(algebra, 0.01), (learned) => {
        expect(grassmannDistance(part(learned), ideal)).toBeLessThan(0.3);
      }),
      runs,
    );
  });

  test("the centre commutes with everything", () => {
    for (const x of centre(algebra, exact))
      for (const y of algebra) expect(norm(bracket(x, y))).toBeLessThan(tolerance.rounding);
  });

  test("the derived algebra holds every bracket", () => {
    const derived = derivedAlgebra(algebra, exact);
    for (const x of algebra)
      for (const y of algebra)
        expect(norm(rejectFrom(derived, bracket(x, y)))).toBeLessThan(tolerance.rounding);
  });

  test("the radical is solvable, and holds every solvable ideal we know", () => {
    const solvable = radical(algebra, exact);
    expect(derivedSeries(solvable, exact).at(-1)).toHaveLength(0);
    for (const x of centre(algebra, exact))
      expect(norm(rejectFrom(solvable, x))).toBeLessThan(tolerance.rounding);
  });

  test("its own Killing signature is that of the Killing form", () => {
    expect(killingSignature(algebra, algebra, exact)).toEqual(
      signature(killingForm(algebra), exact),
    );
  });

  test("ad is a representation: ad [x, y] = [ad x, ad y]", () => {
    fc.assert(
      fc.property(memberOf(algebra), memberOf(algebra), (x, y) => {
        const [adX, adY, adXY] = adjoint(algebra, [x, y, bracket(x, y)]);
        expect(distance(adXY!, bracket(adX!, adY!))).toBeLessThan(tolerance.rounding);
      }),
      runs,
    );
  });
});

describe("by hand", () => {
  test("the centre of gl(n) is growth by the same factor everywhere", () => {
    expectSame(centre(orthonormalise(linear(3)), exact), orthonormalise([identity(3)]));
  });

  test("the derived series of a triangular algebra loses a diagonal and then halves", () => {
    const triangular = orthonormalise(examples["upper triangular"]!);
    expect(derivedSeries(triangular, exact).map(({ length }) => length)).toEqual([6, 3, 1, 0]);
  });

  test("the radical of the motions of space are the translations", () => {
    expectSame(radical(orthonormalise(se3), exact), orthonormalise(se3.slice(3)));
  });

  test("what commutes with one summand is the other and the centre", () => {
    const sum = orthonormalise(directSum(so3, so13, scaling));
    const [first, others] = [sum.slice(0, 3), sum.slice(3)].map(orthonormalise);
    expectSame(centraliser(sum, first!, exact), others!);
  });

  test("on [𝔤, 𝔤] the signature is that of the Levi factor", () => {
    const algebra = orthonormalise(directSum(se3, pseudoRotations(2, 2)));
    const levi = killingSignature(algebra, derivedAlgebra(algebra, exact), exact);
    expect(levi).toEqual({ positive: 4, negative: 5, zero: 3 });
  });
});

describe("the torus of a commuting span", () => {
  const twoTurns = directSum(so2, so2, scaling);
  const [turn, other, growth] = twoTurns as [Matrix, Matrix, Matrix];
  const spans: readonly (readonly [string, readonly Matrix[], number])[] = [
    ["two turns and a growth", twoTurns, 2],
    ["turns that grow, each in its plane", [addScaled(turn, 0.5, growth), other], 1],
    ["turns mixed with each other", [addScaled(turn, 2, other), addScaled(turn, -1, other)], 2],
    ["a turn, and the same turn with growth", [turn, addScaled(turn, 1, growth)], 1],
    ["a turn at two speeds", [addScaled(turn, Math.SQRT2, other)], 1],
    ["translations", se2.slice(1), 0],
    ["a turn over blocks", [embed(so2[0], 8)], 1],
    ["nothing", [], 0],
  ];

  test.each(spans)("%s: in every basis and in skewed coordinates", (_, generators, dimension) => {
    const dim = generators[0]?.dim ?? 1;
    fc.assert(
      fc.property(
        changeOfCoordinates(Math.max(1, generators.length), 1),
        changeOfCoordinates(dim, 1),
        (mix, p) => {
          const moved = generators.map((x) => conjugate(p.to, x, p.from));
          expect(torusDimension(remix(moved, mix.to), exact)).toBe(dimension);
          expect(torusDimension(remix(moved, mix.to))).toBe(dimension);
        },
      ),
      runs,
    );
  });

  test("turning means that exp(zX) stays bounded", () => {
    const elliptic = conjugate(expm(scale(0.7, growth)), turn, expm(scale(-0.7, growth)));
    expect(torusDimension(orthonormalise([elliptic]), exact)).toBe(1);
    expect(norm(expm(scale(1e3, elliptic)))).toBeLessThan(10);
  });
});

function expectSame(a: OrthonormalBasis, b: OrthonormalBasis): void {
  expect(grassmannDistance(a, b)).toBeLessThan(tolerance.conditioned);
}

/** A random member of an algebra. */
const memberOf = (algebra: OrthonormalBasis): fc.Arbitrary<Matrix> =>
  evenMatrix(algebra[0]!.dim).map((x) => projectOn(algebra, x));
