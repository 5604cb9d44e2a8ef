import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { watchSweep } from "../../cli/watching.ts";
import { openStore } from "../../store/index.ts";
import { sweepId } from "../../sweep/index.ts";
import { freshDatabase } from "../support/database.ts";
import { MadeUpTrainers, startMadeUpWorker } from "../support/made-up-workers.ts";
import { TemporalServer } from "../support/temporal-server.ts";
import { until } from "../support/until.ts";
import { capturedTerminal, liesweep } from "./captured-terminal.ts";

const FAST = { lookMs: 50, idleMs: 600_000, workflowMs: 500 };

it("watch and submit --wait outlast a Temporal server that is killed with -9 and started again", {
  timeout: 240_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "liesweep-outage-"));
  const database = await freshDatabase();
  const store = await openStore(database.url);
  const trainers = new MadeUpTrainers();
  trainers.isHeld = true;
  const server = await TemporalServer.start("--db-filename", join(folder, "temporal.db"));
  const env = {
    LIESWEEP_HOME: folder,
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: server.address,
  };
  const file = join(folder, "outlast.yaml");
  await writeFile(
    file,
    `sweep: outlast
dataset: { name: broken-circle, samples: 200, seed: 1, strength: 0 }
search: { basisCount: [1], regularization: [1], groupDimension: [2], seeds: 3 }`,
  );
  await liesweep(env, "cancel", "nobody"); // registers the search attributes
  const worker = await startMadeUpWorker(server.address, store, trainers);

  const waiting = liesweep(env, "submit", file, "--wait");
  await until("it trains", () => trainers.inTraining === 1);
  const terminal = capturedTerminal(env);
  const watching = watchSweep(terminal, sweepId("outlast"), "text", FAST);

  await server.kill();
  await until("the watcher has noticed", () => terminal.err().includes("Temporal does not answer"));
  await server.start();
  trainers.isHeld = false;

  const [waited, watched] = await Promise.all([waiting, watching]);
  // What was made up leaves the question open, which is a verdict too.
  expect({ watched, ...waited }).toMatchObject({ watched: 3, code: 3 });
  expect(waited.out).toMatch(/^outlast: inconclusive/);
  expect(terminal.out()).toBe(waited.out);
  const { state, trials } = await store.readProgress(sweepId("outlast"));
  expect({ state, ...trials }).toMatchObject({ state: "complete", converged: 3, failed: 0 });

  await worker[Symbol.asyncDispose]();
  await Promise.all([store.close(), server[Symbol.asyncDispose]()]);
  await database.drop();
  await rm(folder, { recursive: true });
});
