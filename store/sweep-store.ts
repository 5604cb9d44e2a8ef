import type {
  ChangeRequest,
  DatasetFacts,
  Direction,
  EpochReport,
  Failure,
  FailureClass,
  FailureCount,
  SweepChange,
  SweepId,
  SweepSpec,
  TestedValidity,
  Trial,
  TrialEnding,
  TrialGenerators,
  ValidityTest,
  Verdict,
} from "../sweep/index.ts";

/**
 * Every fact of every sweep. Writes are keyed and fenced: repeating one, or a dead attempt's late one,
 * changes nothing. A write that names a sweep, trial or direction never recorded throws `UnknownRowError`.
 */
export interface SweepStore {
  /** Records a new sweep and its data set, or finds the one of that name. Never alters an existing one. */
  openSweep(spec: SweepSpec, dataset: DatasetFacts): Promise<OpenedSweep>;
  readSweep(sweep: SweepId): Promise<SweepRecord | undefined>;
  /** Newest first. */
  listSweeps(): Promise<readonly SweepSummary[]>;
  /**
   * "running" when work starts, a final state when it ends. A final state also ends every trial and
   * attempt still open, as cancelled if the sweep is and as failed otherwise. It is final: a later call
   * changes nothing, and the sweep takes no more trials and gives out no more claims, until it is
   * extended or retried.
   *
   * @param changes - of which the caller knows; if there are more, the sweep does not end
   * @param reason - what stopped it, if it failed
   */
  setSweepState(
    sweep: SweepId,
    state: SweepState,
    changes?: number,
    reason?: string,
  ): Promise<void>;
  /**
   * Makes change `number`, once, and returns it as it was made. Trials that join are added, those that
   * failed wait again, and a sweep that had ended runs once more.
   *
   * @throws {RefusedChangeError} if the sweep's rows do not allow it, or another change has that number;
   *   nothing is changed then
   */
  changeSweep(sweep: SweepId, number: number, request: ChangeRequest): Promise<SweepChange>;

  /** Adds what is missing of the plan; trials already there are left alone. */
  addTrials(sweep: SweepId, trials: readonly Trial[]): Promise<void>;
  /**
   * Takes trials for a new attempt, which from now on is the only one that may write to them.
   * Trials already ended are left out of the claim. Rows of earlier attempts are removed past the
   * epoch that this attempt goes on from: `fromEpochs` has it by the trial's number, and it is 0 for
   * those that are not there.
   */
  claimTrials(
    sweep: SweepId,
    numbers: readonly number[],
    worker: WorkerFacts,
    fromEpochs?: ReadonlyMap<number, number>,
  ): Promise<Claim>;
  /**
   * What one run of a pack has to say, all of it or nothing: the three that follow, in one transaction.
   * Returns the trials that this claim may no longer write.
   */
  saveRun(claim: Claim, run: PackRun): Promise<readonly number[]>;
  /** One epoch of a whole pack, in one statement. Returns the trials that this claim may no longer write. */
  saveReports(claim: Claim, reports: readonly EpochReport[]): Promise<readonly number[]>;
  /** The latest generators of each trial replace the ones before; those of an earlier epoch do not. */
  saveGenerators(claim: Claim, generators: readonly TrialGenerators[]): Promise<void>;
  /** Ends trials, and their attempts as complete. Returns the trials that this claim may no longer end. */
  endTrials(claim: Claim, endings: readonly TrialEnding[]): Promise<readonly number[]>;
  /** The attempt is over for every trial of the claim that has not ended: they wait for the next one, or are failed or cancelled. */
  releaseTrials(claim: Claim, outcome: Release): Promise<void>;
  /** Which trials of a claim are still its own; asked where a write was refused. */
  readHold(claim: Claim): Promise<Hold>;
  readTrials(sweep: SweepId): Promise<readonly TrialRecord[]>;
  readProgress(sweep: SweepId): Promise<Progress>;
  /** By n, K and epoch; empty before the first epoch. */
  readCurves(sweep: SweepId): Promise<readonly CurveBand[]>;
  /** What trained the latest attempts, the most trials first. */
  readEngines(sweep: SweepId): Promise<readonly EngineShare[]>;
  /** How often attempts at one of these trials ended so: at the one where they did most often. */
  countFailures(
    sweep: SweepId,
    numbers: readonly number[],
    failureClass: FailureClass,
  ): Promise<number>;
  /** What ended attempts before their trials had an ending, the class that cost the most trials first. */
  readFailures(sweep: SweepId): Promise<readonly FailureCount[]>;

  addDirections(sweep: SweepId, directions: readonly Direction[]): Promise<void>;
  addTests(sweep: SweepId, tests: readonly ValidityTest[]): Promise<void>;
  /** The first answer to a test stands. */
  saveTestResults(sweep: SweepId, results: readonly TestedValidity[]): Promise<void>;
  readEvidence(sweep: SweepId): Promise<EvidenceRecord>;

  /** Writes verdict number n + 1 after the n there are, and the standing of every direction. Writing an equal one again changes nothing. */
  saveVerdict(sweep: SweepId, verdict: Verdict): Promise<void>;
  /** The latest, its directions in the order of their numbers. */
  readVerdict(sweep: SweepId): Promise<Verdict | undefined>;

