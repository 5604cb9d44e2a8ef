import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Comparison, comparisonOf, type ReportData } from "../../report/index.ts";
import { sampleData } from "./sample-data.ts";

const data = sampleData("found");

/** The same, with this basis of matrices (n, n) for its only level. */
function withBasis(basis: readonly Float64Array[], groupDimension = 2): ReportData {
  const { verdict } = data;
  const [level] = verdict?.levels ?? [];
  if (verdict === undefined || level === undefined) throw new Error("found has a level");
  const levels = [{ ...level, basis, groupDimension, dimension: basis.length }];
  return { ...data, verdict: { ...verdict, levels } };
}

const entry = fc.double({ min: -2, max: 2, noNaN: true });
const matrix = fc.array(entry, { minLength: 4, maxLength: 4 }).map((all) => Float64Array.from(all));
const degreesOf = ({ angles }: Comparison) => angles.map(({ degrees }) => degrees);

describe("a comparison", () => {
  it("of a sweep with itself has no angle and no difference, whatever the basis", () => {
    fc.assert(
      fc.property(matrix, matrix, fc.double({ min: 0.1, max: 3, noNaN: true }), (a, b, c) => {
        fc.pre(Math.hypot(...a) > 0.1 && Math.hypot(...b) > 0.1);
        const mixed = [a.map((x, at) => c * x + (b[at] ?? 0)), b.map((x) => -x)];
        const compared = comparisonOf(withBasis([a, b]), withBasis(mixed));
        for (const angle of degreesOf(compared).flat()) expect(angle).toBeCloseTo(0, 3);
        expect(compared).toMatchObject({ sameData: true, settings: [] });
      }),
    );
  });

  it("has the same angles from either side on the same data", () => {
    fc.assert(
      fc.property(matrix, matrix, (a, b) => {
        fc.pre(Math.hypot(...a) > 0.1 && Math.hypot(...b) > 0.1);
        const [left] = degreesOf(comparisonOf(withBasis([a]), withBasis([b])));
        const [right] = degreesOf(comparisonOf(withBasis([b]), withBasis([a])));
        expect(left?.[0]).toBeCloseTo(right?.[0] ?? Number.NaN, 6);
      }),
    );
  });

  it("takes one matrix on each block for what it does to whole vectors", () => {
    const turn = Float64Array.of(0, -1, 1, 0);
    const whole = Float64Array.of(0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0);
    const [degrees] = degreesOf(comparisonOf(withBasis([turn]), withBasis([whole], 4)));
    expect(degrees?.[0]).toBeCloseTo(0, 6);
  });

  it("says why there are no angles", () => {
    expect(comparisonOf(data, sampleData("none"))).toMatchObject({
      angles: [],
      withoutAngles: "sample-none found no group",
    });
    const wider = {
      ...data,
      record: { ...data.record, dataset: { ...data.record.dataset, dimension: 6 } },
    };
    expect(comparisonOf(data, wider).withoutAngles).toBe("the data have 4 and 6 dimensions");
  });

  it("names the settings that differ, but not the name", () => {
    const { record } = data;
    const training = { ...record.spec.training, epochs: 99 };
    const other = {
      ...data,
      record: { ...record, spec: { ...record.spec, sweep: "other" as never, training } },
    };
    expect(comparisonOf(data, other).settings).toEqual([
      { path: "training.epochs", there: "3", here: "99" },
    ]);
  });
});
