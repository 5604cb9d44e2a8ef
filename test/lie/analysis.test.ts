import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  algebras,
  embed,
  expm,
  grassmannDistance,
  identity,
  inner,
  type Matrix,
  multiply,
  norm,
  orthonormalise,
  principalAngles,
  projectOn,
  projector,
  rejectFrom,
  ShapeError,
  scale,
  spectrum,
  svd,
  symmetricEigen,
  toData,
  toWhitened,
  whiteningOf,
} from "../../lie/index.ts";
import {
  antisymmetric,
  arbitraryMatrix,
  coordinates,
  distance,
  remix,
  tolerance,
  transpose,
} from "../support/arbitrary.ts";

const symmetric = (dim: number) => arbitraryMatrix(dim).map((x) => multiply(transpose(x), x));

describe("expm", () => {
  test("of an antisymmetric matrix is orthogonal", () => {
    fc.assert(
      fc.property(antisymmetric(5), (x) => {
        const g = expm(x);
        expect(distance(multiply(transpose(g), g), identity(5))).toBeLessThan(tolerance.rounding);
      }),
    );
  });

  test("exp(X) exp(−X) = 1", () => {
    fc.assert(
      fc.property(arbitraryMatrix(4), (x) => {
        const [there, back] = [expm(x), expm(scale(-1, x))];
        const size = norm(there) * norm(back);
        expect(distance(multiply(there, back), identity(4))).toBeLessThan(
          tolerance.rounding * size,
        );
      }),
    );
  });

  test("of a quarter turn is a quarter turn", () => {
    const quarter = expm(scale(Math.PI / 2, algebras.so2[0]));
    expect(distance(quarter, algebras.so2[0])).toBeLessThan(tolerance.rounding);
  });
});

describe("symmetric eigen-decomposition", () => {
  test("rebuilds the matrix from orthonormal vectors, by falling value", () => {
    fc.assert(
      fc.property(symmetric(6), (s) => {
        const { values, vectors: v } = symmetricEigen(s);
        const diagonal: Matrix = {
          dim: 6,
          data: Float64Array.from({ length: 36 }, (_, at) => (at % 7 === 0 ? values[at / 7]! : 0)),
        };
        const rebuilt = multiply(transpose(v), multiply(diagonal, v));
        expect(distance(rebuilt, s)).toBeLessThan(tolerance.rounding);
        expect(distance(multiply(v, transpose(v)), identity(6))).toBeLessThan(tolerance.rounding);
        expect([...values]).toEqual([...values].sort((a, b) => b - a));
      }),
    );
  });
});

describe("singular value decomposition", () => {
  test("rebuilds the rows from orthonormal vectors, by falling value", () => {
    const rows = fc.array(arbitraryMatrix(3), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(rows, (matrices) => {
        const a = matrices.map(({ data }) => data);
        const { values, left, right } = svd(a);
        for (const [i, row] of a.entries())
          for (const [j, entry] of row.entries()) {
            const sum = values.reduce((total, v, k) => total + v * left[k]![i]! * right[k]![j]!, 0);
            expect(Math.abs(sum - entry)).toBeLessThan(tolerance.rounding);
          }
        expect([...values]).toEqual([...values].sort((x, y) => y - x));
      }),
    );
  });

  test("shows dependent rows as zeros", () => {
    const row = Float64Array.from([1, 2, 3]);
    const { values } = svd([row, row.map((x) => 2 * x), row.map((x) => -x)]);
    expect(values[0]).toBeCloseTo(Math.sqrt(14 * 6));
    expect(values[1]).toBeLessThan(tolerance.rounding);
  });
});

