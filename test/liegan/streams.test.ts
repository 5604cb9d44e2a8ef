import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DrawSizes, drawEpoch, stepsPerEpoch } from "../../liegan/streams.ts";

const cases = fc
  .record({
    count: fc.integer({ min: 1, max: 60 }),
    channels: fc.integer({ min: 1, max: 3 }),
    batchSize: fc.integer({ min: 1, max: 16 }),
    coefficientScale: fc.double({ min: 0.1, max: 3, noNaN: true }),
  })
  .chain(({ count, ...sizes }) =>
    fc.record({
      sizes: fc.constant({
        ...sizes,
        rows: Int32Array.from({ length: count }, (_, i) => 7 * i + 3),
      } satisfies DrawSizes),
      trials: fc.uniqueArray(
        fc.record({
          seed: fc.integer({ min: 1, max: 1e6 }),
          epoch: fc.integer({ min: -5, max: 50 }),
          basisCount: fc.integer({ min: 1, max: sizes.channels }),
        }),
        { minLength: 2, maxLength: 4, selector: ({ seed }) => seed },
      ),
    }),
  );

/** What trial t drew, in order of steps. */
function shareOf(
  drawn: ReturnType<typeof drawEpoch>,
  { channels, batchSize }: DrawSizes,
  trials: number,
  t: number,
) {
  const every = (values: Int32Array | Float32Array, size: number) =>
    Array.from({ length: drawn.steps }, (_, s) => [
      ...values.subarray((s * trials + t) * size, (s * trials + t + 1) * size),
    ]).flat();
  return {
    rows: every(drawn.rows, batchSize),
    coefficients: every(drawn.coefficients, channels * batchSize),
  };
}

describe("the draws of an epoch", () => {
  test("take every row at most once until all are used, and only rows there are", () => {
    fc.assert(
      fc.property(cases, ({ sizes, trials }) => {
        const drawn = drawEpoch(trials, sizes);
        expect(drawn.steps).toBe(stepsPerEpoch(sizes));
        const there = new Set(sizes.rows);
        for (const t of trials.keys()) {
          const { rows } = shareOf(drawn, sizes, trials.length, t);
          for (let from = 0; from < rows.length; from += sizes.rows.length) {
            const round = rows.slice(from, from + sizes.rows.length);
            expect(new Set(round).size).toBe(round.length);
            expect(round.every((row) => there.has(row))).toBe(true);
          }
        }
      }),
    );
  });

  test("leave out less than a batch of the rows", () => {
    fc.assert(
      fc.property(cases, ({ sizes }) => {
        const left = sizes.rows.length - stepsPerEpoch(sizes) * sizes.batchSize;
        expect(left).toBeLessThan(sizes.batchSize);
      }),
    );
  });

  test("are the same again, and the same whoever shares the pack, in whichever epoch", () => {
    fc.assert(
      fc.property(cases, ({ sizes, trials }) => {
        const drawn = drawEpoch(trials, sizes);
        expect(drawEpoch(trials, sizes)).toEqual(drawn);
        for (const [t, trial] of trials.entries())
          expect(shareOf(drawEpoch([trial], sizes), sizes, 1, 0)).toEqual(
            shareOf(drawn, sizes, trials.length, t),
          );
      }),
    );
  });

  test("are 0 in the channels a trial does not have, and never in those it has", () => {
    fc.assert(
      fc.property(cases, ({ sizes, trials }) => {
        const drawn = drawEpoch(trials, sizes);
        for (const [t, { basisCount }] of trials.entries())
          for (const [i, z] of shareOf(drawn, sizes, trials.length, t).coefficients.entries())
            expect(z !== 0).toBe(Math.floor(i / sizes.batchSize) % sizes.channels < basisCount);
      }),
    );
  });

  test("of another channel count begin with those of fewer: a trial's z is its K channels' own", () => {
    const sizes = { rows: Int32Array.of(1, 2, 3, 4), batchSize: 4, coefficientScale: 1 };
    const own = { seed: 5, epoch: 1, basisCount: 2 };
    const narrow = drawEpoch([own], { ...sizes, channels: 2 });
    const wide = drawEpoch([own], { ...sizes, channels: 4 });
    expect(wide.coefficients.slice(0, 8)).toEqual(narrow.coefficients);
  });

  const large: DrawSizes = {
    rows: Int32Array.from({ length: 4000 }, (_, i) => i),
    channels: 1,
    batchSize: 4000,
    coefficientScale: 1,
  };
  const draw = (seed: number, epoch: number) => drawEpoch([{ seed, epoch, basisCount: 1 }], large);

  test("are unrelated between seeds and between epochs", () => {
    const pairs = [
      [draw(1, 1), draw(2, 1)],
      [draw(1, 1), draw(1, 2)],
      [draw(1, 1), draw(1, -1)],
      [draw(1, 12), draw(11, 2)],
    ] as const;
    for (const [a, b] of pairs) {
      const same = a.rows.filter((row, i) => row === b.rows[i]).length;
      expect(same).toBeLessThan(12); // one expected
      const product = a.coefficients.reduce((sum, z, i) => sum + z * b.coefficients[i]!, 0);
      expect(Math.abs(product) / 4000).toBeLessThan(5 / Math.sqrt(4000));
    }
  });

  test("have coefficients of mean 0 and deviation σ", () => {
    const { coefficients } = drawEpoch([{ seed: 3, epoch: 1, basisCount: 1 }], {
      ...large,
      coefficientScale: 2.5,
    });
    const mean = coefficients.reduce((sum, z) => sum + z, 0) / 4000;
    const square = coefficients.reduce((sum, z) => sum + z * z, 0) / 4000;
    expect(Math.abs(mean)).toBeLessThan(0.2);
    expect(Math.sqrt(square)).toBeGreaterThan(2.35);
    expect(Math.sqrt(square)).toBeLessThan(2.65);
  });
});
