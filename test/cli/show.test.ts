import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../../cli/main.ts";
import { openStore, type SweepStore } from "../../store/index.ts";
import { worker } from "../store/samples.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { capturedTerminal, liesweep, widest } from "./captured-terminal.ts";
import { judgedSweep, plannedSweep, VERDICTS } from "./seeded-sweeps.ts";

let database: TestDatabase;
let store: SweepStore;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  database = await freshDatabase();
  store = await openStore(database.url);
  env = { LIESWEEP_HOME: "/nonexistent", DATABASE_URL: database.url };
  await plannedSweep(store, "waiting");
  for (const status of ["found", "none", "inconclusive"] as const)
    await judgedSweep(store, status, VERDICTS[status]);
});
afterAll(async () => {
  await store.close();
  await database.drop();
});

describe("show", () => {
  it.each([
    ["found", 0, "found: found so(2), a symmetry group of dimension 1"],
    ["none", 0, "none: none: the data have no continuous linear symmetry"],
    ["inconclusive", 3, "inconclusive: inconclusive: the trials do not settle it"],
    ["waiting", 3, "waiting: planned; no verdict yet"],
  ])(
    "says the verdict of %s first, within 80 columns and without colour",
    async (name, code, first) => {
      const answer = await liesweep(env, "show", name);
      expect({ code: answer.code, err: answer.err }).toEqual({ code, err: "" });
      expect(answer.out.startsWith(first)).toBe(true);
      expect(widest(answer.out), answer.out).toBeLessThanOrEqual(80);
      expect(answer.out).not.toContain("\u001b");
      expect(answer.out).toContain(`liesweep show ${name} --json`);
    },
  );

  it("shows a found group: its numbers, basis, best trials and what was turned down", async () => {
    const { out } = await liesweep(env, "show", "found");
    for (const text of [
      "n = 2, the smallest that explains it",
      "K = 1, the smallest that explains it",
      "0.012 (0: goes unnoticed, 1: as noticed as a random motion)",
      "92 % of the seeds",
      "abelian",
      "  L1 = [  0.000   1.200 ]\n       [ -1.200   0.000 ]",
      "  unfit             3  ████████",
      "  floor             1  ████",
      "direction 7, for one: It moves the data by 0.011",
    ])
      expect(out).toContain(text);
    const [, place, trial, ...rest] = /^ +(1) +(\d+) (.*)$/m.exec(out) ?? [];
    expect({ place, trial }).toEqual({ place: "1", trial: "3" });
    expect(rest[0]).toMatch(/converged +0\.012 +0\.693 +1\.500 +0\.233/);
  });

  it("names the command where trials that are there would settle more", async () => {
    const { out } = await liesweep(env, "show", "inconclusive");
    expect(out).toContain("\n  liesweep select inconclusive --displacement 0.5\n");
  });

  it("is coloured on a terminal, unless NO_COLOR is set", async () => {
    const screen = { isTTY: true, columns: 100 };
    const colored = capturedTerminal(env, screen);
    await main(["show", "found"], colored);
    expect(colored.out()).toContain("\u001b[32m");
    const plain = capturedTerminal({ ...env, NO_COLOR: "1" }, screen);
    await main(["show", "found"], plain);
    expect(plain.out()).not.toContain("\u001b");
  });

  it("prints JSON that holds the verdict, its basis as rows and every trial", async () => {
    const { code, out } = await liesweep(env, "show", "found", "--json");
    expect(code).toBe(0);
    const shown = JSON.parse(out) as { leaderboard: object[]; dataset: object };
    expect(shown).toMatchObject({
      sweep: "found",
      state: "complete",
      verdict: {
        status: "found",
        name: "so(2)",
        groupDimension: 2,
        closureDefect: "abelian",
        basis: [
          [
            [0.0004, 1.2],
            [-1.2, -0.0003],
          ],
        ],
      },
      dataset: { dimension: 8, samples: 2442 },
    });
    expect(shown.leaderboard).toHaveLength(8);
    expect(shown.leaderboard[0]).toMatchObject({ place: 1, trial: 3, bestScore: 0.012 });
    expect(shown.dataset).not.toHaveProperty("secondMoment");
  });

  it("has null for a verdict that is still to come", async () => {
    const { code, out } = await liesweep(env, "show", "waiting", "--json");
    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ verdict: null, leaderboard: [] });
  });

  it("takes an unknown name for bad input", async () => {
    const { code, out, err } = await liesweep(env, "show", "nobody");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("There is no sweep named nobody.");
  });

  it("does not print the password of a database that the environment names", async () => {
    const { out } = await liesweep(env, "show", "found");
    expect(out).toContain("liesweep sql found");
    expect(out).not.toContain(database.url);
  });
});

describe("list", () => {
  it("has one line for each sweep, newest first, within 80 columns", async () => {
    const { code, out } = await liesweep(env, "list");
    expect(code).toBe(0);
    expect(widest(out), out).toBeLessThanOrEqual(80);
    const [header, ...lines] = out.trimEnd().split("\n");
    expect(header).toMatch(/^sweep +data +state +ended +verdict +age$/);
    expect(lines.map((line) => line.split(/\s+/)[0])).toEqual([
      "inconclusive",
      "none",
      "found",
      "waiting",
    ]);
    expect(lines[2]).toMatch(/complete +8\/8 +so\(2\) +\d+ s$/);
    expect(lines[3]).toMatch(/planned +0\/8 +–/);
  });

  it("prints the same as JSON", async () => {
    const { out } = await liesweep(env, "list", "--json");
    expect(JSON.parse(out)).toMatchObject([
      { sweep: "inconclusive", verdict: { status: "inconclusive" } },
      { sweep: "none", verdict: { status: "none" } },
      { sweep: "found", trials: 8, ended: 8, verdict: { status: "found", name: "so(2)" } },
      { sweep: "waiting", state: "planned", verdict: null },
    ]);
  });
});

describe("a sweep with attempts that failed", () => {
  it("tells what attempts ended of, and whether trials failed of it", async () => {
    const { sweep } = await plannedSweep(store, "broken");
    await store.setSweepState(sweep, "running");
    const claim = await store.claimTrials(sweep, [0, 1, 2], worker);
    await store.releaseTrials(claim, {
      ...{ kind: "queued", failureClass: "memory", error: "PackTooLargeError" },
      message: "Needs about 3 MiB.",
    });
    const { out } = await liesweep(env, "show", "broken");
    expect(out).toContain(
      "failures        too little memory: 3 attempts, no trial failed. The latest",
    );
    const { out: json } = await liesweep(env, "show", "broken", "--json");
    expect((JSON.parse(json) as { failures: object[] }).failures).toEqual([
      { failureClass: "memory", trials: 0, attempts: 3, message: "Needs about 3 MiB." },
    ]);
  });
});
