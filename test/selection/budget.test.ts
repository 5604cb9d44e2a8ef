import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { overBudget } from "../../selection/index.ts";
import { type FailureClass, type FailureCount, sweepId } from "../../sweep/index.ts";

const judged = (
  failures: number | undefined,
  planned: number,
  counts: Partial<Record<FailureClass, number>>,
) =>
  overBudget(
    {
      sweep: sweepId("a"),
      limits: { packSize: 8, concurrentPacks: 1, ...(failures !== undefined && { failures }) },
    },
    planned,
    Object.entries(counts).map(([failureClass, trials]) => ({
      ...{ failureClass: failureClass as FailureClass, trials },
      ...{ attempts: 10 * trials, message: "no." },
    })) satisfies readonly FailureCount[],
  );

describe("a failure budget", () => {
  const counts = fc.record({
    machine: fc.nat(20),
    memory: fc.nat(20),
    configuration: fc.nat(20),
    interrupted: fc.nat(20),
    abandoned: fc.nat(20),
  });

  it("is exceeded by one more than it allows, of the classes that are failures", () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 60 }), (own, allowed) => {
        const failed = own.machine + own.memory + own.configuration;
        const verdict = judged(allowed, 100, own);
        expect(verdict === undefined).toBe(failed <= allowed);
        if (verdict) expect(verdict.reason).toContain(`${failed} of 100 planned trials failed`);
        // the same as a share
        if (allowed < 100) expect(judged(allowed / 100, 100, own)).toEqual(verdict);
      }),
    );
  });

  it("that nobody set is never exceeded", () => {
    expect(judged(undefined, 4, { machine: 4 })).toBeUndefined();
  });

  it("says how many failed, of which classes, and what to do", () => {
    expect(judged(0.3, 12, { memory: 3, machine: 1 })).toMatchObject({
      status: "inconclusive",
      reason:
        "4 of 12 planned trials failed (3 of class memory, 1 of class machine), and limits.failures allows 3: " +
        "the sweep was ended early. Lower limits.packSize or training.hiddenWidth, or give workers fewer slots. " +
        "See what the logs of the workers say. Then `liesweep retry a` trains what is missing, " +
        "or `liesweep select a` judges what was trained.",
    });
  });
});
