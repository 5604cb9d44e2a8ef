import type { AskedData } from "../datasets/index.ts";
import type { PackReport, PackSnapshot, TrainingJob, ValidityJob } from "../liegan/index.ts";
import type { SweepRecord, SweepStore, WorkerFacts } from "../store/index.ts";
import type { Pack, TestedValidity } from "../sweep/index.ts";

/** What activities work with. They own none of it. */
export interface ActivityTools {
  readonly store: SweepStore;
  readonly worker: WorkerFacts;
  readonly checkpoints: PackCheckpoints;
  /** Aborted when this worker is to stop: what is in training goes no further than the border of its run. */
  readonly draining: AbortSignal;
  /** Trains in a process of its own. Breaking out of the loop, or the signal, ends the process. */
  train(dataset: AskedData, job: TrainingJob, signal: AbortSignal): Training;
  /** Tests in a process of its own, which the signal ends. */
  test(
    dataset: AskedData,
    job: ValidityJob,
    signal: AbortSignal,
  ): Promise<readonly TestedValidity[]>;
}

/** A pack in training. */
export interface Training extends AsyncIterable<SaidOfRun> {
  /** Trials that nobody wants any more leave at the border of the run, or never begin. */
  drop(trials: readonly number[]): void;
  /** Nothing is trained beyond the border of the run; its report is the last. */
  stop(): void;
}

export interface SaidOfRun {
  readonly report: PackReport;
  readonly snapshot?: PackSnapshot;
  /** The training was stopped here, with a snapshot to go on from. */
  readonly isStopped?: true;
}

/** Where packs are kept while they train. Losing them costs time, never a result. */
export interface PackCheckpoints {
  /** The newest that this worker can go on from to the same bits; nothing where there is none. */
  load(pack: Pack, sweep: SweepRecord): Promise<PackSnapshot | undefined>;
  save(pack: Pack, sweep: SweepRecord, snapshot: PackSnapshot): Promise<void>;
  /** The pack has ended, and nobody else has taken it up. */
  clear(pack: Pack): Promise<void>;
}
