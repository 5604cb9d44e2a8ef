import { type Space, spaceOf } from "../selection/index.ts";
import type { Direction, Standing, Trial } from "../sweep/index.ts";
import type { ReportData } from "./data.ts";

/** A direction that a trial learned, with what is known of it. */
export interface Learned {
  readonly direction: Direction;
  readonly trial: Trial;
  readonly standing: Standing | "unjudged";
  /** v; undefined where it was not tested, or no verdict says. */
  readonly score: number | undefined;
  /** Of the test of it alone on whole samples, at the smallest displacement it was asked at. */
  readonly crossEntropy: number | undefined;
}

/** What classifiers say of nothing and of everything, beside the directions. */
export interface Controls {
  /** Where the learned directions were tested. */
  readonly displacement: number;
  readonly zero: number | undefined;
  /** Rising. */
  readonly random: readonly number[];
}

export function learnedDirections({ evidence, trials, verdict }: ReportData): readonly Learned[] {
  const trialOf = new Map(trials.map(({ trial }) => [trial.number, trial]));
  const judged = new Map(verdict?.directions.map((one) => [one.direction, one]));
  const entropies = new Map(
    aloneOnSamples(evidence)
      .toSorted((a, b) => b.displacement - a.displacement)
      .map(({ direction, crossEntropy }) => [direction, crossEntropy]),
  );
  return evidence.directions.flatMap((direction) => {
    const trial = direction.trial === undefined ? undefined : trialOf.get(direction.trial);
    if (trial === undefined) return [];
    const { standing = "unjudged", score } = judged.get(direction.number) ?? {};
    return [{ direction, trial, standing, score, crossEntropy: entropies.get(direction.number) }];
  });
}

export function controlsOf({
  evidence,
  record,
}: Pick<ReportData, "evidence" | "record">): Controls {
  const origins = new Map(evidence.directions.map(({ number, origin }) => [number, origin]));
  const alone = aloneOnSamples(evidence);
  const asked = alone.filter(({ direction }) => origins.get(direction) === "trial");
  const displacement =
    asked.length === 0
      ? record.spec.selection.displacement
      : Math.min(...asked.map((test) => test.displacement));
  const of = (origin: Direction["origin"]) =>
    alone
      .filter((test) => origins.get(test.direction) === origin)
      .filter((test) => test.displacement === displacement)
      .map(({ crossEntropy }) => crossEntropy)
      .toSorted((a, b) => a - b);
  return { displacement, zero: of("zero").at(-1), random: of("random") };
}

/** Tests of one direction on whole samples by the usual classifier, answered by a number. */
const aloneOnSamples = ({ tests }: ReportData["evidence"]) =>
  tests.flatMap(
    ({ directions: [direction, ...others], displacement, sees, closely, crossEntropy }) =>
      direction === undefined ||
      others.length > 0 ||
      sees !== "sample" ||
      closely === true ||
      crossEntropy === undefined ||
      !Number.isFinite(crossEntropy)
        ? []
        : [{ direction, displacement, crossEntropy }],
  );

/** Where spans compare; undefined where the data have no second moment to go by. */
export const spaceFor = ({ record: { dataset } }: Pick<ReportData, "record">): Space | undefined =>
  dataset.secondMoment.some((entry) => entry !== 0) ? spaceOf(dataset) : undefined;
