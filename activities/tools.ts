import type { PackReport, TrainingJob, ValidityJob } from "../liegan/index.ts";
import type { SweepStore, WorkerFacts } from "../store/index.ts";
import type { DatasetSpec, TestedValidity } from "../sweep/index.ts";

/** What activities work with. They own none of it. */
export interface ActivityTools {
  readonly store: SweepStore;
  readonly worker: WorkerFacts;
  /** Trains in a process of its own. Breaking out of the loop, or the signal, ends the process. */
  train(dataset: DatasetSpec, job: TrainingJob, signal: AbortSignal): AsyncIterable<PackReport>;
  /** Tests in a process of its own, which the signal ends. */
  test(
    dataset: DatasetSpec,
    job: ValidityJob,
    signal: AbortSignal,
  ): Promise<readonly TestedValidity[]>;
}
