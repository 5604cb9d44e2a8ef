import type { SweepId } from "./ids.ts";

/** One training run: with the sweep's spec, everything needed to repeat it bit for bit. */
export interface Trial {
  /** Position in the plan, from 0; assigned once. */
  readonly number: number;
  /** Trials that differ only by seed share a configuration. */
  readonly configuration: number;
  readonly basisCount: number;
  readonly regularization: number;
  readonly overlapWeight: number;
  readonly groupDimension: number;
  readonly seed: number;
}

/** Trials `firstTrial … firstTrial + trials − 1`, of equal tensor shapes: some trained at once, the others as those end. */
export interface Pack {
  readonly sweep: SweepId;
  readonly number: number;
  readonly firstTrial: number;
  readonly trials: number;
  /** What K is padded to; absent in packs that began before sweeps could be extended. */
  readonly channels?: number;
}

/** How a trial ended. Every ending of the mathematics is a value; only a broken machine throws. */
export type Ending =
  /** Trained to the last epoch, its motion not noticed. */
  | "converged"
  /** Ended before the last epoch: its directions had stopped turning. */
  | "settled"
  /** The discriminator tells moved data apart by what a symmetry must leave as it is. */
  | "detected"
  /** Every generator shrank to the identity. */
  | "collapsed"
  /** A loss or a generator is not a number. */
  | "diverged";

/** What one epoch taught about one trial. Losses are means over the epoch's steps. */
export interface EpochReport {
  readonly trial: number;
  /** From 1. */
  readonly epoch: number;
  /** ℓ_G without the penalties. */
  readonly generatorLoss: number;
  /** ℓ_D; ln 2 ≈ 0.693 when nothing can be told apart. */
  readonly discriminatorLoss: number;
  /** ℓ_Dx, of the discriminator that sees x alone; absent where the objective has none. */
  readonly inputLoss?: number;
  /** R_id: |mean cos(gx, x)|. */
  readonly identityPenalty: number;
  /** R_ch: Σ_{i<j} |cos(Lᵢ, Lⱼ)| over the live generators. */
  readonly overlapPenalty: number;
  /** Largest extent √(E‖Lx‖²/E‖x‖²) among the singular directions of the trial. */
  readonly largestExtent: number;
}

/** A trial's generators at the end of an epoch, in the coordinates of the data: K matrices (n, n), row-major. */
export interface TrialGenerators {
  readonly trial: number;
  readonly epoch: number;
  readonly dimension: number;
  readonly generators: readonly Float64Array[];
}

export interface TrialEnding {
  readonly trial: number;
  readonly ending: Ending;
  readonly epoch: number;
}
