import { spawn } from "node:child_process";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { ensureFolder, packageRoot } from "./home.ts";
import { withLock } from "./lock.ts";
import { endRecordedProcess, recordedProcess, recordProcess, spawned } from "./processes.ts";
import { silently } from "./stack-error.ts";

export interface Worker {
  readonly pid: number;
  readonly log: string;
  readonly origin: "joined" | "started";
}

/** Where the background worker of this home writes. */
export const workerLog = (home: string): string => join(home, "worker.log");

const pidFile = (home: string) => join(home, "worker.json");

/**
 * One worker in the background, `liesweep worker <args>`, started if none is alive.
 *
 * It outlives this process. That it started says nothing about whether it found its servers: its
 * log does, and {@link workerPid} says whether it is still there.
 */
export async function startWorker(
  home: string,
  args: readonly string[] = [],
  program = join(packageRoot, "cli", "liesweep.mjs"),
): Promise<Worker> {
  const log = workerLog(home);
  return withLock(join(home, "worker.lock"), silently, async () => {
    const living = await workerPid(home);
    if (living !== undefined) return { pid: living, log, origin: "joined" };
    await ensureFolder(home);
    const output = await open(log, "a", 0o600);
    const child = spawn(process.execPath, [program, "worker", ...args], {
      detached: true,
      env: { ...process.env, LIESWEEP_HOME: home },
      stdio: ["ignore", output.fd, output.fd],
    });
    const pid = await spawned(child).finally(() => output.close());
    await recordProcess(pidFile(home), pid);
    return { pid, log, origin: "started" };
  });
}

/** The background worker's pid while it lives. */
export async function workerPid(home: string): Promise<number | undefined> {
  return (await recordedProcess(pidFile(home)))?.pid;
}

/**
 * Asks the worker to finish and waits; after `graceMs` it is killed with its trainers, which costs
 * the epochs since the last checkpoint and nothing else. False if there was no worker.
 */
export const stopWorker = (home: string, graceMs = 30_000): Promise<boolean> =>
  endRecordedProcess(pidFile(home), graceMs);
