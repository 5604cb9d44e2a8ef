import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matrixText } from "../../cli/matrix-text.ts";
import { progressBlock } from "../../cli/progress-text.ts";
import { textTable, wrapped } from "../../cli/text-table.ts";
import { Stopwatch } from "../../cli/time-left.ts";
import { decimals, durationText } from "../../report/quantities.ts";
import type { Progress } from "../../store/index.ts";
import { sweepId } from "../../sweep/index.ts";

const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 40 });

describe("text", () => {
  it("wrapped keeps every word in order and no line too long", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 80 }), (given, width) => {
        const lines = wrapped(given.join(" "), width, "    ");
        expect(lines.flatMap((line) => line.trim().split(" ")).filter(Boolean)).toEqual(given);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });

  it("a table fits its width by cutting the column that may shrink", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 120 }), { minLength: 1 }), (titles) => {
        const lines = textTable(
          [
            { title: "name", align: "left" },
            { title: "data", align: "left", shrinks: true },
            { title: "count", align: "right" },
          ],
          titles.map((title, i) => [`sweep-${i}`, title, String(i)]),
          60,
        );
        expect(lines).toHaveLength(titles.length + 1);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
      }),
    );
  });

  it("a matrix of any size and scale fits its width", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), fc.constantFrom(1e-6, 1, 1e9), (n, scale) => {
        const entries = Float64Array.from({ length: n * n }, (_, i) => scale * Math.sin(i));
        for (const line of matrixText("L1", entries, 78))
          expect(line.length).toBeLessThanOrEqual(78);
      }),
    );
  });

  it("shows the entries that matter of a matrix too wide", () => {
    const entries = new Float64Array(400);
    entries[21] = -3;
    expect(matrixText("L2", entries, 78).slice(0, 2)).toEqual([
      "L2 is 20 × 20; its largest entries, by row and column from 1:",
      "  (2, 2)     -3.000",
    ]);
  });

  it.each([
    [0, "0 s"],
    [59.4, "59 s"],
    [72, "1 min 12 s"],
    [7500, "2 h 5 min"],
    [400_000, "4 d"],
  ])("%d seconds are %s", (seconds, text) => expect(durationText(seconds)).toBe(text));

  it("writes no minus zero", () => expect(decimals(-0.0001)).toBe("0.000"));
});

describe("progress", () => {
  const progress = (epochsDone: number, trials: Partial<Progress["trials"]> = {}): Progress => ({
    state: "running",
    trials: {
      ...{ queued: 0, running: 1, converged: 0, settled: 0, detected: 0 },
      ...{ collapsed: 0, diverged: 0, failed: 0, cancelled: 0 },
      ...trials,
    },
    plannedEpochs: 100,
    epochsDone,
    epochsPlanned: 100,
    tests: { planned: 0, done: 0 },
    bestCrossEntropy: undefined,
    startedAt: new Date(0),
  });

  it("block fits any terminal and any sweep", () => {
    const same = (text: unknown) => String(text);
    const colors = { cyan: same, dim: same } as never;
    fc.assert(
      fc.property(
        fc.integer({ min: 40, max: 200 }),
        fc.integer({ min: 1, max: 63 }),
        fc.nat({ max: 1e5 }),
        (width, length, count) => {
          const some = { converged: count, detected: count, diverged: count, failed: count };
          const timing = { elapsedSeconds: count, leftSeconds: count };
          const name = sweepId("s".repeat(length));
          const block = progressBlock(name, progress(50, some), timing, width, colors);
          for (const line of block.split("\n")) expect(line.length).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  it("leaves as much time as the rest takes at the pace so far", () => {
    const { elapsedSeconds, leftSeconds } = new Stopwatch().observe(progress(25), 10_000);
    expect(elapsedSeconds).toBe(10);
    expect(leftSeconds).toBeCloseTo(30);
  });

  it("goes by the pace of late, and says nothing while nothing trains", () => {
    const stopwatch = new Stopwatch();
    stopwatch.observe(progress(10), 100_000);
    const { leftSeconds } = stopwatch.observe(progress(50), 140_000);
    expect(leftSeconds).toBeCloseTo(50);
    const idle = progress(50, { running: 0, queued: 1 });
    expect(stopwatch.observe(idle, 150_000).leftSeconds).toBeUndefined();
  });
});
