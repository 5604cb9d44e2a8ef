import type { SweepId } from "./ids.ts";

/** What a user asks for: one symmetry question about one data set. JSON-safe and immutable. */
export interface SweepSpec {
  readonly sweep: SweepId;
  readonly dataset: DatasetSpec;
  readonly search: SearchSpec;
  readonly training: TrainingSpec;
  readonly selection: SelectionSpec;
  readonly limits: LimitsSpec;
}

/** Where the samples come from: a seeded generator, or arrays in an `.npz` file. */
export type DatasetSpec = TwoBodySpec | AsymmetricSpec | SyntheticSpec | SeriesSpec | PairsSpec;

/** Planar two-body orbits, windows of one state and the next; the truth is so(2) acting as I₄ ⊗ J. */
export interface TwoBodySpec {
  readonly kind: "two-body";
  readonly trajectories: number;
  /**
   * Where body 1 starts: an angle in (−π, 0], or anywhere on the circle. `quadrants-removed` starts
   * anywhere and turns every window with body 1 in quadrant I or III by +90°.
   */
  readonly law: "half-plane" | "full-angle" | "quadrants-removed";
  readonly seed: number;
  /** Bends every coordinate by its own cubic, so that no linear symmetry survives; 0 leaves the orbits alone. */
  readonly warp: number;
}

/** Three skewed independent coordinates and a scalar of them: the control with no symmetry at all. */
export interface AsymmetricSpec {
  readonly kind: "asymmetric";
  readonly samples: number;
  readonly seed: number;
}

/** A seeded set with a known answer; docs/sweep-file.md says what each is and what is true of it. */
export interface SyntheticSpec {
  readonly kind: "synthetic";
  readonly set: SyntheticSet;
  readonly samples: number;
  readonly seed: number;
  /** Bends every coordinate of x and of a vector y by its own cubic; labels stay those of the unbent x. */
  readonly warp: number;
  /** e of `broken-circle`, 0 (whole) to 1: how far its density is from a circle's. No other set has it. */
  readonly strength?: number;
}

export type SyntheticSet = keyof typeof syntheticDimensions;

/** The synthetic sets by name, each with d, the dimension of one of its vectors. */
export const syntheticDimensions = {
  inertia: 18,
  "inertia-bodies": 3,
  cyclic7: 3,
  "rotation-scalar": 3,
  "planar-motion": 3,
  "lorentz-scalar": 4,
  "degenerate-none": 4,
  "degenerate-circle": 4,
  gaussian: 4,
  "broken-circle": 2,
  "kepler-3d": 3,
  scaling: 3,
  "three-body": 12,
  "skewed-pairs": 3,
} as const;

/** Trajectories of shape (N, steps, d) cut into windows; held out by whole trajectory. */
export interface SeriesSpec {
  readonly kind: "series";
  /** Absolute path of the `.npz` file. */
  readonly file: string;
  /** Name of the array. */
  readonly series: string;
  /** Which columns to keep, in which order; all of them when absent. */
  readonly columns?: readonly number[];
  readonly window: { readonly input: number; readonly output: number };
}

/** Pairs (x, y): x of shape (N, d) or (N, m, n), y as `target` says. */
export interface PairsSpec {
  readonly kind: "pairs";
  readonly file: string;
  readonly x: string;
  /** Keeps the first so many vectors of x: the leading constituents of a jet. */
  readonly vectors?: number;
  readonly y?: string;
  /** `vector` moves with x; `scalar` and `class` are labels that stay; `none` ignores y. */
  readonly target: "vector" | "scalar" | "class" | "none";
  /** Array of group ids: samples of one group are held out together. */
  readonly group?: string;
}

/** The axes of the sweep: every combination is one configuration, trained once per seed. */
export interface SearchSpec {
  /** K, generators per trial. */
  readonly basisCount: readonly number[];
  /** λ, the push away from the identity. Larger reaches longer orbits and drifts more; 0.01 is too weak. */
  readonly regularization: readonly number[];
  /** η, weight of Σ|cos| between the generators of one trial. @defaultValue [1] */
  readonly overlapWeight: readonly number[];
  /** n, size of the block the matrices act on. Must divide the dimension of the data. */
  readonly groupDimension: readonly number[];
  /** Independent trainings per configuration. Fewer than 3 cannot show that seeds agree. */
  readonly seeds: number;
}

/**
 * What a generator must leave as it is: the law of (x, y), or only that of y given x. The latter lets
 * the law of x move, and needs a y.
 */
export type Objective = "law" | "conditional";

export interface TrainingSpec {
  readonly objective: Objective;
  /** Passes over the training samples. */
  readonly epochs: number;
  readonly batchSize: number;
  /** Units in each of the discriminator's two hidden layers. */
  readonly hiddenWidth: number;
  /** σ of the coefficients z ~ N(0, σ²). Only σ‖L‖ is identifiable. */
  readonly coefficientScale: number;
  /** Adam step of the generators. */
  readonly generatorRate: number;
  /** Adam step of the discriminator. */
  readonly discriminatorRate: number;
  /** Share of the groups (trajectories) kept from training for the validity tests. */
  readonly heldOut: number;
}

export interface SelectionSpec {
  /** δ, how far a tested direction moves the data, √(E‖Lx‖²/E‖x‖²). */
  readonly displacement: number;
  /**
   * Largest score v of a valid direction: 0 scores like the identity, 1 like a random direction. What chance alone scores
   * is valid too.
   */
  readonly tolerance: number;
  /** Adam steps of each fresh classifier. */
  readonly classifierSteps: number;
}

/** What may be judged anew on trials that are there: no training depends on it. */
export type SelectionChange = Partial<Pick<SelectionSpec, "displacement" | "tolerance">>;

export interface LimitsSpec {
  /** T, trials trained at once as one batched program. */
  readonly packSize: number;
  /** Packs in flight at once over all workers: what divides the sweep into packs. */
  readonly concurrentPacks: number;
  /** Label of the workers that train; those without one where absent. */
  readonly queue?: string;
  /** Trials that may fail before the sweep ends early: a number from 1, or a share of the planned ones. All may where absent. */
  readonly failures?: number;
}
