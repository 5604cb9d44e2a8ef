import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addScaled,
  algebras,
  bracket,
  closureDefect,
  embed,
  identify,
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
/** Naming a six-dimensional algebra takes milliseconds: fewer cases than the usual hundred. */
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

describe.each([
  ["so(2)", algebras.so2],
  ["so(3)", algebras.so3],
  ["sl(2,ℝ)", algebras.sl2],
  ["se(2)", algebras.se2],
  ["so(4)", algebras.so4],
  ["so(1,3)", algebras.so13],
  ["so(1,3) ⊕ ℝ", [...algebras.so13, diagonal(1, 1, 1, 1)]],
  ["abelian of dimension 2", [diagonal(1, 0, 0), diagonal(0, 1, 2)]],
  ["ℝ", [diagonal(1, -1)]],
  [
    "ℝ",
    [
      matrix([
        [0, 1],
        [0, 0],
      ]),
    ],
  ],
] as const)("%s", (name, generators: readonly Matrix[]) => {
  const dim = generators[0]!.dim;
  const mixed = coordinates(generators.length).map(({ to }) => remix(generators, to));

  const facts = { ...identify(orthonormalise(generators), exact), name };

  test("keeps its name, closure and Killing signature in every basis of the span", () => {
    fc.assert(
      fc.property(mixed, (basis) => {
        expect(identify(basis, exact)).toEqual(facts);
        expect(identify(basis).name).toBe(name);
        expectClosed(closureDefect(basis));
      }),
      runs,
    );
  });

  test("keeps its name, closure and Killing signature in other coordinates of the data", () => {
    fc.assert(
      fc.property(coordinates(dim), ({ to, from }) => {
        const basis = orthonormalise(generators.map((x) => conjugate(to, x, from)));
        expect(identify(basis, exact)).toEqual(facts);
        expectClosed(closureDefect(basis));
      }),
      runs,
    );
  });

  test("keeps its name when repeated over blocks", () => {
    expect(identify(orthonormalise(generators.map((x) => embed(x, 4 * dim)))).name).toBe(name);
  });

  test("keeps its name under a noise of one percent", () => {
    fc.assert(
      fc.property(fc.array(arbitraryMatrix(dim), { minLength: 7, maxLength: 7 }), (noise) => {
        const learned = generators.map((x, k) => addScaled(x, 0.005 / dim, noise[k]!));
        expect(identify(orthonormalise(learned)).name).toBe(name);
      }),
      runs,
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

  test("a span that no bracket stays in has no name", () => {
    const two = orthonormalise([algebras.so3[0], algebras.so3[1]]);
    expect(closureDefect(two)).toBeCloseTo(1);
    expect(identify(two).name).toBe("unnamed");
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

describe("one generator", () => {
  test.each([
    [
      "a turn that shrinks by a tenth",
      [
        [-0.1, -1],
        [1, -0.1],
      ],
      "so(2)",
    ],
    [
      "a spiral",
      [
        [0.3, -1],
        [1, 0.3],
      ],
      "ℝ",
    ],
    [
      "a scaling",
      [
        [1, 0],
        [0, 1],
      ],
      "ℝ",
    ],
    [
      "an elliptic turn",
      [
        [0, -4],
        [1, 0],
      ],
      "so(2)",
    ],
  ] as const)("%s", (_, rows, name) => {
    expect(identify(orthonormalise([matrix(rows)]), 0.11).name).toBe(name);
  });

  test("no generator is the trivial algebra", () => {
    expect(identify(orthonormalise([])).name).toBe("trivial");
  });
});

function diagonal(...entries: readonly number[]): Matrix {
  const dim = entries.length;
  return matrix(
    entries.map((value, i) => Array.from({ length: dim }, (_, j) => (i === j ? value : 0))),
  );
}

function expectClosed(defect: number | "abelian"): void {
  if (defect !== "abelian") expect(defect).toBeLessThan(tolerance.conditioned);
}
