import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Pool, PoolClient } from "pg";
import { MigrationConflictError } from "./errors.ts";

/** Where this version's migrations lie. */
export const MIGRATIONS = fileURLToPath(new URL("../prisma/migrations", import.meta.url));

/** The advisory lock that `prisma migrate` takes, so that the two never run at once. */
export const PRISMA_LOCK = 72707369;

interface Migration {
  readonly name: string;
  readonly sql: string;
  /** sha256 of the file, as Prisma computes it. */
  readonly checksum: string;
}

interface JournalRow {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

/**
 * Applies the migrations that are missing, in the order of their names, and returns those names.
 *
 * The journal is the one `prisma migrate deploy` keeps, so either may continue what the other began;
 * Prisma's own engine is a download that not every machine can make. Each migration lands whole or not
 * at all: none may hold a statement that PostgreSQL refuses inside a transaction.
 *
 * @throws {MigrationConflictError} if a file was edited after it was applied, or was left half applied.
 */
export async function migrate(pool: Pool, folder = MIGRATIONS): Promise<readonly string[]> {
  const migrations = await readMigrations(folder);
  const client = await pool.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [PRISMA_LOCK]);
    await client.query(CREATE_JOURNAL);
    const missing = missingFrom(await readJournal(client), migrations);
    for (const { name, sql, checksum } of missing) {
      await client.query("begin");
      await client.query(sql);
      await client.query(RECORD, [randomUUID(), checksum, name]);
      await client.query("commit");
    }
    return missing.map(({ name }) => name);
  } finally {
    // Closing the session ends an open transaction and frees the lock.
    client.release(true);
  }
}

/** Names of the migrations that `migrate` would apply. Reads only. */
export async function pendingMigrations(
  pool: Pool,
  folder = MIGRATIONS,
): Promise<readonly string[]> {
  const migrations = await readMigrations(folder);
  const { rows } = await pool.query<{ journal: string | null }>(
    "select to_regclass('_prisma_migrations')::text as journal",
  );
  const journal = rows[0]?.journal === null ? [] : await readJournal(pool);
  return missingFrom(journal, migrations).map(({ name }) => name);
}

function missingFrom(journal: readonly JournalRow[], migrations: readonly Migration[]) {
  const recorded = new Map(journal.map((row) => [row.migration_name, row]));
  return migrations.filter(({ name, checksum }) => {
    const row = recorded.get(name);
    if (row && row.finished_at === null)
      throw new MigrationConflictError(name, 'failed halfway; see "prisma migrate resolve".');
    if (row && row.checksum !== checksum)
      throw new MigrationConflictError(
        name,
        "was edited after it was applied. Restore the file and write a new migration instead.",
      );
    return row === undefined;
  });
}

async function readJournal(database: Pool | PoolClient): Promise<readonly JournalRow[]> {
  const { rows } = await database.query<JournalRow>(
    "select migration_name, checksum, finished_at from _prisma_migrations where rolled_back_at is null",
  );
  return rows;
}

async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

/** As Prisma creates it. */
const CREATE_JOURNAL = `
  create table if not exists _prisma_migrations (
    id varchar(36) primary key not null,
    checksum varchar(64) not null,
    finished_at timestamptz,
    migration_name varchar(255) not null,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz not null default now(),
    applied_steps_count integer not null default 0
  )`;

const RECORD = `
  insert into _prisma_migrations
    (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
  values ($1, $2, $3, now(), clock_timestamp(), 1)`;
