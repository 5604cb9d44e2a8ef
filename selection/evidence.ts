import {
  embed,
  type Matrix,
  type SupportWhitening,
  scale,
  toWhitened,
  whiteningOf,
} from "../lie/index.ts";
import type {
  DatasetFacts,
  Direction,
  Ending,
  SweepSpec,
  TestedValidity,
  Trial,
  ValidityTest,
} from "../sweep/index.ts";

/** Everything a verdict is drawn from. Pure data: the same evidence gives the same verdict. */
export interface Evidence {
  readonly spec: SweepSpec;
  readonly dataset: DatasetFacts;
  readonly trials: readonly TrialEvidence[];
  /** Directions and tests asked for so far, and the answers there are. */
  readonly directions: readonly Direction[];
  readonly tests: readonly (ValidityTest & { readonly crossEntropy: number | undefined })[];
}

export interface TrialEvidence {
  readonly trial: Trial;
  /** Failed and cancelled trials have none: nothing was learned by them. */
  readonly ending: Ending | "failed" | "cancelled";
  /** K matrices (n, n) in the coordinates of the data. */
  readonly generators: readonly Float64Array[];
}

/** A direction not yet numbered. */
export type Candidate = Omit<Direction, "number">;

/** Directions of all group dimensions compare in one space: d × d matrices on the whitened support of the data. */
export interface Space {
  readonly dimension: number;
  readonly whitening: SupportWhitening;
  /**
   * What a matrix (n, n) does on the support, scaled so that the Frobenius norm is the displacement
   * √(E‖Lx‖²/E‖x‖²) of the data.
   */
  place(entries: Float64Array, n: number): Matrix;
}

export function spaceOf({ secondMoment, dimension }: DatasetFacts): Space {
  const whitening = whiteningOf(secondMoment, dimension);
  return {
    dimension,
    whitening,
    place: (entries, n) =>
      scale(
        1 / Math.sqrt(whitening.rank),
        toWhitened(whitening, embed({ dim: n, data: entries }, dimension)),
      ),
  };
}

/** What a question is about, whatever its number: the same matrices, displacement and columns. */
export const questionKey = (
  directions: readonly Pick<Direction, "entries">[],
  { displacement, sees }: Pick<TestedValidity, "displacement" | "sees">,
): string => `${sees} ${displacement} ${directions.map(({ entries }) => entries.join()).join(" ")}`;

/** Only a trial trained to the end without being noticed says where a symmetry may be. */
export const isFit = ({ ending }: TrialEvidence): boolean =>
  ending === "converged" || ending === "settled";
