import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../../cli/main.ts";
import { openStore, type SweepStore } from "../../store/index.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { capturedTerminal, liesweep, widest } from "./captured-terminal.ts";
import { judgedSweep, plannedSweep, VERDICTS } from "./seeded-sweeps.ts";

describe("compare", () => {
  let database: TestDatabase;
  let store: SweepStore;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    database = await freshDatabase();
    store = await openStore(database.url);
    env = { LIESWEEP_HOME: "/nonexistent", DATABASE_URL: database.url };
    await judgedSweep(store, "one", VERDICTS.found);
    await judgedSweep(store, "two", VERDICTS.none);
    await plannedSweep(store, "three-with-a-name-that-is-as-long-as-a-name-of-a-sweep-may-be-63");
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });

  it.each([
    [80, "two"],
    [80, "three-with-a-name-that-is-as-long-as-a-name-of-a-sweep-may-be-63"],
    [200, "two"],
  ])(
    "puts two sweeps beside each other within %d columns, without colour",
    async (columns, other) => {
      const terminal = capturedTerminal({ ...env, NO_COLOR: "1" }, { isTTY: true, columns });
      expect(await main(["compare", "one", other], terminal)).toBe(0);
      expect(widest(terminal.out()), terminal.out()).toBeLessThanOrEqual(columns);
      expect(terminal.out()).toMatch(/^ {2}verdict +found so\(2\), dimension 1 +(none|planned)/m);
      expect(terminal.out().replace(/\s+/g, " ")).toContain("found no group");
      expect(terminal.out()).not.toContain("\u001b");
    },
  );

  it("prints the same as JSON", async () => {
    const { code, out } = await liesweep(env, "compare", "one", "two", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      sweeps: ["one", "two"],
      verdicts: [{ status: "found", name: "so(2)", dimension: 1 }, { status: "none" }],
      sameData: true,
      angles: [],
      withoutAngles: "two found no group",
    });
  });

  it("writes a page where it is told to", async () => {
    const folder = await mkdtemp(join(tmpdir(), "liesweep-compare-"));
    const file = join(folder, "both.html");
    const { out } = await liesweep(env, "compare", "one", "two", "-o", file);
    expect(out).toBe(`${file}\n`);
    expect(await readFile(file, "utf8")).toContain("<h1>one and two</h1>");
    await rm(folder, { recursive: true });
  });

  it("takes an unknown sweep, first or second, for bad input", async () => {
    for (const pair of [
      ["nobody", "one"],
      ["one", "nobody"],
    ])
      expect(await liesweep(env, "compare", ...pair)).toMatchObject({ code: 2, out: "" });
  });
});
