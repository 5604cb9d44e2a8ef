import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore, type SweepStore } from "../../store/index.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { liesweep } from "./captured-terminal.ts";
import { judgedSweep, VERDICTS } from "./seeded-sweeps.ts";

describe("report", () => {
  let database: TestDatabase;
  let store: SweepStore;
  let folder: string;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    database = await freshDatabase();
    store = await openStore(database.url);
    folder = await mkdtemp(join(tmpdir(), "liesweep-report-"));
    env = { LIESWEEP_HOME: "/nonexistent", DATABASE_URL: database.url };
    await judgedSweep(store, "found", VERDICTS.found);
  });
  afterAll(async () => {
    await store.close();
    await Promise.all([database.drop(), rm(folder, { recursive: true, force: true })]);
  });

  it("writes the page where it is told to, and says where", async () => {
    const file = join(folder, "page.html");
    const { code, out, err } = await liesweep(env, "report", "found", "-o", file);
    expect({ code, out, err }).toEqual({ code: 0, out: `${file}\n`, err: "" });
    expect(await readFile(file, "utf8")).toMatch(/^<!doctype html>[\s\S]*found so\(2\)/);
  });

  it("says the same as JSON", async () => {
    const file = join(folder, "json.html");
    const { out } = await liesweep(env, "report", "found", "-o", file, "--json");
    const { length } = await readFile(file);
    expect(JSON.parse(out)).toEqual({ sweep: "found", file, bytes: length });
  });

  it("takes an unknown sweep, and a file that cannot be written, for bad input", async () => {
    expect(await liesweep(env, "report", "nobody")).toMatchObject({ code: 2, out: "" });
    const { code, err } = await liesweep(env, "report", "found", "-o", join(folder, "no", "page"));
    expect(code).toBe(2);
    expect(err).toContain("cannot be written");
  });
});
