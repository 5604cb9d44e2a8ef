import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPostgres } from "../../local/postgres.ts";
import { readerPassword, readerUrl } from "../../local/reader.ts";
import { admitReader, migrateDatabase, openReader, openStore, READER } from "../../store/index.ts";
import { type SweepId, sweepId } from "../../sweep/index.ts";
import { temporaryHome } from "../support/homes.ts";
import { openedSweep } from "./samples.ts";

/** A server of its own: roles belong to the whole server, and others change them. */
describe("the reader", () => {
  let home: Awaited<ReturnType<typeof temporaryHome>>;
  let owner: pg.Pool;
  let url: string;
  let reading: string;
  let sweep: SweepId;

  beforeAll(async () => {
    home = await temporaryHome();
    url = (await startPostgres(home.path, { env: {} })).url;
    owner = new pg.Pool({ connectionString: url });
    await migrateDatabase(url);
    expect(await readerUrl(home.path, {})).toBeUndefined();
    expect(await mayLogIn()).toBe(false);
    const passwords = await Promise.all([readerPassword(home.path), readerPassword(home.path)]);
    expect(passwords[0]).toBe(passwords[1]);
    await Promise.all(passwords.map((password) => admitReader(url, password)));
    reading = (await readerUrl(home.path, {})) ?? "";
    const store = await openStore(url);
    sweep = await openedSweep(store);
    await store.close();
  });
  afterAll(async () => {
    await owner.end();
    await home[Symbol.asyncDispose]();
  });

  const mayLogIn = async () => {
    const { rows } = await owner.query<{ may: boolean }>(
      "select rolcanlogin as may from pg_roles where rolname = $1",
      [READER],
    );
    return rows[0]?.may;
  };

  it("logs in with the password that `up` makes, which no other knows", async () => {
    const pool = new pg.Pool({ connectionString: reading });
    const { rows } = await pool.query("select current_user as who from trials");
    expect(rows).toEqual(Array(4).fill({ who: READER }));
    await pool.end();
    const guess = new URL(reading);
    guess.password = "guess";
    await expect(openReader(guess.href)).rejects.toThrow("password authentication failed");
  });

  it("of the environment goes before that of the home, and a foreign database has none of ours", async () => {
    const env = { LIESWEEP_READER_URL: "postgresql://elsewhere/sweeps" };
    expect(await readerUrl(home.path, env)).toBe("postgresql://elsewhere/sweeps");
    expect(await readerUrl(home.path, { DATABASE_URL: url })).toBeUndefined();
  });

  it("may select from every table and view, and from those made later", async () => {
    await owner.query("create table later as select 1 as one");
    const { rows } = await owner.query<{ name: string }>(
      `select relname as name from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')`,
    );
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(["trials", "leaderboard"]));
    const reader = await openReader(reading);
    for (const { name } of rows) await reader.ask(`select * from ${name}`, sweep);
    await reader.close();
    await owner.query("drop table later");
  });

  it.each([
    ["insert", "insert into datasets select * from datasets"],
    ["update", "update trials set seed = seed"],
    ["delete", "delete from sweeps"],
    ["truncate", "truncate epochs"],
    ["create", "create table mine ()"],
    ["create for the session", "create temp table mine ()"],
    ["drop", "drop view leaderboard"],
    ["define", "create view mine as select 1"],
    ["run programs by copy", "copy trials to program 'true'"],
    ["rise", `alter role ${READER} superuser`],
  ])("may not %s", async (_, statement) => {
    const client = new pg.Client({ connectionString: reading });
    await client.connect();
    try {
      const refused = /read-only transaction|denied|must be owner/;
      await expect(client.query(statement)).rejects.toThrow(refused);
      // that setting is a seat belt; the lock is what was never granted
      await client.query("set default_transaction_read_only = off");
      if (statement.includes("temp")) await client.query(statement);
      else await expect(client.query(statement)).rejects.toThrow(/denied|must be owner/);
    } finally {
      await client.end();
    }
  });

  it("is whom the owner's queries are asked as", async () => {
    const reader = await openReader(url);
    const { rows } = await reader.ask("select current_user, session_user", sweep);
    expect(rows).toEqual([[READER, "liesweep"]]);
    await expect(reader.ask("delete from sweeps", sweep)).rejects.toMatchObject({
      name: "QueryError",
      message: expect.stringContaining("only"),
    });
    await reader.close();
  });

  it("is refused to those who may not become it", async () => {
    await owner.query("create role stranger login password 'hush'");
    await owner.query("grant select on _prisma_migrations to stranger");
    const stranger = new URL(url);
    [stranger.username, stranger.password] = ["stranger", "hush"];
    const error = await openReader(stranger.href).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "ReaderRefusedError" });
    expect(String(error)).toContain(`grant ${READER}`);
    expect(String(error)).not.toContain("hush");
  });

  it("answers with text as PostgreSQL writes it, and with values", async () => {
    const reader = await openReader(reading);
    const { columns, rows } = await reader.ask(
      `select 1::bigint as count, 0.5::numeric as share, 'NaN'::float8 as broken, null::int as nothing,
              true as yes, array[1.5, 2]::float8[] as list, :'sweep' as name,
              '{"a": 1}'::jsonb as tree, timestamptz '2026-01-02T03:04:05Z' as at`,
      sweep,
    );
    expect(rows).toEqual([
      ["1", "0.5", "NaN", null, "t", "{1.5,2}", sweep, '{"a": 1}', "2026-01-02 03:04:05+00"],
    ]);
    expect(columns.map(({ isNumber }) => isNumber)).toEqual([
      ...[true, true, true, true],
      ...[false, false, false, false, false],
    ]);
    expect(columns.map(({ parse }, i) => rows[0]?.[i] && parse(rows[0][i]))).toEqual([
      ...[1, 0.5, Number.NaN, null, true],
      ...[[1.5, 2], sweep, { a: 1 }, new Date("2026-01-02T03:04:05Z")],
    ]);
    await reader.close();
  });

  it("takes one statement, and no second that would end the transaction", async () => {
    const reader = await openReader(url);
    await expect(
      reader.ask("select 1; rollback; reset role; delete from sweeps", sweep),
    ).rejects.toThrow("multiple commands");
    await expect(reader.ask("select nothing from :sweep", sweepId("x"))).rejects.toThrow(
      /at character 21/,
    );
    expect((await reader.ask("select from sweeps", sweep)).rows).toHaveLength(1);
    await reader.close();
  });
});
