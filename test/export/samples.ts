import fc from "fast-check";
import { type Carried, carriedOf } from "../../export/index.ts";
import { type DatasetFacts, type Level, sweepId, type Verdict } from "../../sweep/index.ts";
import { facts } from "../store/samples.ts";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

const holding = fc.record({ exact: fc.boolean(), range: finite });

const level = (n: number): fc.Arbitrary<Level> =>
  fc
    .record({
      tolerance: finite,
      name: fc.constantFrom("so(2)", "so(1,3) ⊕ ℝ", "unnamed"),
      groupDimension: fc.constant(n),
      basisCount: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
      closureDefect: fc.oneof(fc.constant("abelian" as const), finite),
      support: finite,
      score: finite,
      symmetricShare: finite,
      law: holding,
      map: fc.option(holding, { nil: undefined }),
      basis: fc.array(
        fc
          .array(finite, { minLength: n * n, maxLength: n * n })
          .map((entries) => Float64Array.from(entries)),
        { minLength: 1, maxLength: 3 },
      ),
    })
    .map(({ basisCount, map, ...rest }) => ({
      ...rest,
      dimension: rest.basis.length,
      ...(basisCount !== undefined && { basisCount }),
      ...(map !== undefined && { map }),
    }));

const dataset: fc.Arbitrary<DatasetFacts> = fc
  .record({
    title: fc.string({ unit: "binary" }),
    inputBlocks: fc.integer({ min: 1, max: 3 }),
    outputBlocks: fc.integer({ min: 0, max: 3 }),
    labels: fc.integer({ min: 0, max: 2 }),
  })
  .map((shape) => ({ ...facts(), dimension: 12, ...shape }));

export const foundBy = (levels: readonly Level[]): Verdict => ({
  status: "found",
  dimension: 1,
  reason: "Every seed found it.",
  basis: levels[0]?.basis ?? [],
  levels,
  directions: [],
});

/** Any verdict that found a group, as it is carried away. */
export const carried: fc.Arbitrary<Carried> = fc
  .record({
    levels: fc.array(fc.constantFrom(1, 2, 3, 4).chain(level), { minLength: 1, maxLength: 3 }),
    dataset,
  })
  .map(({ levels, dataset }) =>
    carriedOf({
      sweep: sweepId("any-sweep"),
      dataset,
      verdict: foundBy(levels),
      version: "0.1.0",
    }),
  );

/** Every entry of every level, in the order of the tables. */
export const entriesOf = ({ levels }: Carried): readonly number[] =>
  levels.flatMap(({ basis }) => basis.flat(2));
