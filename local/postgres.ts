import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { withLock } from "./lock.ts";
import { logLength, logSince } from "./log-tail.ts";
import { answers, canListen, freePort, parsePort } from "./ports.ts";
import {
  type Owner,
  type PostgresBinaries,
  postgresBinaries,
  unprivilegedOwner,
} from "./postgres-binaries.ts";
import { commandOf } from "./processes.ts";
import { type Environment, type Say, StackError, silently } from "./stack-error.ts";

const run = promisify(execFile);

const USER = "liesweep";
const DATABASE = "postgres";

export interface Postgres {
  readonly url: string;
  /** Whose server it is: the environment's, one of ours that was running, or one just started. */
  readonly origin: "environment" | "joined" | "started";
}

export interface PostgresOptions {
  readonly env?: Environment;
  readonly say?: Say;
  /** Server settings such as `fsync=off`, for throw-away servers. */
  readonly settings?: readonly string[];
}

/**
 * A real PostgreSQL kept in `home`, started if it is not running, joined if it is.
 *
 * `DATABASE_URL` wins. Ours listens on loopback only and outlives this process: workers share it,
 * and a killed command leaves it sound. {@link stopPostgres} ends it. Repeating the call, or two
 * commands making it at once, changes nothing.
 */
export async function startPostgres(
  home: string,
  { env = process.env, say = silently, settings = [] }: PostgresOptions = {},
): Promise<Postgres> {
  if (env["DATABASE_URL"]) return { url: env["DATABASE_URL"], origin: "environment" };
  const place = placeIn(home);
  const running = await runningUrl(place);
  if (running !== undefined) return { url: running, origin: "joined" };
  return withLock(join(home, "postgres.lock"), say, async () => {
    const meanwhile = await runningUrl(place);
    if (meanwhile !== undefined) return { url: meanwhile, origin: "joined" };
    const owner = await unprivilegedOwner();
    const binaries = await postgresBinaries(home, owner, say);
    await initialise(place, binaries, owner, say);
    await start(place, binaries, owner, settings);
    const url = await urlOf(place);
    if (url !== undefined) return { url, origin: "started" };
    throw new StackError(
      `${place.folder} holds a database but not its password or port. Put ${place.passwordFile} and ` +
        `${place.portFile} back, or move the folder away to begin with an empty database.`,
    );
  });
}

/** Ends the server in `home`, waiting for open transactions to be cut off; false if none ran. */
export async function stopPostgres(home: string, say: Say = silently): Promise<boolean> {
  const place = placeIn(home);
  if ((await postmasterIn(place)) === undefined) return false;
  const owner = await unprivilegedOwner();
  const { pgCtl } = await postgresBinaries(home, owner, say);
  await pg(owner, pgCtl, ["-D", place.data, "-m", "fast", "-w", "-t", "60", "stop"]);
  return true;
}

/** The URL of the server in `home` if it runs; starts nothing. */
export const postgresUrl = (home: string): Promise<string | undefined> => runningUrl(placeIn(home));

interface Place {
  readonly folder: string;
  readonly data: string;
  readonly passwordFile: string;
  readonly portFile: string;
  readonly log: string;
}

function placeIn(home: string): Place {
  const folder = join(home, "postgres");
  return {
    folder,
    data: join(folder, "data"),
    passwordFile: join(folder, "password"),
    portFile: join(folder, "port"),
    log: join(folder, "server.log"),
  };
}

