import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pg from "pg";
import { startPostgres, stopPostgres } from "../../local/postgres.ts";
import { startTemporal, stopTemporal } from "../../local/temporal.ts";
import { migrateDatabase } from "../../store/index.ts";
import { freePort } from "../support/program.ts";
import { type Network, networkTo } from "./network.ts";

const run = promisify(execFile);
const PROGRAM = fileURLToPath(new URL("../../cli/liesweep.mjs", import.meta.url));

/** Where Debian's libfaketime lies: a clock for each process that a file can step. */
const FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

/** Servers, a network that can be cut, and workers that are started again whenever they end. */
export class Stack {
  readonly home: string;
  readonly database: Network;
  readonly temporal: Network;
  /** The superuser's, past the network. */
  readonly databaseUrl: string;
  /** What programs are started with. */
  readonly env: Readonly<Record<string, string>>;
  /** Undefined where no file system can be mounted. */
  readonly smallDisk: string | undefined;
  /** Steps the clocks of workers; undefined without libfaketime. */
  readonly clockFile: string | undefined;
  readonly workers: (ChildProcess | undefined)[] = [];
  #isOpen = true;
  readonly #ports: NodeJS.ProcessEnv;
  readonly #supervised: Promise<void>[] = [];

  private constructor(made: {
    readonly home: string;
    readonly database: Network;
    readonly temporal: Network;
    readonly databaseUrl: string;
    readonly smallDisk: string | undefined;
    readonly clockFile: string | undefined;
    readonly ports: NodeJS.ProcessEnv;
  }) {
    this.home = made.home;
    this.database = made.database;
    this.temporal = made.temporal;
    this.databaseUrl = made.databaseUrl;
    this.smallDisk = made.smallDisk;
    this.clockFile = made.clockFile;
    this.#ports = made.ports;
    const url = new URL(made.databaseUrl);
    url.port = String(made.database.port);
    this.env = {
      LIESWEEP_HOME: made.home,
      DATABASE_URL: url.href,
      TEMPORAL_ADDRESS: `127.0.0.1:${made.temporal.port}`,
    };
  }

  /**
   * @param clocks - whether workers have clocks to step. libfaketime shares a lock between a worker and its trainers,
   *   and a process that is killed while it holds it leaves the others waiting: seen once, with a trainer
   */
  static async open(workers: number, { clocks }: { readonly clocks: boolean }): Promise<Stack> {
    const home = await mkdtemp(join(tmpdir(), "liesweep-chaos-"));
    await chmod(home, 0o755); // as root, PostgreSQL runs as `nobody`, who must be able to enter
    const port = await freePort();
    const ports = {
      ...process.env,
      ...{ DATABASE_URL: undefined, TEMPORAL_ADDRESS: undefined },
      LIESWEEP_TEMPORAL_PORT: String(port),
      LIESWEEP_TEMPORAL_UI_PORT: String(await freePort()),
    };
    const { url } = await startPostgres(home, { env: ports });
    await migrateDatabase(url);
    await startTemporal(home, { env: ports });
    const stack = new Stack({
      ...{ home, ports, databaseUrl: url },
      database: await networkTo(Number(new URL(url).port)),
      temporal: await networkTo(port),
      smallDisk: await mountSmallDisk(join(home, "small-disk")),
      clockFile: clocks ? await clockFileIn(home) : undefined,
    });
    for (let slot = 0; slot < workers; slot++) stack.#supervised.push(stack.#supervise(slot));
    return stack;
  }

  /** As systemd would: a worker that ends, for whatever reason, is started again. */
  async #supervise(slot: number): Promise<void> {
    const log: string[] = [];
    while (this.#isOpen) {
      const child = spawn(process.execPath, [PROGRAM, "worker", ...this.#workerOptions()], {
        env: { ...process.env, ...this.env, ...this.#clock() },
        stdio: ["ignore", "pipe", "pipe"],
      });
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (text: string) => log.push(text));
      this.workers[slot] = child;
      await once(child, "exit");
      this.workers[slot] = undefined;
      await writeFile(join(this.home, `worker-${slot}.log`), log.join(""));
      await sleep(200);
    }
  }

  #workerOptions(): readonly string[] {
    const checkpoints = this.smallDisk ?? join(this.home, "checkpoints");
    return [
      ...["--engine", "onnx", "--slots", "1"],
      ...["--checkpoints", checkpoints, "--checkpoint-seconds", "0"],
    ];
  }

  #clock(): NodeJS.ProcessEnv {
    if (this.clockFile === undefined) return {};
    return {
      LD_PRELOAD: FAKETIME,
      FAKETIME_TIMESTAMP_FILE: this.clockFile,
      FAKETIME_NO_CACHE: "1",
      // No clock of a system steps that one.
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    };
  }

  async postmaster(): Promise<number> {
    const file = join(this.home, "postgres", "data", "postmaster.pid");
    return Number((await readFile(file, "utf8")).split("\n")[0]);
  }

  async temporalServer(): Promise<number> {
    const file = join(this.home, "temporal", "server.json");
    return (JSON.parse(await readFile(file, "utf8")) as { pid: number }).pid;
  }

  /** What a person or a service manager does when a server is gone. */
  async startServers(): Promise<void> {
    await startPostgres(this.home, { env: this.#ports });
    await startTemporal(this.home, { env: this.#ports });
  }

  /** Through an outage: asked again until it is answered. */
  async ask<Row extends pg.QueryResultRow>(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    for (let tries = 1; ; tries++) {
      const client = new pg.Client({ connectionString: this.databaseUrl });
      client.on("error", () => undefined);
      try {
        await client.connect();
        return (await client.query<Row>(sql, [...values])).rows;
      } catch (error) {
        if (tries === 100) throw error;
        await sleep(100);
      } finally {
        await client.end().catch(() => undefined);
      }
    }
  }

  /** Ends the workers as a service manager does; the servers stay. */
  async endWorkers(): Promise<void> {
    this.#isOpen = false;
    for (const worker of this.workers) worker?.kill("SIGTERM");
    await Promise.all(this.#supervised);
  }

  async close(): Promise<void> {
    await this.endWorkers();
    await Promise.allSettled([this.database.close(), this.temporal.close()]);
    await Promise.allSettled([stopTemporal(this.home), stopPostgres(this.home)]);
    if (this.smallDisk !== undefined) await run("umount", [this.smallDisk]);
    await rm(this.home, { recursive: true, force: true });
  }
}

/** A file system of four megabytes: room for the checkpoints, and quickly full. */
async function mountSmallDisk(folder: string): Promise<string | undefined> {
  await mkdir(folder);
  try {
    await run("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder]);
    return folder;
  } catch {
    return undefined;
  }
}

async function clockFileIn(home: string): Promise<string | undefined> {
  try {
    await readFile(FAKETIME);
  } catch {
    return undefined;
  }
  const file = join(home, "clock");
  await writeFile(file, "+0");
  return file;
}
