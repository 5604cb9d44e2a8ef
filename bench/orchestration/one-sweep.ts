import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client, Connection } from "@temporalio/client";
import { defineSearchAttributeKey } from "@temporalio/common";
import { describeDataset, openDataset } from "../../datasets/index.ts";
import { migrateDatabase, openStore } from "../../store/index.ts";
import { packTrials, type SweepSpec } from "../../sweep/index.ts";
import { parseSweep } from "../../sweep/parse.ts";
import { SEARCH_ATTRIBUTES, sweepStart } from "../../workflows/index.ts";
import { memoryOf, processorSeconds } from "./processes.ts";

export interface Setting {
  /** `limits.packSize` of the sweep: trials that a pack trains at once. */
  readonly packSize: number;
  readonly workers: number;
  readonly trials: number;
}

export interface Outcome extends Setting {
  readonly packs: number;
  /** From the start of the workflow to the sweep's verdict. */
  readonly seconds: number;
  /** Of the histories of the sweep and of its packs. */
  readonly events: number;
  /** VmHWM of the worker that had most; workflows and their cache are in it. */
  readonly workerBytes: number;
}

export interface Servers {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
}

/** Runs one sweep of trials that do no work, by worker processes of its own, to its verdict. */
export async function oneSweep(name: string, setting: Setting, at: Servers): Promise<Outcome> {
  await migrateDatabase(at.databaseUrl);
  const store = await openStore(at.databaseUrl);
  const connection = await Connection.connect({ address: at.temporalAddress });
  const workers: ChildProcess[] = [];
  try {
    const client = new Client({ connection });
    await registerAttributes(connection);
    const spec = specOf(name, setting);
    await store.openSweep(spec, describeDataset(await openDataset(spec.dataset)));
    for (let i = 0; i < setting.workers; i++) workers.push(await startWorker(at));
    const { type, ...options } = sweepStart(spec);
    const began = performance.now();
    const handle = await client.workflow.start(type, {
      ...options,
      typedSearchAttributes: [{ key: SWEEP_ID, value: name }],
    });
    await handle.result();
    const seconds = (performance.now() - began) / 1000;
    const { trials } = await store.readProgress(spec.sweep);
    if (trials.collapsed !== setting.trials)
      throw new Error(`${trials.collapsed} of ${setting.trials} trials ended as they should`);
    const packs = packTrials(spec).length;
    return {
      ...setting,
      ...{ packs, seconds },
      events: await eventsOf(client, name, packs),
      workerBytes: Math.max(...workers.map(({ pid }) => memoryOf(pid))),
    };
  } finally {
    const ends = workers.map((worker) => endOf(worker));
    for (const worker of workers) worker.kill("SIGTERM");
    await Promise.all(ends);
    await connection.close();
    await store.close();
  }
}

/** How much of a core a worker uses that waits for work. */
export async function idleShare(at: Servers): Promise<number> {
  await migrateDatabase(at.databaseUrl);
  const worker = await startWorker(at);
  try {
    await sleep(SETTLE_MS);
    const before = processorSeconds(worker.pid);
    await sleep(IDLE_MS);
    return (processorSeconds(worker.pid) - before) / (IDLE_MS / 1000);
  } finally {
    const end = endOf(worker);
    worker.kill("SIGTERM");
    await end;
  }
}

/** After it the worker has done whatever it does at its start. */
const SETTLE_MS = 10_000;
const IDLE_MS = 30_000;

const specOf = (name: string, { trials, packSize }: Setting): SweepSpec =>
  parseSweep(
    name,
    `sweep: ${name}
dataset: { name: asymmetric, samples: 200, seed: 1 }
search: { basisCount: [1], regularization: [0.3, 1, 3, 10], groupDimension: [3], seeds: ${trials / 4} }
limits: { packSize: ${packSize}, concurrentPacks: ${PACKS_IN_FLIGHT} }`,
  );

async function startWorker({ databaseUrl, temporalAddress }: Servers): Promise<ChildProcess> {
  const file = fileURLToPath(new URL("worker.ts", import.meta.url));
  const words = [
    "--database",
    databaseUrl,
    "--temporal",
    temporalAddress,
    "--slots",
    String(SLOTS),
  ];
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), file, ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await Promise.race([
    once(createInterface(child.stdout), "line"),
    once(child, "exit").then(([code]) => {
      throw new Error(`a worker ended with code ${code} before it was ready`);
    }),
  ]);
  return child;
}

/** `limits.concurrentPacks`, whatever the number of workers. */
export const PACKS_IN_FLIGHT = 32;

const endOf = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
};

/** Packs that one worker has in hand at once. */
export const SLOTS = 8;

/** Visibility follows the histories after a moment, so that it is asked until it knows all. */
async function eventsOf(client: Client, name: string, packs: number): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    let [events, known] = [0, 0];
    for await (const { historyLength, status, type } of client.workflow.list({
      query: `SweepId = "${name}"`,
    })) {
      events += historyLength;
      if (status.name === "COMPLETED" && type === "packWorkflow") known++;
    }
    if (known === packs) return events;
    await sleep(200);
  }
  throw new Error(`the server does not list the ${packs} packs of ${name}`);
}

async function registerAttributes(connection: Connection): Promise<void> {
  const namespace = "default";
  await connection.operatorService
    .addSearchAttributes({ namespace, searchAttributes: SEARCH_ATTRIBUTES })
    .catch((error: { code?: number }) => {
      if (error.code !== ALREADY_EXISTS) throw error;
    });
}

const ALREADY_EXISTS = 6;

const SWEEP_ID = defineSearchAttributeKey("SweepId", "KEYWORD");
