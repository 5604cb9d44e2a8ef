import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { schemaDrift } from "../../prisma/drift.ts";
import { publishedViews } from "../../prisma/sql-page.ts";
import { openStore, type SweepStore } from "../../store/index.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { claimedSweep, direction, found, report } from "./samples.ts";

describe("the schema", () => {
  let database: TestDatabase;
  let store: SweepStore;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await freshDatabase();
    store = await openStore(database.url);
    pool = new pg.Pool({ connectionString: database.url });
  });
  afterAll(async () => {
    await Promise.all([store.close(), pool.end()]);
    await database.drop();
  });

  it("is what schema.prisma says", async () => {
    expect(await schemaDrift(inject("postgresUrl"))).toBeUndefined();
  });

  it("explains every table, view and column", async () => {
    const { rows } = await pool.query<{ unexplained: string }>(
      `select c.oid::regclass || coalesce('.' || a.attname, '') as unexplained
       from pg_class c
       cross join lateral (
         select 0 as attnum, null::name as attname
         union all
         select attnum, attname from pg_attribute
         where attrelid = c.oid and attnum > 0 and not attisdropped
       ) a
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
         and c.relname <> '_prisma_migrations' and case a.attnum
               when 0 then obj_description(c.oid, 'pg_class')
               else col_description(c.oid, a.attnum)
             end is null`,
    );
    expect(rows.map(({ unexplained }) => unexplained)).toEqual([]);
  });

  it("has no view column that clients read as text or cannot read", async () => {
    const { rows } = await pool.query<{ name: string }>(
      `select table_name || '.' || column_name as name
       from information_schema.columns join information_schema.views using (table_schema, table_name)
       where table_schema = 'public' and data_type in ('bigint', 'numeric', 'interval')`,
    );
    expect(rows).toEqual([]);
  });

  it("lets sweep_reader read everything and change nothing", async () => {
    const client = await pool.connect();
    try {
      await client.query("set role sweep_reader");
      for (const view of Object.keys(await publishedViews(client)))
        await client.query(`select * from ${view}`);
      await expect(client.query("delete from sweeps")).rejects.toThrow("permission denied");
    } finally {
      client.release(true);
    }
  });

  it("answers a reader's questions", async () => {
    const { sweep, claim } = await claimedSweep(store);
    await store.saveReports(claim, [report(0, 1), report(0, 2), report(1, 1, Number.NaN)]);
    await store.addDirections(sweep, [direction(0, 0), direction(1, 1), direction(2, 1)]);
    const test = { displacement: 0.5, sees: "sample" } as const;
    await store.saveTestResults(sweep, [
      { ...test, number: 0, directions: [0], crossEntropy: 0.6 },
      { ...test, number: 1, directions: [1], crossEntropy: Number.NaN },
      { ...test, number: 2, directions: [2], crossEntropy: 0.4 },
    ]);
    await store.saveVerdict(sweep, found);
    await store.endTrials(claim, [
      { trial: 0, ending: "converged", epoch: 2 },
      { trial: 3, ending: "diverged", epoch: 1 },
    ]);
    const read = async (sql: string) =>
      (await pool.query<Record<string, unknown>>(sql, [sweep])).rows;

    expect(
      await read("select * from leaderboard where sweep_id = $1 order by place"),
    ).toMatchObject([
      {
        place: 1,
        trial_number: 0,
        state: "converged",
        best_score: 0.02,
        best_cross_entropy: 0.6,
        accepted_directions: 1,
        epochs: 2,
      },
      {
        place: 2,
        trial_number: 1,
        state: "running",
        best_cross_entropy: 0.4,
        duration_seconds: null,
      },
      { place: 3, trial_number: 3, state: "diverged", best_cross_entropy: null, epochs: 1 },
    ]);
    expect(
      await read(
        "select * from learning_curves where sweep_id = $1 and metric = 'generator_loss' order by trial_number, epoch",
      ),
    ).toMatchObject([
      { trial_number: 0, epoch: 1, value: 0.7 },
      { trial_number: 0, epoch: 2, value: 0.7 },
      { trial_number: 1, epoch: 1, value: Number.NaN },
    ]);
    expect(
      await read("select * from by_configuration where sweep_id = $1 order by configuration"),
    ).toMatchObject([
      { trials: 2, converged: 1, lost: 0, mean_best_cross_entropy: 0.5, accepted_directions: 1 },
      { trials: 2, converged: 0, lost: 1, mean_best_cross_entropy: null, accepted_directions: 0 },
    ]);
    expect(
      await read(
        "select * from verdict_bases where sweep_id = $1 order by ordinal, row_index, column_index",
      ),
    ).toMatchObject([
      { verdict_number: 1, ordinal: 0, row_index: 0, column_index: 0, value: 0 },
      { row_index: 0, column_index: 1, value: 1 / 3 },
      { row_index: 1, column_index: 0, value: -1 / 3 },
      { row_index: 1, column_index: 1, value: 0 },
    ]);
  });
});
