import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { bar, gauge, sparkLine } from "../../cli/bars.ts";
import { matrixText } from "../../cli/matrix-text.ts";
import { progressBlock } from "../../cli/progress-text.ts";
import { cut, textTable, wrapped } from "../../cli/text-table.ts";
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
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(60);
      }),
    );
  });

  it("a table is aligned by what a terminal shows, however many bytes or columns a letter has", () => {
    const letters = fc.constantFrom(..."aλ軌é道ñ⊕");
    const text = fc.array(letters, { maxLength: 30 }).map((all) => all.join(""));
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1 }), (cells) => {
        const [, ...lines] = textTable(
          [
            { title: "left", align: "left", shrinks: true },
            { title: "right", align: "right", shrinks: true },
            { title: "", align: "left" },
          ],
          cells.map((row) => [...row, "|"]),
          40,
        );
        expect(new Set(lines.map((line) => stringWidth(line))).size).toBe(1);
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(40);
      }),
    );
  });

  it("what is cut says so, and is no wider than its column", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.integer({ min: 1, max: 20 }),
        (text, width) => {
          const shown = cut(text, width);
          expect(stringWidth(shown)).toBeLessThanOrEqual(width);
          if (stringWidth(text) > width) expect(shown.endsWith("…")).toBe(true);
          else expect(shown).toBe(text);
        },
      ),
    );
  });

  it("a word wider than its line is broken, and nothing of it is lost", () => {
    const lines = wrapped(`a ${"軌道".repeat(20)} b`, 30, "  ");
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(30);
    expect(lines.join("").replaceAll(" ", "")).toBe(`a${"軌道".repeat(20)}b`);
  });

  it("a bar is as long as its share, and a gauge as its track", () => {
    expect([0, 1 / 16, 0.5, 0.99, 1, 7, Number.NaN].map((share) => bar(share, 2))).toEqual([
      ...["", "▏", "█", "██", "██", "██", ""],
    ]);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 60 }),
        (share, width) => {
          expect(stringWidth(gauge(share, width).join(""))).toBe(width);
          expect(bar(share, width).length).toBeGreaterThanOrEqual(Math.floor(share * width));
        },
      ),
    );
  });

  it("a spark line rises with its shares, a column each", () => {
    expect(sparkLine([0, 0.25, 0.5, 1, 2, undefined])).toBe("▁▃▅██·");
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
    expect(matrixText("L2", entries, 78)).toEqual([
      "L2, 20 × 20, largest entries:",
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
    isPaused: false,
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
    finishedAt: undefined,
  });

  it("block fits any terminal and any sweep", () => {
    const same = (text: unknown) => String(text);
    const colors = { bold: same, cyan: same, dim: same } as never;
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

  it("stops the clock of a sweep that has ended", () => {
    const ended = { ...progress(100), finishedAt: new Date(40_000) };
    expect(new Stopwatch().observe(ended, 10_000_000).elapsedSeconds).toBe(40);
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
