import { randomUUID } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { migrateDatabase } from "../../store/index.ts";

export interface TestDatabase {
  readonly url: string;
  /** Ends whatever connections are left to it. */
  drop(): Promise<void>;
}

/** A database of one's own, without tables. */
export async function emptyDatabase(): Promise<TestDatabase> {
  const adminUrl = inject("postgresUrl");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await administer(adminUrl, `create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = name;
  return {
    url: url.href,
    // Unforced, PostgreSQL waits for connections that are closing; forced, it would cut them off mid-goodbye.
    drop: () =>
      administer(adminUrl, `drop database ${name}`).catch(() =>
        administer(adminUrl, `drop database if exists ${name} with (force)`),
      ),
  };
}

/** A database of one's own, with the tables of this version. */
export async function freshDatabase(): Promise<TestDatabase> {
  const database = await emptyDatabase();
  await migrateDatabase(database.url);
  return database;
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
