import { readFile, writeFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publishedViews, type Views } from "../../prisma/sql-page.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";

const FILE = new URL("published-views.json", import.meta.url);

/** What a stranger's query that worked would trip over: a column that went, moved or changed its type. */
function breaches(before: Views, now: Views): readonly string[] {
  return Object.entries(before).flatMap(([view, columns]) =>
    Object.entries(columns).flatMap(([column, type], place) => {
      const there = now[view]?.[column];
      if (there === undefined) return [`${view}.${column} is gone`];
      if (there !== type) return [`${view}.${column} is ${there}, was ${type}`];
      const moved = Object.keys(now[view] ?? {})[place] !== column;
      return moved ? [`${view}.${column} has moved`] : [];
    }),
  );
}

describe("published views", () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let published: Views;
  beforeAll(async () => {
    database = await freshDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 1 });
    published = JSON.parse(await readFile(FILE, "utf8")) as Views;
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  // UPDATE=1 npx vitest run test/store/published-views.test.ts adds what is new to the file, and takes nothing away
  it("keep their columns and types, in place", async () => {
    const now = await publishedViews(pool);
    expect(breaches(published, now)).toEqual([]);
    const { UPDATE } = process.env;
    if (UPDATE === "1") await writeFile(FILE, `${JSON.stringify(now, null, 2)}\n`);
  });

  it.each([
    ["a column that is gone", "drop view verdict_bases", "verdict_bases.value is gone"],
    [
      "a name that changed",
      "alter view filtration rename column law_range to reach",
      "filtration.law_range is gone",
    ],
    [
      "another type",
      `drop view verdict_bases;
       create view verdict_bases as select sweep_id, number as verdict_number, 0 as ordinal, 0 as row_index,
                                           0 as column_index, 0::real as value from verdicts`,
      "verdict_bases.value is real, was double precision",
    ],
    [
      "columns that moved",
      `drop view verdict_bases;
       create view verdict_bases as select number as verdict_number, sweep_id, 0 as ordinal, 0 as row_index,
                                           0 as column_index, 0::float8 as value from verdicts`,
      "verdict_bases.sweep_id has moved",
    ],
  ])("are found to have %s", async (_, change, breach) => {
    expect(breaches(published, await viewsAfter(change))).toContain(breach);
  });

  it("may have a column more, and more views", async () => {
    const now = await viewsAfter(`
      create view added as select 1 as one;
      create or replace view verdict_bases as
        select sweep_id, number as verdict_number, 0 as ordinal, 0 as row_index, 0 as column_index,
               0::float8 as value, 0 as another from verdicts`);
    expect(now["verdict_bases"]).toHaveProperty("another");
    expect(breaches(published, now)).toEqual([]);
  });

  /** The views as they would be after this change. */
  async function viewsAfter(change: string): Promise<Views> {
    await pool.query("begin");
    try {
      await pool.query(change);
      return await publishedViews(pool);
    } finally {
      await pool.query("rollback");
    }
  }
});
