import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addScaled,
  algebras,
  directSum,
  embed,
  type Identity,
  identify,
  identity,
  linear,
  type Matrix,
  matrix,
  orthonormalise,
  pseudoRotations,
  rotations,
  scale,
  volumePreserving,
  zeros,
} from "../../lie/index.ts";
import { invariantsOfSum, sumsOfDimension } from "../../lie/names.ts";
import { conjugate, remix, transpose } from "../support/arbitrary.ts";
import { changeOfCoordinates, noisy } from "./noise.ts";

const exact = 1e-6;

const { so2, so3, sl2, se2, se3, so13, sl3, gl2, aff1, scaling } = algebras;
const shear = [sl2[1]];
const lorentzAndScaling = [...so13, identity(4)];
const squeezes = [diagonal(1, 0, 0), diagonal(0, 1, 2)];
const so2And = (...others: readonly (readonly Matrix[])[]) => directSum(...others, so2);

const named: readonly (readonly [string, readonly Matrix[]])[] = [
  // lines and planes
  ["so(2)", so2],
  ["ℝ", scaling],
  ["ℝ", shear],
  ["ℝ", [diagonal(1, -1)]],
  ["ℝ²", squeezes],
  ["ℝ²", [se2[1], se2[2]]],
  ["so(2) ⊕ so(2)", directSum(so2, so2)],
  ["so(2) ⊕ ℝ", [so2[0], identity(2)]],
  ["so(2) ⊕ so(2) ⊕ ℝ", so2And(so2, scaling)],
  // simple and semisimple
  ["so(3)", so3],
  ["sl(2,ℝ)", sl2],
  ["sl(2,ℝ)", pseudoRotations(1, 2)],
  ["so(4)", algebras.so4],
  ["so(4)", directSum(so3, so3)],
  ["so(1,3)", so13],
  ["so(2,2)", pseudoRotations(2, 2)],
  ["so(3) ⊕ sl(2,ℝ)", directSum(so3, sl2)],
  ["sl(3,ℝ)", sl3],
  ["so(5)", rotations(5)],
  ["so(1,4)", pseudoRotations(1, 4)],
  ["so(2,3)", pseudoRotations(2, 3)],
  ["so(3) ⊕ so(3) ⊕ so(3)", directSum(so3, so3, so3)],
  ["so(1,3) ⊕ so(3)", directSum(so13, so3)],
  // with a centre
  ["gl(2,ℝ)", gl2],
  ["gl(3,ℝ)", linear(3)],
  ["so(1,3) ⊕ ℝ", lorentzAndScaling],
  ["so(3) ⊕ so(2)", so2And(so3)],
  ["so(3) ⊕ ℝ", [...so3, identity(3)]],
  ["sl(2,ℝ) ⊕ so(2)", so2And(sl2)],
  ["so(3) ⊕ so(3) ⊕ so(3) ⊕ so(2)", so2And(so3, so3, so3)],
  // with a radical that is no centre
  ["se(2)", se2],
  ["se(3)", se3],
  ["aff(1)", aff1],
  ["se(2) ⊕ so(2)", so2And(se2)],
  ["se(3) ⊕ ℝ", directSum(se3, scaling)],
  ["se(2) ⊕ se(2)", directSum(se2, se2)],
  ["se(3) ⊕ so(3)", directSum(se3, so3)],
  ["so(1,3) ⊕ se(2)", directSum(so13, se2)],
];

describe.each(named)("%s", (name, generators) => {
  const dim = generators[0]!.dim;
  const runs = { numRuns: generators.length > 6 ? 3 : 10 };
  const facts: Identity = { ...identify(orthonormalise(generators), exact), name };

  test("is the same in every basis of the span", () => {
    fc.assert(
      fc.property(changeOfCoordinates(generators.length, 1), ({ to }) => {
        const basis = remix(generators, to);
        expect(identify(basis, exact)).toEqual(facts);
        expect(identify(basis)).toEqual(facts);
      }),
      runs,
    );
  });

  test("is the same in other coordinates of the data", () => {
    fc.assert(
      fc.property(changeOfCoordinates(dim, 1), ({ to, from }) => {
        const basis = orthonormalise(generators.map((x) => conjugate(to, x, from)));
        expect(identify(basis, exact)).toEqual(facts);
      }),
      runs,
    );
  });

  test("is the same when repeated over blocks", () => {
    for (const m of [2, 3])
      expect(identify(orthonormalise(generators.map((x) => embed(x, m * dim))))).toEqual(facts);
  });

  test("is the same when every entry of the unit generators is off by up to 0.03", () => {
    fc.assert(
      fc.property(noisy(generators, 0.03), (learned) => {
        expect(identify(learned)).toEqual(facts);
      }),
      runs,
    );
  });

  test("is the same with that noise in other coordinates and another basis", () => {
    const learned = fc
      .tuple(changeOfCoordinates(dim, 0.5), changeOfCoordinates(generators.length, 0.5))
      .chain(([p, mix]) => {
        const moved = generators.map((x) => conjugate(p.to, x, p.from));
        return noisy(remix(moved, mix.to), 0.03);
      });
    fc.assert(
      fc.property(learned, (basis) => {
        expect(identify(basis)).toEqual(facts);
      }),
      runs,
    );
  });
});