async function urlOf({ passwordFile, portFile }: Place): Promise<string | undefined> {
  const password = await readFile(passwordFile, "utf8").catch(() => undefined);
  const port = parsePort(await readFile(portFile, "utf8").catch(() => ""));
  if (password === undefined || port === undefined) return undefined;
  return `postgresql://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
}

/** The URL of a server that accepts connections; waits for one that is still starting up. */
async function runningUrl(place: Place): Promise<string | undefined> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const postmaster = await postmasterIn(place);
    if (!postmaster) return undefined;
    if (postmaster.ready && (await answers(postmaster.port))) return urlOf(place);
    if (performance.now() > deadline) return undefined;
    await sleep(50);
  }
}

/**
 * The living server of this data folder, from its own postmaster.pid: pid, folder, start, port,
 * socket, address, shared memory, status, a line each.
 *
 * After a crash the file stays and the pid may by now be a stranger's, so its command is read too.
 * Only the end of the folder's name is looked for: the same home may be reached by a symlink.
 */
async function postmasterIn(place: Place): Promise<{ port: number; ready: boolean } | undefined> {
  const { port, status, alive } = await pidFileIn(place);
  if (!alive || port === undefined) return undefined;
  return { port, ready: status === "ready" };
}

async function pidFileIn(place: Place) {
  const file = await readFile(pidFile(place), "utf8").catch(() => "");
  const [pid, , , port = "", , , , status = ""] = file.split("\n");
  const alive = (await commandOf(Number(pid))).includes(join("postgres", "data"));
  return { port: parsePort(port), status: status.trim(), alive };
}

const pidFile = ({ data }: Place): string => join(data, "postmaster.pid");

/**
 * Removes a postmaster.pid whose process is dead, a zombie or a stranger.
 *
 * PostgreSQL only asks whether the pid exists, so in a container whose PID 1 collects no zombies
 * a killed server could never be started again. Children of a killed server that still live are
 * caught by its other lock, the shared memory segment named after the data folder.
 */
async function dropStalePidFile(place: Place): Promise<void> {
  if (!(await pidFileIn(place)).alive) await rm(pidFile(place), { force: true });
}

async function initialise(
  place: Place,
  { initdb }: PostgresBinaries,
  owner: Owner,
  say: Say,
): Promise<void> {
  if (await readFile(join(place.data, "PG_VERSION")).catch(() => undefined)) return;
  say(`creating a database in ${place.folder}`);
  await mkdir(place.folder, { recursive: true });
  await chmod(place.folder, 0o700);
  await writeFile(place.passwordFile, randomBytes(18).toString("base64url"), { mode: 0o600 });
  await writeFile(place.portFile, `${await freePort()}\n`, { mode: 0o600 });
  if (owner) {
    for (const path of [place.folder, place.passwordFile, place.portFile]) {
      await chown(path, owner.uid, owner.gid);
    }
  }
  // Made beside and renamed: an interrupted initdb leaves nothing that looks like a database.
  const partial = `${place.data}.partial`;
  await rm(partial, { recursive: true, force: true });
  const access = ["-U", USER, "-A", "scram-sha-256", "--pwfile", place.passwordFile];
  await pg(owner, initdb, ["-D", partial, ...access, "-E", "UTF8", "--locale=C"]);
  await rename(partial, place.data);
}

async function start(
  place: Place,
  { pgCtl }: PostgresBinaries,
  owner: Owner,
  settings: readonly string[],
): Promise<void> {
  const port = parsePort(await readFile(place.portFile, "utf8").catch(() => ""));
  if (port === undefined) return;
  const flags = ["listen_addresses=127.0.0.1", "unix_socket_directories=", ...settings];
  const options = `-p ${port} ${flags.map((flag) => `-c ${flag}`).join(" ")}`;
  const deadline = performance.now() + 10_000;
  for (;;) {
    const before = await logLength(place.log);
    await dropStalePidFile(place);
    try {
      await run(
        pgCtl,
        ["-D", place.data, "-l", place.log, "-w", "-t", "60", "-o", options, "start"],
        as(owner),
      );
      return;
    } catch {
      const tail = await logSince(place.log, before);
      // After `kill -9` of the server its children need a moment to notice and let go.
      const dying = /pre-existing shared memory block/.test(tail);
      if (dying && performance.now() < deadline) {
        await sleep(250);
        continue;
      }
      throw await startFailure(place, port, tail);
    }
  }
}

async function startFailure(place: Place, port: number, tail: string): Promise<StackError> {
  if (!(await canListen(port))) {
    return new StackError(
      `PostgreSQL cannot listen on port ${port} of 127.0.0.1: another program does. Stop that program, ` +
        `or write a free port into ${place.portFile}, or set DATABASE_URL to a PostgreSQL of your own. ` +
        `The server said:\n${tail}`,
    );
  }
  return new StackError(
    `PostgreSQL did not start in ${place.folder}. Set DATABASE_URL to use a PostgreSQL of your own. ` +
      `The last lines of ${place.log}:\n${tail}`,
  );
}

/** What the programs run with: no user locale (initdb refuses a broken one), no foreign PG* settings. */
const as = (owner: Owner) => ({
  ...owner,
  cwd: "/",
  env: { PATH: process.env["PATH"], LC_ALL: "C" },
});

async function pg(owner: Owner, program: string, words: readonly string[]): Promise<void> {
  try {
    await run(program, [...words], as(owner));
  } catch (error) {
    const { stderr = "", message } = error as Error & { stderr?: string };
    throw new StackError(
      `${program} failed. Set DATABASE_URL to use a PostgreSQL of your own. It said:\n${stderr.trim() || message}`,
    );
  }
}
