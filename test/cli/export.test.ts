import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../../cli/main.ts";
import { openNpz } from "../../datasets/npz.ts";
import { openStore, type SweepStore } from "../../store/index.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { capturedTerminal, liesweep } from "./captured-terminal.ts";
import { judgedSweep, plannedSweep, VERDICTS } from "./seeded-sweeps.ts";

let database: TestDatabase;
let store: SweepStore;
let env: Readonly<Record<string, string>>;
let folder: string;

beforeAll(async () => {
  [database, folder] = await Promise.all([
    freshDatabase(),
    mkdtemp(join(tmpdir(), "liesweep-export-")),
  ]);
  store = await openStore(database.url);
  env = { LIESWEEP_HOME: "/nonexistent", DATABASE_URL: database.url };
  await plannedSweep(store, "waiting");
  for (const status of ["found", "none", "inconclusive"] as const)
    await judgedSweep(store, status, VERDICTS[status]);
});
afterAll(async () => {
  await store.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

describe("export", () => {
  it("prints JSON with the basis and what it takes to use and to cite it", async () => {
    const { code, out, err } = await liesweep(env, "export", "found");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(JSON.parse(out)).toMatchObject({
      sweep: "found",
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
      data: { sha256: "a".repeat(64), dimension: 8, samples: 2442 },
      y: "vector",
      levels: [
        {
          level: 1,
          name: "so(2)",
          groupDimension: 2,
          basisCount: 1,
          law: { exact: false, range: 0.1 },
          map: { exact: true, range: 2 },
          xCopies: 4,
          yCopies: 4,
          basis: [
            [
              [0.0004, 1.2],
              [-1.2, -0.0003],
            ],
          ],
        },
      ],
    });
  });

  it("takes the format from the ending of the file, and --format before it", async () => {
    const starts = async (file: string, ...options: string[]) => {
      const path = join(folder, file);
      const { code, out, err } = await liesweep(env, "export", "found", "-o", path, ...options);
      expect({ code, out, err }).toEqual({ code: 0, out: "", err: `wrote ${path}\n` });
      return (await readFile(path)).subarray(0, 9).toString("latin1");
    };
    expect(await starts("a.parquet")).toMatch(/^PAR1/);
    expect(await starts("a.csv")).toBe("sweep,ver");
    expect(await starts("a.py")).toBe('"""so(2),');
    expect(await starts("a.txt")).toMatch(/^\{/);
    expect(await starts("b.py", "--format", "csv")).toBe("sweep,ver");
    expect(await starts("a.npz")).toMatch(/^PK/);
    expect((await openNpz(join(folder, "a.npz"))).array("level_1").shape).toEqual([1, 2, 2]);
  });

  it("writes no bytes to a terminal", async () => {
    const terminal = capturedTerminal(env, { isTTY: true, columns: 80 });
    expect(await main(["export", "found", "--format", "npz"], terminal)).toBe(2);
    expect(terminal.out()).toBe("");
    expect(terminal.err()).toContain("Name a file with -o.");
  });

  it.each([
    ["none", [], "none has no basis to export: its verdict is none."],
    ["inconclusive", [], "its verdict is inconclusive."],
    ["waiting", [], "it has no verdict yet."],
    ["nobody", [], "There is no sweep named nobody."],
    ["found", ["--level", "2"], "found has no level 2"],
    ["found", ["--level", "0"], "Expected an integer from 1 on."],
    ["found", ["--format", "mat"], "Allowed choices are npz, json"],
    ["found", ["-o", "/nonexistent/a.csv"], "/nonexistent/a.csv cannot be written"],
  ])("takes %s %j for bad input", async (name, options, message) => {
    const { code, out, err } = await liesweep(env, "export", name, ...options);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
  });
});