  close(): Promise<void>;
}

export type SweepState = "planned" | "running" | "complete" | "cancelled" | "failed";

export type OpenedSweep =
  | { readonly kind: "opened" }
  /** The same question on the same data was asked before. */
  | { readonly kind: "attached"; readonly state: SweepState }
  /** Another question has that name. */
  | { readonly kind: "differs"; readonly spec: SweepSpec; readonly dataset: DatasetFacts };

export interface SweepRecord {
  readonly id: SweepId;
  readonly state: SweepState;
  /** The question with everything that has joined its axes since. */
  readonly spec: SweepSpec;
  /** The question as it was asked at first. */
  readonly asked: SweepSpec;
  /** In the order in which they were made. */
  readonly changes: readonly SweepChange[];
  /** Of the spec as asked, with sorted keys, in hexadecimal: equal questions have equal ones. */
  readonly specSha256: string;
  readonly dataset: DatasetFacts;
  readonly createdAt: Date;
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
  /** What stopped it, if it failed. */
  readonly reason: string | undefined;
}

export interface SweepSummary {
  readonly id: SweepId;
  readonly state: SweepState;
  readonly isPaused: boolean;
  readonly dataset: string;
  readonly trials: number;
  readonly ended: number;
  readonly createdAt: Date;
  readonly finishedAt: Date | undefined;
  /** What stopped it, if it failed. */
  readonly reason: string | undefined;
  readonly verdict:
    | { readonly status: Verdict["status"]; readonly name: string | undefined }
    | undefined;
}

export interface WorkerFacts {
  /** `host:pid`. */
  readonly worker: string;
  /** `onnx`, `tfjs`. */
  readonly engine: string;
  /** `cpu`, `tensorflow`, `webgpu`. */
  readonly backend: string;
  /** Versions of liesweep and of the engine's libraries, `liesweep 0.1.0, onnxruntime-node 1.30.0`. */
  readonly versions: string;
}

/** What one run of a pack taught, and which of its trials it ended. */
export interface PackRun {
  readonly reports: readonly EpochReport[];
  readonly generators: readonly TrialGenerators[];
  readonly endings: readonly TrialEnding[];
}

/** The right to write to some trials, until another claim takes it. */
export interface Claim {
  readonly sweep: SweepId;
  readonly trials: readonly ClaimedTrial[];
}

export interface ClaimedTrial {
  readonly trial: Trial;
  /** Key of the trial's rows. */
  readonly id: number;
  /** 1 for the first. */
  readonly attempt: number;
}

export interface Hold {
  /** The trials that the claim may write to. */
  readonly held: readonly number[];
  /** Whether a later attempt has any of the others. */
  readonly isTakenOver: boolean;
}

export type Release =
  /** Handed back: a later attempt takes it up. */
  | ({ readonly kind: "queued" } & Failure)
  | ({ readonly kind: "failed" } & Failure)
  | { readonly kind: "cancelled" };

export type TrialState =
  | "queued"
  | "running"
  | "converged"
  | "settled"
  | "detected"
  | "collapsed"
  | "diverged"
  | "failed"
  | "cancelled";

export interface TrialRecord {
  readonly trial: Trial;
  readonly state: TrialState;
  readonly attempt: number;
  readonly lastEpoch: number;
  /** The latest saved, in order; empty before the first. */
  readonly generators: readonly Float64Array[];
  /** Of the last epoch. */
  readonly lastReport: EpochReport | undefined;
  /** From the start of its last attempt to its end; undefined before. */
  readonly seconds: number | undefined;
}

export interface Progress {
  readonly state: SweepState;
  readonly isPaused: boolean;
  readonly trials: Readonly<Record<TrialState, number>>;
  readonly plannedEpochs: number;
  /** Trial-epochs done, and planned in all; of a trial that ended early no more are planned than it did. */
  readonly epochsDone: number;
  readonly epochsPlanned: number;
  readonly tests: { readonly planned: number; readonly done: number };
  /** Highest cross entropy among tested trial directions, ln 2 at best; undefined before the first. */
  readonly bestCrossEntropy: number | undefined;
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
}

/** How the trials of one n and K stood in one epoch, whatever their other values. */
export interface CurveBand {
  readonly groupDimension: number;
  readonly basisCount: number;
  /** From 1. */
  readonly epoch: number;
  /** Those that got so far. */
  readonly trials: number;
  /** ℓ_D; undefined where no trial has a finite one. */
  readonly discriminatorLoss: Band | undefined;
  readonly largestExtent: Band | undefined;
}

/** The 10th, 50th and 90th percentile of finite values. */
export interface Band {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

/** How many trials were trained by one engine, by the names of {@link WorkerFacts}. */
export interface EngineShare extends Omit<WorkerFacts, "worker"> {
  readonly workers: number;
  readonly trials: number;
}

export interface EvidenceRecord {
  readonly directions: readonly Direction[];
  /** Planned and tested; a test without a cross entropy is still to be run. */
  readonly tests: readonly (ValidityTest & { readonly crossEntropy: number | undefined })[];
}
