import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../../cli/main.ts";
import { reportText } from "../../cli/report-text.ts";
import { colorsOf } from "../../cli/terminal.ts";
import type { ReportData } from "../../report/index.ts";
import { openStore, type SweepStore } from "../../store/index.ts";
import { type Level, sweepId, type Verdict } from "../../sweep/index.ts";
import { sampleData, wideData } from "../report/sample-data.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { capturedTerminal, widest } from "./captured-terminal.ts";
import { judgedSweep, plannedSweep, trainedSweep, VERDICTS } from "./seeded-sweeps.ts";

const WIDTHS = [80, 200] as const;

const LONGEST = "a-name-of-a-sweep-that-is-as-long-as-any-may-be-of-63-letters-x";

const plain = colorsOf({} as never, { NO_COLOR: "1" });

/** All of a text but the addresses in it, which cannot be broken. */
const breakable = (text: string): string => text.replace(/^.*https?:\/\/\S+$/gm, "");

const names = fc.constantFrom("so(2)", "so(1,3) ⊕ ℝ", "unnamed", "gl(2,ℝ) ⋉ ℝ² ⊕ so(3) ⊕ so(4)");

const holding = fc.record({
  exact: fc.boolean(),
  range: fc.constantFrom(0, 0.05, 0.1, 0.30000000000000004, 2),
});

/** Levels of any size, each with as many tests as the one of the sample. */
const level: fc.Arbitrary<Level> = fc
  .record({
    tolerance: fc.double({ min: 0, max: 10, noNaN: true }),
    name: names,
    n: fc.constantFrom(1, 2, 4, 8, 20),
    dimension: fc.integer({ min: 1, max: 7 }),
    law: holding,
    map: fc.option(holding, { nil: undefined }),
    scale: fc.constantFrom(1e-7, 1, 1e5),
  })
  .map(({ n, map, scale, dimension, ...rest }) => ({
    ...rest,
    dimension,
    groupDimension: n,
    closureDefect: 0.04,
    support: 0.5,
    score: 0.01,
    symmetricShare: 0.3,
    ...(map && { map }),
    basis: Array.from({ length: dimension }, (_, k) =>
      Float64Array.from({ length: n * n }, (_, at) => scale * Math.sin(at + 3 * k)),
    ),
  }));

const found: fc.Arbitrary<ReportData> = fc
  .record({
    levels: fc.array(level, { minLength: 1, maxLength: 5 }),
    name: fc.constantFrom("two-body", LONGEST),
    title: fc.string({ unit: "grapheme", maxLength: 150 }),
    entropy: fc.double({ min: 0, max: 0.7, noNaN: true }),
  })
  .map(({ levels, name, title, entropy }) => {
    const data = sampleData("found");
    const [first] = levels;
    if (first === undefined || data.verdict === undefined) throw new Error("one level at least");
    const directions = levels.flatMap(({ basis, groupDimension }) =>
      basis.map((entries) => ({
        ...{ origin: "basis" as const, dimension: groupDimension, entries, extent: 0 },
      })),
    );
    const numbered = directions.map((each, i) => ({ ...each, number: 1000 + i }));
    let next = 1000;
    const tests = levels.flatMap(({ basis }, i) => {
      const of = basis.map(() => next++);
      return [0.05, 0.1, 0.2, 0.5, 1, 2].flatMap((displacement, j) =>
        (["sample", "input"] as const).map((sees, k) => ({
          ...{ number: 1000 + 100 * i + 10 * j + k, directions: of, displacement, sees },
          crossEntropy: entropy,
        })),
      );
    });
    const evidence = {
      directions: [...data.evidence.directions, ...numbered],
      tests: [...data.evidence.tests, ...tests],
    };
    const { name: algebra, dimension, groupDimension, basis } = first;
    const verdict: Verdict = {
      ...data.verdict,
      ...{ name: algebra, dimension, groupDimension, basis, levels },
    };
    const dataset = { ...data.record.dataset, title };
    return { ...data, evidence, verdict, record: { ...data.record, id: sweepId(name), dataset } };
  });

describe("what show prints fits its terminal, without an escape code", () => {
  const fits = (data: ReportData, width: number) => {
    const workflowUrl = `http://127.0.0.1:8233/namespaces/default/workflows/${data.record.id}`;
    const text = reportText(data, { workflowUrl }, width, plain);
    expect(widest(breakable(text)), text).toBeLessThanOrEqual(width);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    return text;
  };

  it.each(WIDTHS)("at %d columns, for a group of any levels on data of any name", (width) => {
    fc.assert(
      fc.property(found, (data) => {
        const text = fits(data, width);
        for (const { name } of data.verdict?.levels ?? []) expect(text).toContain(name.slice(0, 7));
      }),
      { numRuns: 60 },
    );
  });

  it.each(
    WIDTHS.flatMap((width) =>
      (["found", "none", "inconclusive", "running", "planned"] as const).map(
        (status) => [width, status] as const,
      ),
    ),
  )("at %d columns, for %s", (width, status) => {
    fits(sampleData(status), width);
    fits(wideData(), width);
  });

  it("at 200 columns puts what the verdict says beside what it rests on", () => {
    const lines = fits(sampleData("found"), 200).split("\n");
    expect(lines.length).toBeLessThan(50);
    expect(lines[0]).toMatch(/^sample-found: found so\(2\).* {4,}Leaderboard/);
  });

  it("shows how each level is noticed as the data move farther", () => {
    const text = fits(sampleData("found"), 80);
    expect(text).toMatch(/δ 0\.05 +0\.2 +0\.5 +2$/m);
    expect(text).toMatch(/1 so\(2\) +law +▁▁▁▄ +0\.003 +0\.010 +0\.026 +0\.104$/m);
    expect(text).toMatch(/^ +map +▁▁▁▁ +0\.000/m);
  });
});

describe("commands on a terminal with NO_COLOR, and on none", () => {
  let database: TestDatabase;
  let store: SweepStore;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    database = await freshDatabase();
    store = await openStore(database.url);
    env = { LIESWEEP_HOME: "/nonexistent", DATABASE_URL: database.url };
    await plannedSweep(store, LONGEST);
    await trainedSweep(store, "trained");
    for (const status of ["found", "none", "inconclusive"] as const)
      await judgedSweep(store, status, VERDICTS[status]);
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });

  const commands = [
    ["list"],
    ...[LONGEST, "trained", "found", "none", "inconclusive"].map((name) => ["show", name]),
    ["compare", "found", LONGEST],
    ["compare", "none", "inconclusive"],
  ];

  it.each(
    WIDTHS.flatMap((columns) => commands.map((argv) => [columns, argv.join(" "), argv] as const)),
  )("fit %d columns: %s", async (columns, _, argv) => {
    const terminal = capturedTerminal({ ...env, NO_COLOR: "1" }, { isTTY: true, columns });
    await main(argv, terminal);
    expect(widest(terminal.out()), terminal.out()).toBeLessThanOrEqual(columns);
    expect(terminal.out() + terminal.err()).not.toContain("\u001b");
    const piped = capturedTerminal(env, { columns });
    await main(argv, piped);
    expect(widest(piped.out()), piped.out()).toBeLessThanOrEqual(80);
    expect(piped.out() + piped.err()).not.toContain("\u001b");
  });
});
