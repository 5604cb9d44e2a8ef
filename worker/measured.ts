import type { ActivityTools } from "../activities/index.ts";
import type { CheckpointStore } from "../checkpoints/index.ts";
import type { WorkerMetrics } from "./metrics.ts";

/** The same trainer, counted. What it says is passed on as it is. */
export const measuredTrainer = (
  { train, test }: Pick<ActivityTools, "train" | "test">,
  metrics: WorkerMetrics,
): Pick<ActivityTools, "train" | "test"> => ({
  train(dataset, job, signal) {
    const training = train(dataset, job, signal);
    return {
      drop: (trials) => training.drop(trials),
      stop: () => training.stop(),
      async *[Symbol.asyncIterator]() {
        using _slot = metrics.occupySlot("train");
        try {
          for await (const said of training) {
            metrics.epochs(said.report.reports.length);
            for (const { ending } of said.report.endings) metrics.ending(ending);
            yield said;
          }
        } catch (error) {
          if (!signal.aborted) metrics.failedTrainer("train", nameOf(error));
          throw error;
        }
      },
    };
  },
  async test(dataset, job, signal) {
    using _slot = metrics.occupySlot("test");
    const elapsed = stopwatch();
    try {
      const results = await test(dataset, job, signal);
      metrics.testedValidity(results.length, elapsed());
      return results;
    } catch (error) {
      if (!signal.aborted) metrics.failedTrainer("test", nameOf(error));
      throw error;
    }
  },
});

/** The same store, timed. What fails is not counted: the worker's log tells it. */
export const measuredCheckpoints = (
  store: CheckpointStore,
  metrics: WorkerMetrics,
): CheckpointStore => ({
  async write(key, bytes) {
    const elapsed = stopwatch();
    await store.write(key, bytes);
    metrics.movedCheckpoint("write", bytes.length, elapsed());
  },
  async read(key) {
    const elapsed = stopwatch();
    const bytes = await store.read(key);
    if (bytes) metrics.movedCheckpoint("read", bytes.length, elapsed());
    return bytes;
  },
  list: (prefix) => store.list(prefix),
  remove: (key) => store.remove(key),
});

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "Unknown");

/** Seconds since it was made. */
function stopwatch(): () => number {
  const started = performance.now();
  return () => (performance.now() - started) / 1000;
}
