import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { expect, it } from "vitest";
import { addresses } from "../../local/index.ts";
import { temporaryHome } from "../support/homes.ts";
import { liesweep, stackEnvironment } from "../support/program.ts";
import { until } from "../support/until.ts";

const SWEEP = `
sweep: drained
dataset: { name: two-body, trajectories: 100, law: full-angle, seed: 1 }
search: { basisCount: [1], regularization: [1], groupDimension: [2], seeds: 3 }
training: { epochs: 60, hiddenWidth: 64 }
selection: { classifierSteps: 300 }
limits: { packSize: 2, concurrentPacks: 1 } # a pack of three trials, one of which waits
`;

it("a worker that is stopped hands over at the border of an epoch: the next one trains none again", {
  timeout: 300_000,
}, async () => {
  await using home = await temporaryHome();
  const env = await stackEnvironment(home.path);
  const file = join(await mkdtemp(join(tmpdir(), "liesweep-files-")), "drained.yaml");
  await writeFile(file, SWEEP);
  expect((await liesweep(["up"], env).finished).code).toBe(0);
  expect((await liesweep(["submit", file], env).finished).code).toBe(0);
  const { databaseUrl } = await addresses({ ...process.env, ...env });
  const database = new pg.Pool({ connectionString: databaseUrl });
  try {
    const epochs = async () => {
      const { rows } = await database.query<{ last: number }>(
        "select coalesce(max(epoch), 0) as last from epochs",
      );
      return rows[0]!.last;
    };
    // Never due, so that the only checkpoint is that of the border.
    const rarely = ["worker", "--engine", "onnx", "--checkpoint-seconds", "3600"];
    const first = liesweep(rarely, env);
    await until("some epochs are on record", async () => (await epochs()) >= 5);
    first.child.kill("SIGTERM");
    const { code, out } = await first.finished;
    expect(code, out).toBe(0);
    const border = await epochs();
    expect(border).toBeLessThan(60);
    const { rows: attempts } = await database.query(
      "select state, failure_class, failure_message from attempts order by trial_id",
    );
    const message = "The worker was stopped, and left a checkpoint.";
    expect(attempts.slice(0, 2)).toEqual(
      Array(2).fill({
        ...{ state: "failed", failure_class: "interrupted", failure_message: message },
      }),
    );

    const next = liesweep(rarely, env);
    const shown = await liesweep(["submit", file, "--wait"], env).finished;
    expect(shown.code, shown.out).toBe(0);
    next.child.kill("SIGTERM");
    expect((await next.finished).code).toBe(0);
    const { rows: curves } = await database.query(
      `select t.number, e.attempt, min(e.epoch)::int as first, max(e.epoch)::int = t.last_epoch as is_whole
       from trials t join epochs e on e.trial_id = t.id where t.number < 2
       group by t.number, e.attempt, t.last_epoch order by 1, 2`,
    );
    expect(curves).toEqual(
      [0, 1].flatMap((number) => [
        { number, attempt: 1, first: 1, is_whole: false },
        { number, attempt: 2, first: border + 1, is_whole: true },
      ]),
    );
  } finally {
    await database.end();
    await liesweep(["down"], env).finished;
  }
});
