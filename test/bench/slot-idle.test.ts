import fc from "fast-check";
import { expect, it } from "vitest";
import { slotIdle } from "../../bench/slot-idle.ts";

const work = (scheduled: number, started: number, ended: number) => ({ scheduled, started, ended });

it("slots that work all the time are never idle, and those that never do always are", () => {
  expect(slotIdle([work(0, 0, 10), work(0, 0, 10)], 2, 0, 10)).toBe(0);
  expect(slotIdle([], 2, 0, 10)).toBe(1);
});

it("counts work that waits for a free slot, and a decision that all wait for", () => {
  expect(slotIdle([work(0, 0, 10), work(2, 3, 10)], 2, 0, 10)).toBeCloseTo(1 / 20);
  expect(slotIdle([work(0, 0, 4), work(0, 0, 4), work(5, 5, 10)], 2, 0, 10)).toBeCloseTo(2 / 20);
});

it("does not count a slot that has none of the work, nor work for which no slot is free", () => {
  expect(slotIdle([work(0, 0, 10)], 2, 0, 10)).toBe(0);
  expect(slotIdle([work(0, 0, 5), work(0, 5, 10)], 1, 0, 10)).toBe(0);
});

it("is a share, whatever the work", () => {
  const moment = fc.integer({ min: 0, max: 100 });
  const some = fc
    .tuple(moment, moment, moment)
    .map((three) => three.toSorted((a, b) => a - b) as [number, number, number])
    .map(([scheduled, started, ended]) => work(scheduled, started, ended));
  fc.assert(
    fc.property(fc.array(some), fc.integer({ min: 1, max: 4 }), (works, slots) => {
      const idle = slotIdle(works, slots, 0, 100);
      expect(idle).toBeGreaterThanOrEqual(0);
      expect(idle).toBeLessThanOrEqual(1);
    }),
  );
});
