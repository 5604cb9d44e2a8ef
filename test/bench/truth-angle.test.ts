import fc from "fast-check";
import { expect, test } from "vitest";
import { angleToTruth } from "../../bench/truth-angle.ts";
import { addScaled, algebras, type Matrix, scale } from "../../lie/index.ts";

const { so3, so2 } = algebras;
const numbers = (length: number) =>
  fc.array(fc.integer({ min: -9, max: 9 }), { minLength: length, maxLength: length });
const matrices = (dim: number, count: number): fc.Arbitrary<readonly Matrix[]> =>
  fc.array(
    numbers(dim * dim).map((entries) => ({ dim, data: Float64Array.from(entries) })),
    { minLength: count, maxLength: count },
  );

test("what holds the truth is at no angle to it, whatever else it holds", () => {
  fc.assert(
    fc.property(matrices(3, 2), fc.double({ min: 0.5, max: 2, noNaN: true }), (others, length) => {
      const mixed = [
        scale(length, addScaled(so3[0], 0.3, so3[1])),
        others[0]!,
        addScaled(so3[1], -0.2, so3[2]),
        others[1]!,
        so3[2],
      ];
      expect(angleToTruth(so3, mixed)).toBeLessThan(1e-6);
    }),
  );
});

test("of one dimension, it is the arc cosine of the largest |cos|", () => {
  fc.assert(
    fc.property(matrices(2, 3), (learned) => {
      const cosines = learned.map(({ data: [a = 0, b = 0, c = 0, d = 0] }) => {
        const length = Math.hypot(a, b, c, d);
        return length > 0 ? Math.abs(c - b) / (Math.SQRT2 * length) : 0;
      });
      const angle = Math.acos(Math.min(1, Math.max(...cosines)));
      expect(angleToTruth(so2, learned)).toBeCloseTo(angle, 6);
    }),
  );
});

test("a further direction never takes the best one further away", () => {
  fc.assert(
    fc.property(matrices(3, 5), (learned) => {
      expect(angleToTruth(so3, learned)).toBeLessThanOrEqual(angleToTruth(so3, learned.slice(1)));
    }),
  );
});

test("too few directions, and those that are no numbers, are at a right angle", () => {
  expect(angleToTruth(so3, so3.slice(1))).toBe(Math.PI / 2);
  const broken = { dim: 2, data: Float64Array.of(0, Number.NaN, 1, 0) };
  expect(angleToTruth(so2, [broken])).toBe(Math.PI / 2);
});
