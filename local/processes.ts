import { type ChildProcess, execFile } from "node:child_process";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * A process we started, as its pid file tells it.
 *
 * A pid alone names nobody: after a crash or a reboot the number belongs to a stranger. `birth`
 * (when the process began) tells them apart, so a stranger is never joined and never killed.
 */
export interface ProcessRecord {
  readonly pid: number;
  readonly birth: string;
}

/**
 * The pid of a child that shall outlive us, or the reason why the system did not make it.
 *
 * Call it in the same turn as `spawn`: the event it waits for comes in the next one.
 */
export function spawned(child: ChildProcess): Promise<number> {
  return new Promise((settle, refuse) => {
    child.once("error", refuse);
    child.once("spawn", () => {
      child.unref();
      settle(child.pid ?? 0);
    });
  });
}

/** Writes the pid file whole or not at all; `facts` are kept beside the pid. */
export async function recordProcess(
  file: string,
  pid: number,
  facts: Readonly<Record<string, string>> = {},
): Promise<ProcessRecord> {
  const record = { pid, birth: (await birthOf(pid)) ?? "", ...facts };
  await writeFile(`${file}.${process.pid}`, `${JSON.stringify(record, null, 2)}\n`, {
    mode: 0o600,
  });
  await rename(`${file}.${process.pid}`, file);
  return record;
}

/** What the pid file says, if the process it names is alive and is the one that was recorded. */
export async function recordedProcess(
  file: string,
): Promise<(ProcessRecord & Readonly<Record<string, unknown>>) | undefined> {
  const record = parseRecord(await readFile(file, "utf8").catch(() => ""));
  if (!record) return undefined;
  return (await isAlive(record)) ? record : undefined;
}

export async function isAlive({ pid, birth }: ProcessRecord): Promise<boolean> {
  return birth !== "" && (await birthOf(pid)) === birth;
}

/**
 * Ends the process the file names: SIGTERM, and SIGKILL to its group after `graceMs`.
 *
 * Returns whether there was one. A dead or foreign pid is left alone; the file goes either way.
 */
export async function endRecordedProcess(file: string, graceMs: number): Promise<boolean> {
  const record = await recordedProcess(file);
  if (record) {
    signal(record.pid, "SIGTERM");
    if (!(await endsWithin(record, graceMs))) {
      // We start processes as leaders of a group of their own, so -pid names nothing of others.
      signal(-record.pid, "SIGKILL");
      await endsWithin(record, 5000);
    }
  }
  await rm(file, { force: true });
  return record !== undefined;
}

async function endsWithin(record: ProcessRecord, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (await isAlive(record)) {
    if (performance.now() > deadline) return false;
    await sleep(25);
  }
  return true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // Ended between the look and the signal: what we wanted.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function parseRecord(text: string): (ProcessRecord & Record<string, unknown>) | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    const { pid, birth, ...facts } = value as Record<string, unknown>;
    // kill(0) and kill(-1) mean "everybody": such a number in a file is never a process.
    if (typeof pid !== "number" || !Number.isInteger(pid) || pid <= 1) return undefined;
    return typeof birth === "string" ? { pid, birth, ...facts } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * When the process began, in words that never change while it lives; undefined if it is dead.
 *
 * Linux: clock ticks since boot, with the boot's id. A zombie (its parent, PID 1 of a container
 * without an init, never collects it) counts as dead. Elsewhere: what ps says.
 */
async function birthOf(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
    if (stat === undefined) return undefined;
    // "pid (name) state ppid …": the name may hold spaces and brackets, so count from the last ")".
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, startTicks] = [fields[0], fields[19]];
    if (state === "Z" || state === "X" || startTicks === undefined) return undefined;
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
    return `${startTicks} ${boot.trim()}`.trim();
  }
  const columns = ["-o", "stat=", "-o", "lstart=", "-p", String(pid)];
  const { stdout } = await run("ps", columns, {
    env: { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" },
  }).catch(() => ({ stdout: "" }));
  const [, state, birth] = /^\s*(\S+)\s+(.+?)\s*$/.exec(stdout) ?? [];
  return state?.startsWith("Z") ? undefined : birth;
}

/** The command line of a living process; "" where there is none or it cannot be read. */
export async function commandOf(pid: number): Promise<string> {
  if (process.platform === "linux") {
    const words = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return words.replaceAll("\0", " ").trim();
  }
  const { stdout } = await run("ps", ["-ww", "-o", "command=", "-p", String(pid)]).catch(() => ({
    stdout: "",
  }));
  return stdout.trim();
}
