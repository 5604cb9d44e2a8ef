import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { migrateDatabase, openStore } from "../../store/index.ts";
import { MIGRATIONS, migrate } from "../../store/migrate.ts";
import { emptyDatabase, type TestDatabase } from "../support/database.ts";

const LANDED = [
  "20261124120000_init",
  "20261124120100_reading",
  "20261124180000_levels",
  "20261124190000_conditional_objective",
  "20261124200000_closely",
  "20261124210000_reader",
  "20261127130000_agreement",
  "20261127140000_standings",
  "20261127150000_changes",
  "20261127160000_failures",
  "20261127161000_reason",
];

describe("migrations", () => {
  let folder: string;
  let database: TestDatabase;
  let pool: pg.Pool;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "liesweep-migrations-"));
    await cp(MIGRATIONS, folder, { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    database = await emptyDatabase();
    pool = new pg.Pool({ connectionString: database.url });
  });
  afterEach(async () => {
    await pool.end();
    await database.drop();
  });

  it("are applied once, in order, also by several processes at once", async () => {
    const applied = await Promise.all(
      Array.from({ length: 4 }, () => migrateDatabase(database.url)),
    );
    expect(applied.flat()).toEqual(LANDED);
    expect(await migrateDatabase(database.url)).toEqual([]);
  });

  it("that were edited after they were applied are refused", async () => {
    const [first] = await migrate(pool, folder);
    const edited = await mkdtemp(join(tmpdir(), "liesweep-edited-"));
    await cp(folder, edited, { recursive: true });
    await writeFile(join(edited, String(first), "migration.sql"), "select 1");
    await expect(migrate(pool, edited)).rejects.toMatchObject({
      name: "MigrationConflictError",
      migration: first,
    });
    await rm(edited, { recursive: true });
  });

  it("that fail leave nothing of themselves", async () => {
    const broken = await mkdtemp(join(tmpdir(), "liesweep-broken-"));
    await cp(join(folder, "20261124120000_init"), join(broken, "1_broken"), { recursive: true });
    await writeFile(join(broken, "1_broken", "migration.sql"), "create table t (); select 1 / 0");
    await expect(migrate(pool, broken)).rejects.toThrow("division by zero");
    const { rows } = await pool.query("select to_regclass('t') as t");
    expect(rows).toEqual([{ t: null }]);
    await rm(broken, { recursive: true });
    expect(await migrate(pool, folder)).toEqual(LANDED);
  });

  it("make classes of the names of errors that rows had, and keep the names", async () => {
    const before = await mkdtemp(join(tmpdir(), "liesweep-before-"));
    for (const name of LANDED.slice(0, LANDED.indexOf("20261127160000_failures")))
      await cp(join(folder, name), join(before, name), { recursive: true });
    await migrate(pool, before);
    await rm(before, { recursive: true });
    await pool.query(`
      insert into datasets (sha256, title, samples, groups, dimension, input_blocks, output_blocks, labels, rank, second_moment)
      values ('a', 'a', 1, 1, 1, 1, 0, 0, 1, '{1}');
      insert into sweeps (id, dataset_sha256, spec, spec_sha256) values ('a', 'a', '{}', 'a');
      insert into trials (id, sweep_id, number, configuration, basis_count, regularization, overlap_weight, group_dimension, seed, planned_epochs)
      values (1, 'a', 0, 0, 1, 1, 1, 1, 1, 1);
      insert into attempts (trial_id, attempt, state, worker, engine, backend, versions, failure_class, failure_message)
      select 1, row_number() over (), 'failed', 'w', 'onnx', 'cpu', 'v', error, error
      from unnest(array['TrainerLostError', 'Interrupted', 'SweepEnded', null, 'PackTooLargeError', 'DatasetError', 'PackFailed']) as error`);
    await migrate(pool, folder);
    const { rows } = await pool.query<object>(
      "select failure_class::text, failure_error from attempts order by attempt",
    );
    expect(rows.map((row) => Object.values(row))).toEqual([
      ["machine", "TrainerLostError"],
      ["interrupted", "Interrupted"],
      ["abandoned", "SweepEnded"],
      [null, null],
      ["memory", "PackTooLargeError"],
      ["data", "DatasetError"],
      ["data", "PackFailed"],
    ]);
  });

  it("that are missing keep the store from opening", async () => {
    await expect(openStore(database.url)).rejects.toMatchObject({
      name: "SchemaMissingError",
      missing: LANDED,
    });
    await migrateDatabase(database.url);
    await (await openStore(database.url)).close();
  });

  it("a database nobody serves is named without its password", async () => {
    const url = "postgresql://sweeps:hush@127.0.0.1:1/nowhere";
    const error = await openStore(url).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: "UnreachableDatabaseError",
      address: "postgresql://sweeps@127.0.0.1:1/nowhere",
    });
    expect(String(error)).toContain("ECONNREFUSED");
    expect(String(error)).not.toContain("hush");
    await expect(migrateDatabase("not a url")).rejects.toMatchObject({
      name: "UnreachableDatabaseError",
    });
  });
});
