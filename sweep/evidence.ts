/** Where a direction came from. */
export type DirectionOrigin =
  /** A singular direction of one trial's generators. */
  | "trial"
  /** The zero generator: what a classifier scores when there is nothing to see. */
  | "zero"
  /** A random matrix: what it scores when there is everything to see. */
  | "random"
  /** What is left of a valid direction after the accepted ones are taken out. */
  | "residual"
  /** The bracket of two accepted directions, less their span. */
  | "bracket"
  /** A basis matrix of a whole algebra, as it was tested. */
  | "basis";

/** A unit vector in the space of generators: a motion, scaled so that √(E‖Lx‖²/E‖x‖²) = 1. */
export interface Direction {
  /** Position in the sweep's list of directions, from 0; assigned once. */
  readonly number: number;
  readonly origin: DirectionOrigin;
  /** The trial it was learned by, and its rank by extent there; only when `origin` is "trial". */
  readonly trial?: number;
  readonly rank?: number;
  /** n of `entries`. */
  readonly dimension: number;
  /** The matrix (n, n) in the coordinates of the data, row-major; all zeros for the zero generator. */
  readonly entries: Float64Array;
  /** How far the trial moved the data along it, √(E‖σLx‖²/E‖x‖²); 0 where nothing was learned. */
  readonly extent: number;
}

/** One question to a fresh classifier: can you tell data moved along these directions from data? */
export interface ValidityTest {
  /** Position in the sweep's list of tests, from 0; assigned once. */
  readonly number: number;
  /** Numbers of the directions moved along at once; several for a whole algebra. */
  readonly directions: readonly number[];
  /** δ: joint displacement √(Σₖ E‖Lₖx‖²/E‖x‖²) at which the data are moved. */
  readonly displacement: number;
  /** Which columns the classifier sees: the whole sample, or the input alone. */
  readonly sees: "sample" | "input";
  /** Whether the classifier trains longer and at a larger rate than usual: what *exact* is claimed on. */
  readonly closely?: true;
}

/** The answer: cross entropy on held-out data, ln 2 ≈ 0.693 when nothing can be told apart. */
export interface TestedValidity extends ValidityTest {
  readonly crossEntropy: number;
}

/** What became of a direction in the verdict. */
export type Standing =
  | "accepted"
  /** Of a level that holds only at a larger tolerance than the verdict's group. */
  | "approximate"
  /** Moves the data too little to be a motion that was learned. */
  | "floor"
  /** Its trial ended detected, collapsed or diverged. */
  | "unfit"
  /** A classifier tells data moved along it from data. */
  | "invalid"
  /** Brackets with it leave the span and are not valid. */
  | "unclosed"
  /** Too few seeds found it. */
  | "unsupported"
  /** Not learned: a control. */
  | "control";

export interface JudgedDirection {
  readonly direction: number;
  readonly standing: Standing;
  /** v: 0 scores like the identity, 1 like a random direction; absent where it was not tested. */
  readonly score?: number;
  /** One sentence with the number that decided. */
  readonly reason: string;
}
