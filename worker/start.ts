import { availableParallelism, hostname } from "node:os";
import { fileURLToPath } from "node:url";
import { DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";
import { createActivities } from "../activities/index.ts";
import { openCheckpoints } from "../checkpoints/index.ts";
import { openStore } from "../store/index.ts";
import { SWEEP_TASK_QUEUE, TRAINING_TASK_QUEUE } from "../workflows/index.ts";
import { type BackendReport, checkBackend } from "./backends.ts";
import { chooseBackend } from "./calibrate.ts";
import { cardLimits } from "./card.ts";
import { packCheckpoints } from "./checkpoints.ts";
import type { EngineChoice } from "./messages.ts";
import { createTrainer } from "./tools.ts";
import { liesweepVersion } from "./version.ts";

export interface WorkerOptions {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  /** Packs trained at once, one single-thread process each; one per core when absent. */
  readonly slots?: number;
  /** Together with `backend`; where both are absent, the fastest of this machine. */
  readonly engine?: EngineChoice["engine"];
  readonly backend?: string;
  /** The file that remembers which one that is. */
  readonly calibration: string;
  /** Where checkpoints lie: a path, `file:///folder` or `s3://bucket/prefix?endpoint=…`. */
  readonly checkpoints: string;
  /** Least time between two checkpoints of a pack; a minute when absent. */
  readonly checkpointEveryMs?: number;
}

export interface RunningWorker {
  /** Settles when the worker has stopped; rejects when it broke. */
  readonly stopped: Promise<void>;
  /** Asks it to stop: packs in flight are handed back to the server. */
  stop(): void;
}

/** The engine does not load here, so nothing could be trained. */
class NoEngineError extends Error {
  override readonly name = "NoEngineError";
}

/**
 * One Temporal worker process: it decides (workflows, short activities) and it trains (one trainer
 * process a slot). Workflows and slots poll different queues, so that a full machine still decides.
 *
 * @throws {@link NoEngineError} when the chosen engine does not load; UnreachableDatabaseError and
 * connection errors when the stack is not there
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  quiet();
  const report = await backendOf(options);
  const { loads, detail, ...choice } = report;
  if (!loads) throw new NoEngineError(detail);
  const slots = options.slots ?? availableParallelism();
  const card = await cardLimits(report, slots);
  const store = await openStore(options.databaseUrl);
  const connection = await NativeConnection.connect({ address: options.temporalAddress });
  const identity = `${hostname()}:${process.pid}`;
  const versions = `liesweep ${liesweepVersion()}, ${detail}, node ${process.version}`;
  const activities = createActivities({
    store,
    worker: { worker: identity, ...choice, versions },
    checkpoints: packCheckpoints(
      openCheckpoints(options.checkpoints),
      { ...choice, version: detail },
      (line) => console.warn(line),
    ),
    ...createTrainer(choice, options.checkpointEveryMs ?? 60_000, card),
  });
  const shared = { connection, activities, identity };
  const deciding = await Worker.create({
    ...shared,
    taskQueue: SWEEP_TASK_QUEUE,
    workflowsPath: fileURLToPath(new URL("../workflows/index.ts", import.meta.url)),
    shutdownGraceTime: "1 second",
  });
  const training = await Worker.create({
    ...shared,
    taskQueue: TRAINING_TASK_QUEUE,
    maxConcurrentActivityTaskExecutions: slots,
    maxHeartbeatThrottleInterval: "1 second",
    shutdownGraceTime: "1 second",
  });
  const workers = [deciding, training];
  const stop = () => {
    for (const worker of workers) if (worker.getState() === "RUNNING") worker.shutdown();
  };
  return { stopped: runAll(workers, stop).finally(close), stop };

  async function close() {
    await connection.close();
    await store.close();
  }
}

async function backendOf(options: WorkerOptions): Promise<BackendReport> {
  const { engine, backend, calibration, slots = availableParallelism() } = options;
  return engine === undefined && backend === undefined
    ? chooseBackend(calibration, slots)
    : checkBackend({ engine: engine ?? "onnx", backend: backend ?? "cpu" });
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

let isQuiet = false;

/** One line per pack and a 200-character token in each is the default; warnings are enough. Once a process, before any connection. */
function quiet(): void {
  if (!isQuiet) Runtime.install({ logger: new DefaultLogger("WARN") });
  isQuiet = true;
}
