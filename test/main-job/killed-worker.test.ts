import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { expect, it } from "vitest";
import { addresses, workerPid } from "../../local/index.ts";
import { temporaryHome } from "../support/homes.ts";
import { liesweep, stackEnvironment } from "../support/program.ts";

const SWEEP = `
sweep: killed
dataset: { name: two-body, trajectories: 200, law: full-angle, seed: 1 }
search: { basisCount: [1, 2], regularization: [1], groupDimension: [2], seeds: 3 }
training: { epochs: 30, hiddenWidth: 64 }
selection: { classifierSteps: 600 }
limits: { packSize: 3 }
`;

it("a sweep whose worker is killed with -9 goes on with the next one: same trials, curves without gaps, nothing left running", {
  timeout: 300_000,
}, async () => {
  await using home = await temporaryHome();
  const env = await stackEnvironment(home.path);
  const file = join(await mkdtemp(join(tmpdir(), "liesweep-files-")), "killed.yaml");
  await writeFile(file, SWEEP);
  const watching = liesweep(["run", file], env);

  const database = await until(async () => {
    const { databaseUrl } = await addresses({ ...process.env, ...env });
    if (databaseUrl === undefined) return undefined;
    const pool = new pg.Pool({ connectionString: databaseUrl });
    const begun = await pool
      .query("select 1 from epochs where epoch >= 2 limit 1")
      .catch(() => ({ rowCount: 0 }));
    if (begun.rowCount) return pool;
    await pool.end();
    return undefined;
  });
  const pid = await workerPid(home.path);
  if (pid === undefined) throw new Error("no worker runs");
  const trainers = await childrenOf(pid);
  expect(trainers.length).toBeGreaterThan(0);
  process.kill(pid, "SIGKILL");

  // Trainers follow their worker; a step in progress may hold one for a moment.
  await until(async () => (trainers.some(isAlive) ? undefined : true));
  const next = liesweep(["worker"], env);
  const { code, out } = await watching.finished;
  expect(code, out).toBe(0);

  const one = async (sql: string) => (await database.query(sql)).rows[0] as Record<string, number>;
  expect(
    await one(
      "select count(*)::int as trials, count(distinct number)::int as numbers, count(*) filter (where state = 'converged')::int as ended, max(attempt)::int as attempts from trials",
    ),
  ).toEqual({ trials: 6, numbers: 6, ended: 6, attempts: 2 });
  expect(
    await one(
      "select count(*)::int as epochs, count(distinct (trial_id, epoch))::int as different from epochs",
    ),
  ).toEqual({ epochs: 180, different: 180 });
  expect(
    await one("select count(*)::int as running from trials where state in ('queued', 'running')"),
  ).toEqual({ running: 0 });
  expect(
    await one("select count(*)::int as running from attempts where state = 'running'"),
  ).toEqual({ running: 0 });
  expect(await one("select count(*)::int as verdicts from verdicts")).toEqual({ verdicts: 1 });

  next.child.kill("SIGTERM");
  expect((await next.finished).code).toBe(0);
  await database.end();
});

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await sleep(100);
  }
  throw new Error("waited two minutes in vain");
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "pid=", "--ppid", String(pid)]);
  return stdout.split("\n").flatMap((line) => (line.trim() ? Number(line) : []));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
