import { setTimeout as sleep } from "node:timers/promises";
import { Client, Connection } from "@temporalio/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeDataset, openDataset } from "../../datasets/index.ts";
import { openStore, type SweepStore } from "../../store/index.ts";
import { type LimitsSpec, type SweepId, sweepId } from "../../sweep/index.ts";
import { sweepStart } from "../../workflows/index.ts";
import { liesweep } from "../cli/captured-terminal.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { circle, MadeUpTrainers, startMadeUpWorker } from "../support/made-up-workers.ts";
import { TemporalServer } from "../support/temporal-server.ts";
import { until } from "../support/until.ts";

let database: TestDatabase;
let store: SweepStore;
let server: TemporalServer;
let connection: Connection;
let client: Client;

beforeAll(async () => {
  database = await freshDatabase();
  store = await openStore(database.url);
  server = await TemporalServer.start();
  connection = await Connection.connect({ address: server.address });
  client = new Client({ connection });
  const env = {
    LIESWEEP_HOME: "/nonexistent",
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: server.address,
  };
  await liesweep(env, "cancel", "nobody"); // registers the search attributes
}, 180_000);
afterAll(async () => {
  await Promise.all([store.close(), connection.close()]);
  await server[Symbol.asyncDispose]();
  await database.drop();
});

/** A sweep, begun, whose packs have a trial each. */
async function begin(
  name: string,
  seeds: number,
  regularization: number,
  limits: Partial<LimitsSpec> = {},
): Promise<SweepId> {
  const spec = {
    ...circle.spec,
    sweep: sweepId(name),
    search: { ...circle.spec.search, seeds, regularization: [regularization] },
    limits: { packSize: 1, concurrentPacks: 100, ...limits },
  };
  const { sha256 } = describeDataset(await openDataset(circle.spec.dataset));
  await store.openSweep(spec, { ...circle.dataset, sha256 });
  const { type, ...options } = sweepStart(spec);
  await client.workflow.start(type, options);
  return spec.sweep;
}

const packsOf = async (sweep: SweepId): Promise<number> => {
  const { count } = await client.workflow.count(
    `SweepId = "${sweep}" and WorkflowType = "packWorkflow"`,
  );
  return count;
};

it("a small sweep is served in turn with a giant one whose packs have waited longer", async () => {
  const trainers = new MadeUpTrainers();
  trainers.isHeld = true;
  await using _worker = await startMadeUpWorker(server.address, store, trainers, { slots: 1 });
  const giant = await begin("giant", 40, 1);
  await until("its packs wait", async () => (await packsOf(giant)) === 40);
  await until("one trains", () => trainers.inTraining === 1);
  const small = await begin("small", 4, 2);
  await until("those of the small one wait, too", async () => (await packsOf(small)) === 4);
  await sleep(500);
  trainers.isHeld = false;
  await client.workflow.getHandle(small).result();
  const order = trainers.jobs.map(({ trials }) => (trials[0]!.regularization === 2 ? "s" : "g"));
  // One or two of the giant were on their way to the slot.
  expect(order.lastIndexOf("s"), order.join("")).toBeLessThan(14);
  await client.workflow.getHandle(giant).result();
  expect(trainers.jobs.length).toBe(44);
}, 120_000);

it("workers of a label train for sweeps that ask for it, and for no others", async () => {
  const [plain, labelled] = [new MadeUpTrainers(), new MadeUpTrainers()];
  await using _plain = await startMadeUpWorker(server.address, store, plain);
  const sweep = await begin("on-gpu", 3, 1, { queue: "gpu" });
  await until("its packs wait", async () => (await packsOf(sweep)) === 3);
  await sleep(300); // in which a plain worker would train
  expect(plain.jobs).toEqual([]);
  {
    await using _labelled = await startMadeUpWorker(server.address, store, labelled, {
      queue: "gpu",
    });
    const { status } = (await client.workflow.getHandle(sweep).result()) as { status: string };
    expect(status).toBe("found"); // with tests, which had to be answered too
    const other = await begin("anywhere", 3, 1);
    await client.workflow.getHandle(other).result();
  }
  expect([plain.jobs.length, labelled.jobs.length]).toEqual([3, 3]);
}, 120_000);
