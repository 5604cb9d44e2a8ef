import fc from "fast-check";
import { expect, test } from "vitest";
import { refusalsOf } from "../../liegan/index.ts";
import type { Trial } from "../../sweep/index.ts";

const trials: fc.Arbitrary<readonly Trial[]> = fc
  .array(
    fc.record({
      basisCount: fc.integer({ min: 1, max: 6 }),
      groupDimension: fc.integer({ min: 1, max: 8 }),
    }),
  )
  .map((all) =>
    all.map((own, number) => ({
      ...{ ...own, number, configuration: number, regularization: 1, overlapWeight: 1, seed: 1 },
    })),
  );

test("a trial is refused exactly where its blocks do not divide the data or its generators have no room", () => {
  fc.assert(
    fc.property(trials, fc.integer({ min: 1, max: 6 }), (all, channels) => {
      const refused = refusalsOf({ dimension: 8 }, { trials: all, channels });
      expect(refused.map(({ trial }) => trial)).toEqual(
        all
          .filter(
            ({ groupDimension, basisCount }) =>
              ![1, 2, 4, 8].includes(groupDimension) || basisCount > channels,
          )
          .map(({ number }) => number),
      );
      for (const { trial, message } of refused)
        expect(message).toMatch(new RegExp(`^Trial ${trial} .+\\.$`));
    }),
  );
});
