import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../../cli/main.ts";
import { openStore } from "../../store/index.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { capturedTerminal, liesweep } from "./captured-terminal.ts";
import { judgedSweep, plannedSweep, VERDICTS } from "./seeded-sweeps.ts";

let database: TestDatabase;
let folder: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), "liesweep-sql-"));
  env = { LIESWEEP_HOME: "/nonexistent", DATABASE_URL: database.url, PATH: folder };
  const store = await openStore(database.url);
  await judgedSweep(store, "found", VERDICTS.found);
  await plannedSweep(store, "waiting");
  await store.close();
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

const QUERY =
  "select place, state, best_score, null as none, :'sweep' as sweep from leaderboard where sweep_id = :sweep and place < 3 order by place";

describe("sql", () => {
  it("prints a table, numbers to the right", async () => {
    expect(await liesweep(env, "sql", "found", QUERY)).toEqual({
      code: 0,
      err: "",
      out: [
        "place  state      best_score  none  sweep",
        "    1  converged       0.012  –     found",
        "    2  converged       0.015  –     found",
        "",
      ].join("\n"),
    });
  });

  it("prints CSV, quoted where it must be", async () => {
    const query = `select 'a "b", c' as "the, text", 1 as n union all select null, 2 order by n`;
    const { code, out } = await liesweep(env, "sql", "found", query, "--format", "csv");
    expect({ code, out }).toEqual({ code: 0, out: '"the, text",n\r\n"a ""b"", c",1\r\n,2\n' });
  });

  it("prints JSON with values, null for what JSON has no number for", async () => {
    const query = `select count(*) as trials, 'NaN'::float8 as broken, array[1, 2] as list,
      sum(number) as sum from trials where sweep_id = :'sweep'`;
    const { code, out } = await liesweep(env, "sql", "found", query, "--format", "json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual([{ trials: 8, broken: null, list: [1, 2], sum: 28 }]);
    const twice = await liesweep(env, "sql", "found", "select 1 as a, 2 as a", "--format", "json");
    expect(twice).toMatchObject({ code: 2, out: "" });
    expect(twice.err).toContain('Two columns are named "a"');
  });

  it("takes the query from a file or from stdin", async () => {
    const file = join(folder, "question.sql");
    await writeFile(file, `-- best first\n${QUERY};\n`);
    const wanted = (await liesweep(env, "sql", "found", QUERY)).out;
    expect(await liesweep(env, "sql", "found", "--file", file)).toMatchObject({ out: wanted });
    const piped = capturedTerminal(env, {}, QUERY);
    expect(await main(["sql", "found"], piped)).toBe(0);
    expect(piped.out()).toBe(wanted);
  });

  it.each([
    ["an unknown sweep", ["nobody", "select 1"], "There is no sweep named nobody."],
    [
      "a mistake",
      ["found", "select plce from leaderboard"],
      'column "plce" does not exist, at character 8',
    ],
    ["two statements", ["found", "select 1; select 2"], "single statements"],
    ["a write", ["found", "delete from sweeps"], "may only read"],
    ["a write by a function", ["found", "select setval('trials_id_seq', 1)"], "may only"],
    ["an empty query", ["found", " "], "The query is empty."],
    ["two queries", ["found", "select 1", "--file", "x.sql"], "not both"],
    ["a missing file", ["found", "--file", "/nonexistent/x.sql"], "cannot be read"],
    ["a format there is not", ["found", "select 1", "--format", "xml"], "Allowed choices are"],
  ])("takes %s for bad input", async (_, words, told) => {
    const { code, out, err } = await liesweep(env, "sql", ...words);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^error: /);
    expect(err).toContain(told);
  });

  it("says in one line that there is no psql", async () => {
    const { code, out, err } = await liesweep(env, "sql", "found");
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err.trimEnd().split("\n").at(-1)).toMatch(
      /^error: psql is not installed .*liesweep sql found "select …"/,
    );
  });

  it("opens psql as the reader, its password in no word, and knows the sweep there", async () => {
    const saw = join(folder, "saw");
    const psql = join(folder, "psql");
    await writeFile(psql, `#!/bin/sh\necho "$@" "|$PGPASSWORD|" "$PGOPTIONS" > ${saw}\n`);
    await chmod(psql, 0o755);
    expect((await liesweep(env, "sql", "found")).code).toBe(0);
    const words = await readFile(saw, "utf8");
    const { password, port, pathname } = new URL(database.url);
    expect(words).toContain("sweep=found");
    expect(words).toContain(`@127.0.0.1:${port}${pathname}`);
    expect(words).toContain(`|${password}|`);
    expect(words.split("|")[0]).not.toContain(password);
    expect(words).toContain("role=liesweep_reader");
    await rm(psql);
  });
});
