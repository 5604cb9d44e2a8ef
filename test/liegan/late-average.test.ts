import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inner, norm, orthonormalise, principalAngles, svd } from "../../lie/index.ts";
import { lateAverage } from "../../liegan/late-average.ts";
import { arbitraryMatrix, tolerance } from "../support/arbitrary.ts";

const n = 3;
const asMatrix = (data: Float64Array) => ({ dim: n, data });
const generators = (count: number) =>
  fc.array(
    arbitraryMatrix(n).map(({ data }) => data),
    { minLength: count, maxLength: count },
  );
const epochs = fc
  .record({ K: fc.integer({ min: 1, max: 3 }), E: fc.integer({ min: 1, max: 4 }) })
  .chain(({ K, E }) => fc.array(generators(K), { minLength: E, maxLength: E }));

/** The generators turned among each other by an orthogonal matrix, signs included. */
function turned(basis: readonly Float64Array[], by: { readonly data: Float64Array }) {
  const K = basis.length;
  const q = orthonormalRows(K, by.data);
  return basis.map((_, i) =>
    basis[0]!.map((_entry, at) => basis.reduce((sum, L, j) => sum + q[i]![j]! * L[at]!, 0)),
  );
}

/** K orthonormal rows of length K from 9 arbitrary numbers. */
function orthonormalRows(K: number, seed: Float64Array): readonly Float64Array[] {
  const rows = Array.from({ length: K }, (_, i) =>
    Float64Array.from({ length: K }, (_x, j) => (i === j ? 3 : 0) + seed[i * 3 + j]!),
  );
  return svd(rows).left;
}

/** Σₖ Lₖ Lₖᵀ as operators on ℝ^(n²): the same for every orthogonal basis and every sign. */
const second = (basis: readonly Float64Array[]): Float64Array =>
  Float64Array.from({ length: n ** 4 }, (_, at) =>
    basis.reduce((sum, L) => sum + L[Math.floor(at / n ** 2)]! * L[at % n ** 2]!, 0),
  );

const apart = (a: Float64Array, b: Float64Array): number =>
  Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

describe("the late average", () => {
  test("of one epoch is its singular directions with their lengths", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }).chain(generators), (epoch) => {
        const average = lateAverage([epoch]);
        const { values } = svd(epoch);
        average.forEach((L, k) => {
          expect(Math.abs(norm(asMatrix(L)) - values[k]!)).toBeLessThan(tolerance.conditioned);
        });
        expect(apart(second(average), second(epoch))).toBeLessThan(tolerance.conditioned);
      }),
    );
  });

  test("of one epoch many times is that of one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }).chain(generators), (epoch) => {
        expect(
          apart(second(lateAverage([epoch, epoch, epoch])), second(lateAverage([epoch]))),
        ).toBeLessThan(tolerance.conditioned);
      }),
    );
  });

  test("is mutually orthogonal, longest first, K of them", () => {
    fc.assert(
      fc.property(epochs, (history) => {
        const average = lateAverage(history).map(asMatrix);
        expect(average.length).toBe(history[0]!.length);
        average.forEach((x, i) => {
          for (const y of average.slice(i + 1)) {
            expect(Math.abs(inner(x, y))).toBeLessThan(tolerance.conditioned);
            expect(norm(x)).toBeGreaterThanOrEqual(norm(y) - tolerance.conditioned);
          }
        });
      }),
    );
  });

  test("does not depend on the basis or the signs an epoch ended in", () => {
    fc.assert(
      fc.property(
        epochs,
        fc.array(arbitraryMatrix(3), { minLength: 4, maxLength: 4 }),
        (history, by) => {
          const plain = lateAverage(history);
          const mixed = lateAverage(history.map((epoch, e) => turned(epoch, by[e]!)));
          // Lengths always agree; directions where no two lengths are equal, so compare what is left.
          plain.forEach((L, k) => {
            expect(norm(asMatrix(mixed[k]!))).toBeCloseTo(norm(asMatrix(L)), 5);
          });
          const lengths = svd(history.flat()).values;
          const K = plain.length;
          fc.pre((lengths[K - 1] ?? 0) - (lengths[K] ?? 0) > 0.05);
          expect(apart(second(plain), second(mixed))).toBeLessThan(1e-4);
        },
      ),
    );
  });

  test("finds the direction that wandering epochs share", () => {
    fc.assert(
      fc.property(
        arbitraryMatrix(n).filter((x) => norm(x) > 1),
        fc.array(arbitraryMatrix(n), { minLength: 8, maxLength: 8 }),
        (truth, noise) => {
          const centred = noise.flatMap((x) => [0.1, -0.1].map((c) => x.data.map((e) => c * e)));
          const history = centred.map((e) => [truth.data.map((entry, i) => entry + e[i]!)]);
          const [average] = lateAverage(history);
          const angle = (L: Float64Array) =>
            principalAngles(orthonormalise([truth]), orthonormalise([asMatrix(L)]))[0]!;
          const worst = Math.max(...history.map(([L]) => angle(L!)));
          expect(angle(average!)).toBeLessThanOrEqual(0.5 * worst + 1e-6);
        },
      ),
    );
  });

  test("lets NaN and infinity through as the last epoch had them", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const fine = [new Float64Array(4).fill(1)];
      const broken = [Float64Array.of(1, bad, 0, 0)];
      expect(lateAverage([fine, broken])).toEqual(broken);
    }
  });
});
