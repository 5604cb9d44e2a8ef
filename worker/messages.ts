import type { SaidOfRun } from "../activities/index.ts";
import type { AskedData } from "../datasets/index.ts";
import type { TrainingJob, ValidityJob } from "../liegan/index.ts";
import type { Dataset, TestedValidity } from "../sweep/index.ts";
import type { CardLimits } from "./memory.ts";

/** Which engine a trainer loads. */
export interface EngineChoice {
  readonly engine: "onnx" | "tfjs";
  readonly backend: string;
}

/** What a trainer process is asked to do; it does one thing and exits. */
export type TrainerJob = { readonly choice: EngineChoice } & (
  | {
      readonly kind: "train";
      readonly dataset: AskedData;
      readonly job: TrainingJob;
      /** Of the card that it trains on: no more trials at once than it holds. */
      readonly card?: CardLimits;
      /** Least time between two reports that carry a snapshot. */
      readonly snapshotEveryMs: number;
    }
  | { readonly kind: "test"; readonly dataset: AskedData; readonly job: ValidityJob }
  /** Loads the engine and says its version. */
  | { readonly kind: "check" }
  /** Compares the engine with what it should compute, then sees how fast it is. */
  | { readonly kind: "calibrate" }
  /** Loads no engine: asks the WebGPU adapter what it allows. */
  | { readonly kind: "limits" }
  /** Trains for a moment, to see how fast this machine is. */
  | {
      readonly kind: "measure";
      readonly dataset: Dataset;
      readonly job: TrainingJob;
      readonly card?: CardLimits;
    }
);

/** What it may be told while it trains, which it heeds at the border of the run. */
export type TrainerOrder =
  /** Nobody wants these trials any more, whether they have begun or not. */
  | { readonly kind: "drop"; readonly trials: readonly number[] }
  /** Its worker is to stop. */
  | { readonly kind: "stop" };

/** What it says. Exit code 0 follows the last message. */
export type TrainerMessage =
  | ({ readonly kind: "report" } & SaidOfRun)
  | { readonly kind: "tested"; readonly results: readonly TestedValidity[] }
  | { readonly kind: "loaded"; readonly version: string }
  | { readonly kind: "calibrated"; readonly version: string; readonly msPerTrialStep: number }
  | { readonly kind: "limits"; readonly bufferBytes: number | undefined }
  | { readonly kind: "measured"; readonly msPerTrialStep: number }
  /** The job cannot be done, and why. */
  | { readonly kind: "failed"; readonly name: string; readonly message: string };
