import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkerOptions,
} from "@temporalio/worker";
import { type ActivityTools, createActivities } from "../../activities/index.ts";
import type { PackReport, TrainingJob } from "../../liegan/index.ts";
import type { SweepStore } from "../../store/index.ts";
import { SWEEP_TASK_QUEUE, trainingQueue } from "../../workflows/index.ts";
import { exactClassifier, planted } from "../selection/planted.ts";
import { generators, report, worker } from "../store/samples.ts";

/** A circle. */
export const circle = planted(
  [{ dim: 2, data: Float64Array.of(0, -1, 1, 0) }],
  Float64Array.of(1, 0, 0, 1),
  { groupDimension: [2] },
);
const classifier = exactClassifier(circle);

/**
 * Trainers that learn the turn of {@link circle} in as many epochs as the test lets them: everything
 * about a sweep is real but the mathematics. Held, they go on reporting epochs and end no trial.
 */
export class MadeUpTrainers {
  isHeld = false;
  /** While it is so no batch of tests is answered. */
  areTestsHeld = false;
  /** Batches of tests begun. */
  batches = 0;
  /** Thrown where one of these trials is to be trained. */
  readonly broken = new Map<number, Error>();
  /** Trials that cannot be trained, and why. */
  readonly refused = new Map<number, string>();
  /** What every training was asked, in the order in which they began. */
  readonly jobs: TrainingJob[] = [];
  inTraining = 0;

  tools(): Pick<ActivityTools, "train" | "test"> {
    return {
      train: (_, job, signal) => {
        const dropped = new Set<number>();
        return {
          drop: (trials) => {
            for (const trial of trials) dropped.add(trial);
          },
          stop: () => undefined,
          [Symbol.asyncIterator]: () => this.#train(job, dropped, signal),
        };
      },
      test: async (_, { tests, directions }, signal) => {
        this.batches++;
        while (this.areTestsHeld) await sleep(20, undefined, { signal });
        return tests.map((test) => ({
          ...test,
          crossEntropy: classifier(
            test.directions.map((number) => directions.find((it) => it.number === number)!),
            test,
          ),
        }));
      },
    };
  }

  async *#train(
    job: TrainingJob,
    dropped: ReadonlySet<number>,
    signal: AbortSignal,
  ): AsyncGenerator<{ readonly report: PackReport }> {
    this.jobs.push(job);
    this.inTraining++;
    try {
      const asked = job.trials.map(({ number }) => number);
      const numbers = asked.filter((number) => !this.refused.has(number));
      const refusals = [...this.refused].flatMap(([trial, message]) =>
        asked.includes(trial) ? { trial, message } : [],
      );
      if (refusals.length > 0)
        yield { report: { reports: [], generators: [], endings: [], refusals } };
      for (const number of numbers) {
        const error = this.broken.get(number);
        if (error) throw error;
      }
      for (let epoch = 1; ; epoch++) {
        const isLast = !this.isHeld && epoch > 1;
        const live = numbers.filter((number) => !dropped.has(number));
        if (live.length === 0) return;
        yield {
          report: {
            reports: live.map((trial) => report(trial, epoch)),
            generators: live.map((trial) => generators(trial, epoch, 0.5)),
            endings: isLast ? live.map((trial) => ({ trial, epoch, ending: "converged" })) : [],
          },
        };
        if (isLast) return;
        await sleep(20, undefined, { signal });
      }
    } finally {
      this.inTraining--;
    }
  }
}

export interface MadeUpWorker extends AsyncDisposable {
  /** Stops what trains, as a machine that is drained does, and starts another. */
  replaceTraining(): Promise<void>;
}

interface Training {
  /** Label of what trains. */
  readonly queue?: string;
  /** Packs and batches of tests at once. */
  readonly slots?: number;
}

/** A worker for everything, on made-up trainers; the caller disposes of it before the store and the server. */
export async function startMadeUpWorker(
  address: string,
  store: SweepStore,
  trainers: MadeUpTrainers,
  training: Training = {},
): Promise<MadeUpWorker> {
  const activities = createActivities({
    ...{ store, worker, checkpoints: NO_CHECKPOINTS, draining: NEVER },
    ...trainers.tools(),
  });
  return startWorkers(address, activities, training);
}

/** There is one runtime a process, which workers that come and go share. */
let isQuiet = false;

function beQuiet(): void {
  if (!isQuiet) Runtime.install({ logger: new DefaultLogger("ERROR") });
  isQuiet = true;
}

/** A worker a queue, both with these activities and ours the workflows. */
export async function startWorkers(
  address: string,
  activities: object,
  { queue, slots = 100 }: Training = {},
): Promise<MadeUpWorker> {
  beQuiet();
  const connection = await NativeConnection.connect({ address });
  const shared = { connection, activities };
  const running = async (options: WorkerOptions) => {
    const it = await Worker.create(options);
    const run = it.run();
    return async () => {
      it.shutdown();
      await run;
    };
  };
  const startTraining = () =>
    running({
      ...shared,
      taskQueue: trainingQueue(queue),
      maxConcurrentActivityTaskExecutions: slots,
      maxHeartbeatThrottleInterval: "100 ms",
    });
  const stopDeciding = await running({
    ...shared,
    taskQueue: SWEEP_TASK_QUEUE,
    workflowsPath: fileURLToPath(new URL("../../workflows/index.ts", import.meta.url)),
  });
  let stopTraining = await startTraining();
  return {
    async replaceTraining() {
      await stopTraining();
      stopTraining = await startTraining();
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([stopDeciding(), stopTraining()]);
      await connection.close();
    },
  };
}

/** Drained workers here are stopped as those whose packs come to no border in time. */
const NEVER = new AbortController().signal;

const NO_CHECKPOINTS: ActivityTools["checkpoints"] = {
  load: () => Promise.resolve(undefined),
  save: () => Promise.resolve(),
  clear: () => Promise.resolve(),
};
