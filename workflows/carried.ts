import { planSweep, type SweepChange, type SweepSpec } from "../sweep/index.ts";

/** What a run of a sweep hands to the next: counters and numbers in flight, never observations. */
export interface Carried {
  readonly nextPack: number;
  readonly running: readonly number[];
  readonly failed: number;
  readonly trialsDone: number;
  /** Absent in sweeps that began before packs held trials that wait. */
  readonly isWaiting?: boolean;
  /** What was asked of the sweep until then. */
  readonly changes?: readonly SweepChange[];
  /** What stops it, if something does. */
  readonly fault?: string;
  /** d of the data. */
  readonly dimension?: number;
  /** Whether it had ended, and goes on by a change that is about to be made. */
  readonly isReopened?: boolean;
}

/** What a sweep that has ended hands to a run that takes it up again. */
export function carriedAtEnd(
  spec: SweepSpec,
  changes: readonly SweepChange[],
  dimension: number,
): Carried {
  const { packs, count } = planSweep(spec, changes);
  return {
    nextPack: packs.length,
    running: [],
    failed: 0,
    trialsDone: count,
    isWaiting: true,
    changes,
    dimension,
    isReopened: true,
  };
}
