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