describe("what has no name", () => {
  test.each([
    ["two turns of space, whose bracket is the third", [so3[0], so3[1]]],
    ["sl(2,ℝ) ⋉ ℝ²", affine(sl2)],
    ["gl(2,ℝ) ⋉ ℝ²", affine(gl2)],
    ["so(1,2) ⋉ ℝ³", affine(pseudoRotations(1, 2))],
    ["so(1,3) ⋉ ℝ⁴", affine(so13)],
    ["se(2) with growth", affine([so2[0], identity(2)])],
    ["a spiral and the translations of the plane", affine([spiral(0.5)])],
    ["a squeeze and the translations of the plane", affine([diagonal(1, -1)])],
    ["Heisenberg: position, momentum and their bracket", heisenberg()],
    ["su(3) on ℝ⁶", specialUnitary(3)],
    ["so(6), of more than 10 dimensions", rotations(6)],
  ] as const)("%s", (_, generators) => {
    expect(identify(orthonormalise(generators), exact).name).toBe("unnamed");
    expect(identify(orthonormalise(generators)).name).toBe("unnamed");
  });

  test("its facts are told all the same", () => {
    expect(identify(orthonormalise(affine(sl2)), exact)).toEqual({
      name: "unnamed",
      dimension: 5,
      killing: { positive: 2, negative: 1, zero: 2 },
      derivedDimension: 5,
      derivedSeries: [5],
      centreDimension: 0,
      radicalDimension: 2,
      simpleIdeals: ["sl(2,ℝ)"],
    });
    const { simpleIdeals } = identify(orthonormalise(specialUnitary(3)), exact);
    expect(simpleIdeals).toEqual(["unnamed"]);
  });
});

describe("names", () => {
  test("no two sums of up to 10 dimensions have the same invariants", () => {
    for (let dimension = 1; dimension <= 10; dimension++) {
      const keys = [...sumsOfDimension(dimension)].map((sum) =>
        JSON.stringify(invariantsOfSum(sum)),
      );
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  test("invariants of a sum are sums of invariants", () => {
    const whole = identify(orthonormalise(directSum(se3, so2, aff1)), exact);
    expect(whole).toEqual({
      name: "se(3) ⊕ aff(1) ⊕ so(2)",
      dimension: 9,
      killing: { positive: 1, negative: 3, zero: 5 },
      derivedDimension: 7,
      derivedSeries: [9, 7, 6],
      centreDimension: 1,
      radicalDimension: 6,
      simpleIdeals: ["so(3)"],
    });
  });

  test("no generator is the trivial algebra", () => {
    expect(identify(orthonormalise([])).name).toBe("trivial");
  });

  test.each([
    ["a turn that shrinks by a tenth", spiral(-0.1), "so(2)"],
    ["a spiral", spiral(0.3), "ℝ"],
    ["a scaling", identity(2), "ℝ"],
    [
      "an elliptic turn",
      matrix([
        [0, -4],
        [1, 0],
      ]),
      "so(2)",
    ],
  ] as const)("%s", (_, generator, name) => {
    expect(identify(orthonormalise([generator]), 0.11).name).toBe(name);
  });
});

/** 𝔤 ⋉ ℝⁿ: linear motions and all translations, in homogeneous coordinates. */
function affine(generators: readonly Matrix[]): readonly Matrix[] {
  const n = generators[0]!.dim;
  const block = (x: Matrix) => directSum([x], [matrix([[0]])])[0]!;
  const translations = Array.from({ length: n }, (_, i) => {
    const data = new Float64Array((n + 1) ** 2);
    data[i * (n + 1) + n] = 1;
    return { dim: n + 1, data };
  });
  return [...generators.map(block), ...translations];
}

function spiral(growth: number): Matrix {
  return matrix([
    [growth, -1],
    [1, growth],
  ]);
}

/** E₀₁, E₁₂ and their bracket E₀₂. */
function heisenberg(): readonly Matrix[] {
  return [1, 5, 2].map((at) => ({
    dim: 3,
    data: Float64Array.from({ length: 9 }, (_, i) => (i === at ? 1 : 0)),
  }));
}

/** su(n) as it acts on ℂⁿ = ℝ²ⁿ: A + iB ↦ (A, −B; B, A), A antisymmetric, B symmetric without trace. */
function specialUnitary(n: number): readonly Matrix[] {
  const real = rotations(n).map((a) => complex(a, zeros(n)));
  const imaginary = volumePreserving(n).map((x) =>
    complex(zeros(n), addScaled(x, 1, transpose(x))),
  );
  return orthonormalise([...real, ...imaginary]);
}

function complex(a: Matrix, b: Matrix): Matrix {
  const n = a.dim;
  const row = (x: Matrix, i: number) => [...x.data.subarray(i * n, (i + 1) * n)];
  const indices = Array.from({ length: n }, (_, i) => i);
  return matrix([
    ...indices.map((i) => [...row(a, i), ...row(scale(-1, b), i)]),
    ...indices.map((i) => [...row(b, i), ...row(a, i)]),
  ]);
}

function diagonal(...entries: readonly number[]): Matrix {
  const dim = entries.length;
  return matrix(
    entries.map((value, i) => Array.from({ length: dim }, (_, j) => (i === j ? value : 0))),
  );
}
