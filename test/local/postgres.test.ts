import { chmod, cp, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../../local/ports.ts";
import { postgresUrl, startPostgres, stopPostgres } from "../../local/postgres.ts";
import { canRun } from "../../local/postgres-binaries.ts";
import { temporaryHome } from "../support/homes.ts";

const env = {};

describe("a PostgreSQL in a home", () => {
  let home: Awaited<ReturnType<typeof temporaryHome>>;
  beforeAll(async () => {
    home = await temporaryHome();
  });
  afterAll(async () => {
    await home[Symbol.asyncDispose]();
  });

  test("two commands that start it at once get the same server", async () => {
    const [one, other] = await Promise.all([
      startPostgres(home.path, { env }),
      startPostgres(home.path, { env }),
    ]);
    expect(one.url).toBe(other.url);
    expect([one.origin, other.origin].sort()).toEqual(["joined", "started"]);
    expect(await ask(one.url, "show listen_addresses")).toBe("127.0.0.1");
  });

  test("its password is only its owner's to read, and is needed", async () => {
    expect((await stat(join(home.path, "postgres", "password"))).mode & 0o777).toBe(0o600);
    const url = new URL((await startPostgres(home.path, { env })).url);
    url.password = "guess";
    await expect(ask(url.href, "select 1")).rejects.toThrow(/password authentication failed/);
  });

  test("joining takes less than a tenth of a second", async () => {
    const began = performance.now();
    expect((await startPostgres(home.path, { env })).origin).toBe("joined");
    expect(performance.now() - began).toBeLessThan(100);
  });

  test("what was committed survives kill -9 of the server, at the same address", async () => {
    const { url } = await startPostgres(home.path, { env });
    await ask(url, "create table kept as select 7 as n");
    process.kill(await postmasterPid(home.path), "SIGKILL");
    await expect.poll(() => postgresUrl(home.path)).toBeUndefined();
    const again = await startPostgres(home.path, { env });
    expect(again).toEqual({ url, origin: "started" });
    expect(await ask(url, "select n from kept")).toBe(7);
  });

  test("stopping is idempotent and a stopped server has no address", async () => {
    expect(await stopPostgres(home.path)).toBe(true);
    expect(await stopPostgres(home.path)).toBe(false);
    expect(await postgresUrl(home.path)).toBeUndefined();
  });

  test("a port taken by a stranger is named, with the way out", async () => {
    const port = Number(await readFile(join(home.path, "postgres", "port"), "utf8"));
    const stranger = createServer().listen(port, "127.0.0.1");
    try {
      await expect(startPostgres(home.path, { env })).rejects.toThrow(
        new RegExp(`port ${port} .* another program .*DATABASE_URL.*could not bind`, "s"),
      );
    } finally {
      stranger.close();
    }
    await writeFile(join(home.path, "postgres", "port"), String(await freePort()));
    expect((await startPostgres(home.path, { env })).origin).toBe("started");
  });

  test("a postmaster.pid that names a stranger after a crash is neither joined nor stopped nor obeyed", async () => {
    await stopPostgres(home.path);
    const lines = [process.pid, "", "", 5432, "", "", "", "ready", ""];
    await writeFile(join(home.path, "postgres", "data", "postmaster.pid"), lines.join("\n"));
    expect(await postgresUrl(home.path)).toBeUndefined();
    expect(await stopPostgres(home.path)).toBe(false);
    expect((await startPostgres(home.path, { env })).origin).toBe("started");
  });
});

test("DATABASE_URL wins and nothing is started", async () => {
  await using home = await temporaryHome();
  const url = "postgresql://elsewhere/sweeps";
  expect(await startPostgres(home.path, { env: { DATABASE_URL: url } })).toEqual({
    url,
    origin: "environment",
  });
  expect(await stopPostgres(home.path)).toBe(false);
});

test("a program below a folder closed to others cannot be run by a stranger", async () => {
  await using home = await temporaryHome();
  const program = join(home.path, "program");
  await cp(process.execPath, program);
  const binaries = { initdb: program, pgCtl: program };
  expect(await canRun(binaries, undefined)).toBe(true);
  await chmod(home.path, 0o700);
  expect(await canRun(binaries, { uid: 65_534, gid: 65_534 })).toBe(false);
});

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

async function postmasterPid(home: string): Promise<number> {
  const file = await readFile(join(home, "postgres", "data", "postmaster.pid"), "utf8");
  return Number(file.split("\n")[0]);
}