describe("spans", () => {
  const generators = fc
    .array(arbitraryMatrix(3), { minLength: 3, maxLength: 3 })
    .filter((xs) => xs.every((x) => norm(x) > 0.1) && orthonormalise(xs).length === 3);

  test("a span is at no angle to itself, in whatever basis", () => {
    fc.assert(
      fc.property(generators, coordinates(3), (xs, { to }) => {
        const basis = orthonormalise(xs);
        const other = remix(basis, to);
        expect(grassmannDistance(basis, other)).toBeLessThan(tolerance.rounding);
        expect(distance(projector(basis, 3), projector(other, 3))).toBeLessThan(tolerance.rounding);
      }),
    );
  });

  test("distance is symmetric, and a missing direction counts a right angle", () => {
    fc.assert(
      fc.property(generators, generators, (xs, ys) => {
        const [a, b] = [orthonormalise(xs), orthonormalise(ys)];
        expect(grassmannDistance(a, b)).toBeCloseTo(grassmannDistance(b, a), 6);
        expect(grassmannDistance(a, orthonormalise(xs.slice(1)))).toBeCloseTo(Math.PI / 2);
      }),
    );
  });

  test("angles are as turned, even tiny ones", () => {
    for (const angle of [1e-9, 1e-3, 0.7, 1.5]) {
      const [a, b, c] = algebras.so3;
      const turned = (from: Matrix, to: Matrix) => ({
        dim: 3,
        data: from.data.map((x, i) => Math.cos(angle) * x + Math.sin(angle) * to.data[i]!),
      });
      const angles = principalAngles(orthonormalise([a, b]), orthonormalise([a, turned(b, c)]));
      expect(angles[0]).toBeCloseTo(0, 12);
      expect(Math.abs(angles[1]! / angle - 1)).toBeLessThan(tolerance.conditioned);
    }
  });

  test("a matrix is its part inside plus its part outside, orthogonal to each other", () => {
    fc.assert(
      fc.property(generators, arbitraryMatrix(3), (xs, x) => {
        const basis = orthonormalise(xs);
        const [inside, outside] = [projectOn(basis, x), rejectFrom(basis, x)];
        expect(Math.abs(inner(inside, outside))).toBeLessThan(tolerance.conditioned);
        expect(norm(rejectFrom(basis, inside))).toBeLessThan(tolerance.conditioned);
      }),
    );
  });
});

describe("whitening", () => {
  const moments = fc.tuple(arbitraryMatrix(4), fc.integer({ min: 1, max: 4 })).map(([x, rank]) => {
    const data = x.data.map((v, at) => (at < 4 * rank ? v + (at % 5 === 0 ? 4 : 0) : 0));
    return { rank, moment: multiply(transpose({ dim: 4, data }), { dim: 4, data }) };
  });

  test("WW⁻¹ = 1 and WSWᵀ = 1 on the support, whose rank is found", () => {
    fc.assert(
      fc.property(moments, ({ rank, moment }) => {
        const whitening = whiteningOf(moment.data, 4);
        fc.pre(whitening.rank === rank);
        const { whitener: w, unwhitener: u } = whitening;
        for (let i = 0; i < rank; i++)
          for (let j = 0; j < rank; j++) {
            let [product, whitened] = [0, 0];
            for (let a = 0; a < 4; a++) {
              product += w[i * 4 + a]! * u[a * rank + j]!;
              for (let b = 0; b < 4; b++)
                whitened += w[i * 4 + a]! * moment.data[a * 4 + b]! * w[j * 4 + b]!;
            }
            expect(product).toBeCloseTo(i === j ? 1 : 0, 8);
            expect(whitened).toBeCloseTo(i === j ? 1 : 0, 6);
          }
      }),
    );
  });

  test("a generator survives the way to the data and back", () => {
    fc.assert(
      fc.property(moments, arbitraryMatrix(4), ({ moment }, x) => {
        const whitening = whiteningOf(moment.data, 4);
        const r = whitening.rank;
        const whitened: Matrix = { dim: r, data: x.data.slice(0, r * r) };
        const back = toWhitened(whitening, toData(whitening, whitened));
        expect(distance(back, whitened)).toBeLessThan(tolerance.conditioned);
      }),
    );
  });

  test("a motion that keeps the moment is antisymmetric in whitened coordinates", () => {
    fc.assert(
      fc.property(moments, antisymmetric(4), ({ moment, rank }, x) => {
        fc.pre(rank === 4 && whiteningOf(moment.data, 4).rank === 4);
        const whitening = whiteningOf(moment.data, 4);
        const generator = toData(whitening, x);
        const flow = multiply(generator, moment);
        const change = flow.data.map((v, at) => v + transpose(flow).data[at]!);
        expect(Math.max(...change.map(Math.abs))).toBeLessThan(tolerance.conditioned * 100);
      }),
    );
  });

  test("two matrices of different dimension are refused with both shapes", () => {
    expect(() => embed(identity(3), 8)).toThrow(ShapeError);
    expect(() => multiply(identity(2), identity(3))).toThrow(/\(2,2\).*\(3,3\)/);
  });
});

describe("spectrum", () => {
  test("a turn has radius and no growth; a scaling grows by all of it; a shear has neither", () => {
    const turn = spectrum(embed(algebras.so2[0], 8));
    expect(turn.radius).toBeCloseTo(1, 6);
    expect(turn.growth).toBeCloseTo(0, 6);
    const { radius, growth } = spectrum(scale(3, identity(3)));
    expect([radius, growth]).toEqual([expect.closeTo(3, 6), expect.closeTo(3, 6)]);
    const shear = spectrum(algebras.se2[1]);
    expect([shear.radius, shear.growth]).toEqual([0, expect.closeTo(0, 6)]);
  });
});
