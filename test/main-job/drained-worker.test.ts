import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { expect, it } from "vitest";
import { addresses } from "../../local/index.ts";
import { temporaryHome } from "../support/homes.ts";
import { liesweep, stackEnvironment } from "../support/program.ts";
import { s3Program, startS3 } from "../support/s3-server.ts";
import { until } from "../support/until.ts";

const SWEEP = `
sweep: drained
dataset: { name: two-body, trajectories: 100, law: full-angle, seed: 1 }
search: { basisCount: [1], regularization: [1], groupDimension: [2], seeds: 3 }
training: { epochs: 60, hiddenWidth: 64 }
selection: { classifierSteps: 300 }
limits: { packSize: 2, concurrentPacks: 1 } # a pack of three trials, one of which waits
`;

/** Where workers of several machines find checkpoints: in S3 where its server is set up, else in a folder that they share. */
async function sharedPlace(folder: string) {
  const program = await s3Program();
  if (program === undefined)
    return { checkpoints: join(folder, "shared"), credentials: {}, stop: () => undefined };
  const { at, credentials, stop } = await startS3(program, 1000);
  return { checkpoints: at("sweeps"), credentials, stop };
}

it("a worker that is stopped hands over at the border of an epoch: one of another machine trains none again", {
  timeout: 300_000,
}, async () => {
  await using home = await temporaryHome();
  await using machine = await temporaryHome();
  await using other = await temporaryHome();
  const env = await stackEnvironment(home.path);
  const place = await sharedPlace(home.path);
  const file = join(await mkdtemp(join(tmpdir(), "liesweep-files-")), "drained.yaml");
  await writeFile(file, SWEEP);
  expect((await liesweep(["up"], env).finished).code).toBe(0);
  expect((await liesweep(["submit", file], env).finished).code).toBe(0);
  const { databaseUrl, temporalAddress } = await addresses({ ...process.env, ...env });
  /** A worker whose home is its own: all it knows of the others is what the environment names. */
  const workerOf = ({ path }: { readonly path: string }) =>
    liesweep(
      // Never due, so that the only checkpoint is that of the border.
      [
        ...["worker", "--engine", "onnx", "--checkpoint-seconds", "3600"],
        ...["--checkpoints", place.checkpoints],
      ],
      {
        ...{ ...place.credentials, LIESWEEP_HOME: path },
        ...{ DATABASE_URL: databaseUrl ?? "", TEMPORAL_ADDRESS: temporalAddress ?? "" },
      },
    );
  const database = new pg.Pool({ connectionString: databaseUrl });
  try {
    const epochs = async () => {
      const { rows } = await database.query<{ last: number }>(
        "select coalesce(max(epoch), 0) as last from epochs",
      );
      return rows[0]!.last;
    };
    const first = workerOf(machine);
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

    const next = workerOf(other);
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
    await place.stop();
  }
});
