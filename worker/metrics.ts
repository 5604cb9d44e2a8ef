import type { MetricMeter } from "@temporalio/common";
import type { Ending } from "../sweep/index.ts";
import type { CardMemory } from "./card.ts";
import type { EngineChoice } from "./messages.ts";

/** What a slot is used for. */
export type SlotWork = "train" | "test";

/** What a worker counts for whoever scrapes it. Names, labels and units: docs/metrics.md. */
export interface WorkerMetrics {
  /** A trainer process begins; disposing says that it has ended. */
  occupySlot(work: SlotWork): Disposable;
  epochs(count: number): void;
  ending(ending: Ending): void;
  /** @param seconds - from the question to the answer, the trainer's start among them */
  testedValidity(tests: number, seconds: number): void;
  /** @param error - name of the class, of which there are a handful */
  failedTrainer(work: SlotWork, error: string): void;
  movedCheckpoint(operation: "write" | "read", bytes: number, seconds: number): void;
  deviceMemory(memory: CardMemory): void;
}

/**
 * Metrics on the meter of the Temporal SDK, so that one endpoint serves both. The meter does nothing
 * where no endpoint was asked for. Suffixes such as `_total` and `_seconds` come from its exporter.
 *
 * Counters begin at 0 rather than with their first event: a rate needs two points.
 */
export function workerMetrics(
  meter: MetricMeter,
  {
    slots,
    version,
    ...choice
  }: EngineChoice & { readonly slots: number; readonly version: string },
): WorkerMetrics {
  meter
    .createGauge("liesweep_worker_info", "int", undefined, "Always 1; what this worker is.")
    .set(1, { ...choice, version });
  meter.createGauge("liesweep_slots", "int", undefined, "Packs trained at once.").set(slots);
  const busy = meter.createGauge(
    "liesweep_slots_busy",
    "int",
    undefined,
    "Slots with a trainer process, by what it does.",
  );
  const epochs = meter.createCounter(
    "liesweep_epochs",
    undefined,
    "Epochs trained, of each trial its own.",
  );
  const endings = meter.createCounter(
    "liesweep_trial_endings",
    undefined,
    "Trials that ended in training, by how.",
  );
  const tests = meter.createCounter(
    "liesweep_validity_tests",
    undefined,
    "Validity tests answered.",
  );
  const batch = meter.createHistogram(
    "liesweep_validity_batch",
    "float",
    "seconds",
    "One batch of validity tests, its process's start among them.",
  );
  const failures = meter.createCounter(
    "liesweep_trainer_failures",
    undefined,
    "Trainer processes that broke, by work and class of error.",
  );
  const checkpoint = meter.createHistogram(
    "liesweep_checkpoint",
    "float",
    "seconds",
    "Writing or reading one checkpoint.",
  );
  const checkpointBytes = meter.createCounter(
    "liesweep_checkpoint_bytes",
    undefined,
    "Bytes of checkpoints written or read.",
  );
  const memory = meter.createGauge(
    "liesweep_device_memory_bytes",
    "int",
    undefined,
    "Of the card, whoever uses it: total and free.",
  );

  const running: Record<SlotWork, number> = { train: 0, test: 0 };
  const occupy = (work: SlotWork, by: 1 | -1) => {
    running[work] += by;
    busy.set(running[work], { work });
  };
  for (const work of ["train", "test"] as const) busy.set(0, { work });
  for (const ending of ENDINGS) endings.add(0, { ending });
  for (const operation of ["write", "read"]) checkpointBytes.add(0, { operation });
  epochs.add(0);
  tests.add(0);

  return {
    occupySlot(work) {
      occupy(work, 1);
      return { [Symbol.dispose]: () => occupy(work, -1) };
    },
    epochs: (count) => epochs.add(count),
    ending: (ending) => endings.add(1, { ending }),
    testedValidity(count, seconds) {
      tests.add(count);
      batch.record(seconds);
    },
    failedTrainer: (work, error) => failures.add(1, { work, error }),
    movedCheckpoint(operation, bytes, seconds) {
      checkpoint.record(seconds, { operation });
      checkpointBytes.add(bytes, { operation });
    },
    deviceMemory({ totalBytes, freeBytes }) {
      memory.set(totalBytes, { kind: "total" });
      memory.set(freeBytes, { kind: "free" });
    },
  };
}

const ENDINGS: readonly Ending[] = ["converged", "settled", "detected", "collapsed", "diverged"];

/**
 * Upper ends of the histograms' buckets, in seconds: the exporter's own are for the milliseconds of
 * remote calls. A checkpoint takes 10 ms in a folder and seconds on a slow S3, a batch of tests
 * a few seconds at least.
 */
export const HISTOGRAM_BUCKETS = {
  liesweep_checkpoint: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
  liesweep_validity_batch: [1, 3, 10, 30, 100, 300, 1000],
};
