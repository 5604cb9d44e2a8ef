import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agreementOf } from "../../report/agreement.ts";
import type { ReportData } from "../../report/index.ts";
import { sampleData } from "./sample-data.ts";

const data = sampleData("found");

/** The same with these entries for the leading direction of every trial, and nothing else learned. */
function withLeading(entriesOf: (trial: number) => Float64Array): ReportData {
  const directions = data.evidence.directions.filter(({ rank = 0 }) => rank === 0);
  return {
    ...data,
    evidence: {
      ...data.evidence,
      directions: directions.map((direction) =>
        direction.trial === undefined
          ? direction
          : { ...direction, entries: entriesOf(direction.trial) },
      ),
    },
  };
}

const turned = (degrees: number): Float64Array => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return Float64Array.of(s, -c, c, -s);
};

describe("agreement", () => {
  it("is the angle between what two seeds found, whatever its length and sign", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 90, noNaN: true }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.boolean(),
        (degrees, length, isFlipped) => {
          const c = isFlipped ? -length : length;
          const found = agreementOf(
            withLeading((trial) => turned(trial % 3 === 0 ? 0 : degrees).map((x) => c * x)),
          );
          for (const { between, toVerdict } of found?.configurations ?? []) {
            expect(Math.min(...between)).toBeCloseTo(0, 4);
            for (const angle of between)
              expect(Math.min(angle, Math.abs(angle - degrees))).toBeCloseTo(0, 4);
            expect(Math.max(...toVerdict)).toBeCloseTo(degrees, 4);
          }
          expect(found?.configurations.length).toBe(4);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("has no angle to a verdict that found nothing, and none before anything was learned", () => {
    for (const { toVerdict } of agreementOf(sampleData("none"))?.configurations ?? [])
      expect(toVerdict).toEqual([]);
    expect(agreementOf(sampleData("planned"))).toBeUndefined();
  });

  it("is a right angle to a verdict of more dimensions than a trial has generators", () => {
    const [turn, stretch] = [turned(0), turned(90)];
    const { verdict } = data;
    const wider: ReportData = {
      ...data,
      verdict: verdict && { ...verdict, basis: [turn, stretch] },
    };
    const angles = agreementOf(wider)?.configurations ?? [];
    for (const { basisCount, toVerdict } of angles)
      if (basisCount === 1) expect(Math.min(...toVerdict)).toBe(90);
      else expect(Math.max(...toVerdict)).toBeLessThan(20);
  });
});
