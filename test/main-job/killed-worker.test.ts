import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { expect, it } from "vitest";
import { addresses, workerPid } from "../../local/index.ts";
import { temporaryHome } from "../support/homes.ts";
import { liesweep, stackEnvironment } from "../support/program.ts";
import { until } from "../support/until.ts";

const sweepFile = (name: string) => `
sweep: ${name}
dataset: { name: two-body, trajectories: 200, law: full-angle, seed: 1 }
search: { basisCount: [1, 2], regularization: [1], groupDimension: [2], seeds: 3 }
training: { epochs: 40, hiddenWidth: 64 }
selection: { classifierSteps: 600 }
limits: { packSize: 2, concurrentPacks: 2 } # two packs of three trials, one of which waits
`;

it("a sweep whose worker is killed with -9 goes on with the next one, from its checkpoints to the same bits", {
  timeout: 300_000,
}, async () => {
  await using home = await temporaryHome();
  const env = await stackEnvironment(home.path);
  const folder = await mkdtemp(join(tmpdir(), "liesweep-files-"));
  for (const name of ["killed", "whole"])
    await writeFile(join(folder, `${name}.yaml`), sweepFile(name));
  const everyEpoch = ["--engine", "onnx", "--checkpoint-seconds", "0"];
  const watching = liesweep(["run", join(folder, "killed.yaml"), ...everyEpoch], env);

  const begun = async () => {
    const { databaseUrl } = await addresses({ ...process.env, ...env });
    if (databaseUrl === undefined) return undefined;
    const pool = new pg.Pool({ connectionString: databaseUrl });
    const epochs = await pool
      .query("select 1 from epochs where epoch >= 8 limit 1")
      .catch(() => ({ rowCount: 0 }));
    if (epochs.rowCount) return pool;
    await pool.end();
    return undefined;
  };
  const database = await until("it trains", begun, 120);
  const pid = await workerPid(home.path);
  if (pid === undefined) throw new Error("no worker runs");
  const trainers = await childrenOf(pid);
  expect(trainers.length).toBeGreaterThan(0);
  process.kill(pid, "SIGKILL");

  // Trainers follow their worker; a step in progress may hold one for a moment.
  await until("no trainer is left", () => !trainers.some(isAlive));
  const next = liesweep(["worker", ...everyEpoch], env);
  const { code, out } = await watching.finished;
  expect(code, out).toBe(0);

  const one = async (sql: string) => (await database.query(sql)).rows[0] as object;
  expect(
    await one(
      `select count(*)::int as trials, count(distinct number)::int as numbers,
              count(*) filter (where state in ('converged', 'settled'))::int as ended, max(attempt)::int as attempts
       from trials`,
    ),
  ).toEqual({ trials: 6, numbers: 6, ended: 6, attempts: 2 });
  // Every curve runs from 1 to its end without a gap, and one attempt's continues the other's.
  expect(
    await one(
      `select bool_and(n = last_epoch and lowest = 1 and highest = last_epoch) as whole, max(attempts)::int as attempts
       from (select t.last_epoch, count(*) as n, min(e.epoch) as lowest, max(e.epoch) as highest,
                    count(distinct e.attempt) as attempts
             from trials t join epochs e on e.trial_id = t.id group by t.id) curves`,
    ),
  ).toEqual({ whole: true, attempts: 2 });
  expect(
    await one("select count(*)::int as running from attempts where state = 'running'"),
  ).toEqual({ running: 0 });
  expect(await one("select count(*)::int as verdicts from verdicts")).toEqual({ verdicts: 1 });

  const whole = await liesweep(["submit", join(folder, "whole.yaml"), "--wait"], env).finished;
  expect(whole.code, whole.err).toBe(0);
  const learned = async (sweep: string) => {
    const { rows } = await database.query(
      `select t.number, g.ordinal, g.epoch, g.entries
       from generators g join trials t on t.id = g.trial_id where t.sweep_id = $1 order by 1, 2`,
      [sweep],
    );
    return rows;
  };
  expect(await learned("killed")).toEqual(await learned("whole"));

  next.child.kill("SIGTERM");
  expect((await next.finished).code).toBe(0);
  await database.end();
});

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
