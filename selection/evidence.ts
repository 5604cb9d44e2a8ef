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
  /** N of the whitening: of the samples of one group, all but one are no news of it. */
  readonly groups: number;
  readonly whitening: SupportWhitening;
  /**
   * What a matrix (n, n) does on the support, scaled so that the Frobenius norm is the displacement
   * √(E‖Lx‖²/E‖x‖²) of the data.
   */
  place(entries: Float64Array, n: number): Matrix;
  /** The whitening of the n-vectors that d-vectors consist of. */
  whiteningOf(n: number): SupportWhitening;
}

export function spaceOf({ secondMoment, dimension, groups }: DatasetFacts): Space {
  const whitening = whiteningOf(secondMoment, dimension);
  return {
    dimension,
    groups,
    whitening,
    place: (entries, n) =>
      scale(
        1 / Math.sqrt(whitening.rank),
        toWhitened(whitening, embed({ dim: n, data: entries }, dimension)),
      ),
    whiteningOf: (n) =>
      n === dimension ? whitening : whiteningOf(blockMoment(secondMoment, n), n),
  };
}

/** Mean of the diagonal (n, n) blocks of a moment (d, d), each divided by its trace. */
function blockMoment(moment: Float64Array, n: number): Float64Array {
  const d = Math.sqrt(moment.length);
  const mean = new Float64Array(n * n);
  for (let block = 0; block < d; block += n) {
    const entry = (i: number, j: number) => moment[(block + i) * d + block + j]!;
    const trace = Array.from({ length: n }, (_, i) => entry(i, i)).reduce((sum, x) => sum + x, 0);
    if (trace === 0) continue;
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) mean[i * n + j]! += entry(i, j) / trace;
  }
  return mean;
}

/** What a question is about, whatever its number: the same matrices, displacement, columns and care. */
export const questionKey = (
  directions: readonly Pick<Direction, "entries">[],
  { displacement, sees, closely }: Pick<TestedValidity, "displacement" | "sees" | "closely">,
): string =>
  `${sees}${closely ? " closely" : ""} ${displacement} ${directions.map(({ entries }) => entries.join()).join(" ")}`;

/** Only a trial trained to the end without being noticed says where a symmetry may be. */
export const isFit = ({ ending }: TrialEvidence): boolean =>
  ending === "converged" || ending === "settled";
