import { hostname } from "node:os";
import { fileURLToPath } from "node:url";
import { NativeConnection, Worker } from "@temporalio/worker";
import { type ActivityTools, createActivities } from "../activities/index.ts";
import { openStore, type WorkerFacts } from "../store/index.ts";
import { tracingPlugins } from "../tracing/index.ts";
import { SWEEP_TASK_QUEUE, trainingQueue } from "../workflows/index.ts";
import { liesweepVersion } from "./version.ts";

export interface ServeOptions {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  /** Label of this worker: it trains for sweeps that ask for it, and for no others. */
  readonly queue?: string;
  /** Packs trained at once. */
  readonly slots: number;
  /** What trains, for the rows of its attempts; `detail` has the versions of its libraries. */
  readonly engine: Pick<WorkerFacts, "engine" | "backend"> & { readonly detail: string };
  readonly tools: Pick<ActivityTools, "train" | "test" | "checkpoints">;
  /** How long what is in training may take to come to a border, once this worker is to stop. */
  readonly drainMs: number;
}

export interface RunningWorker {
  /** Settles when the worker has stopped; rejects when it broke. */
  readonly stopped: Promise<void>;
  /** Asks it to stop: packs in flight come to a border, leave a checkpoint and go back to the server. */
  stop(): void;
}

/**
 * Everything of a worker but what trains: its connections, its two queues, and the activities on them.
 *
 * @throws UnreachableDatabaseError and connection errors when the stack is not there
 */
export async function serve(options: ServeOptions): Promise<RunningWorker> {
  const { engine, slots, tools } = options;
  const store = await openStore(options.databaseUrl);
  const connection = await NativeConnection.connect({ address: options.temporalAddress });
  const identity = `${hostname()}:${process.pid}`;
  const { detail, ...choice } = engine;
  const versions = `liesweep ${liesweepVersion()}, ${detail}, node ${process.version}`;
  const drain = new AbortController();
  const activities = createActivities({
    store,
    draining: drain.signal,
    worker: { worker: identity, ...choice, versions },
    ...tools,
  });
  const shared = { connection, activities, identity, plugins: tracingPlugins() };
  const deciding = await Worker.create({
    ...shared,
    taskQueue: SWEEP_TASK_QUEUE,
    workflowsPath: fileURLToPath(new URL("../workflows/index.ts", import.meta.url)),
    shutdownGraceTime: "1 second",
  });
  const training = await Worker.create({
    ...shared,
    taskQueue: trainingQueue(options.queue),
    identity: `${identity} slots=${slots} ${choice.engine}:${choice.backend}`,
    maxConcurrentActivityTaskExecutions: slots,
    maxHeartbeatThrottleInterval: "1 second",
    shutdownGraceTime: options.drainMs,
  });
  const workers = [deciding, training];
  const stop = () => {
    drain.abort();
    for (const worker of workers) if (worker.getState() === "RUNNING") worker.shutdown();
  };
  return { stopped: runAll(workers, stop).finally(close), stop };

  async function close() {
    await connection.close();
    await store.close();
  }
}

/** Runs both; if one breaks the other stops too, and the first error is told. */
async function runAll(workers: readonly Worker[], stop: () => void): Promise<void> {
  const runs = workers.map((worker) =>
    worker.run().catch((error: unknown) => {
      stop();
      throw error;
    }),
  );
  await Promise.allSettled(runs);
  await Promise.all(runs);
}
