import { decimals } from "../report/quantities.ts";
import type { EvidenceRecord, TrialRecord } from "../store/index.ts";
import type { Verdict } from "../sweep/index.ts";
import { textTable } from "./text-table.ts";

/** One trial in the order of how nearly its best direction goes unnoticed. */
export interface LeaderboardRow {
  /** From 1; equal trials share one. */
  readonly place: number;
  readonly trial: number;
  readonly groupDimension: number;
  readonly basisCount: number;
  readonly regularization: number;
  readonly overlapWeight: number;
  readonly seed: number;
  readonly state: TrialRecord["state"];
  /** Smallest score v of its directions. */
  readonly bestScore: number | undefined;
  /** Largest cross entropy of a test of one of its directions on whole samples. */
  readonly bestCrossEntropy: number | undefined;
  readonly largestExtent: number | undefined;
  readonly discriminatorLoss: number | undefined;
}

/** The view `leaderboard`, from the same rows: best cross entropy first, untested trials last. */
export function leaderboardOf(
  trials: readonly TrialRecord[],
  { directions, tests }: EvidenceRecord,
  verdict: Verdict | undefined,
): readonly LeaderboardRow[] {
  const trialOf = new Map(directions.map(({ number, trial }) => [number, trial]));
  const entropies = new Map<number, number>();
  for (const test of tests) {
    const [only, ...others] = test.directions;
    const trial = only === undefined ? undefined : trialOf.get(only);
    const { crossEntropy } = test;
    if (trial === undefined || others.length > 0 || test.sees !== "sample") continue;
    if (crossEntropy !== undefined && !Number.isNaN(crossEntropy))
      entropies.set(trial, Math.max(crossEntropy, entropies.get(trial) ?? crossEntropy));
  }
  const scores = new Map<number, number>();
  for (const { direction, score } of verdict?.directions ?? []) {
    const trial = trialOf.get(direction);
    if (trial !== undefined && score !== undefined && !Number.isNaN(score))
      scores.set(trial, Math.min(score, scores.get(trial) ?? score));
  }
  const rows = trials
    .filter(({ trial, state }) => isEnded(state) || entropies.has(trial.number))
    .map(({ trial, state, lastReport }) => ({
      trial: trial.number,
      groupDimension: trial.groupDimension,
      basisCount: trial.basisCount,
      regularization: trial.regularization,
      overlapWeight: trial.overlapWeight,
      seed: trial.seed,
      state,
      bestScore: scores.get(trial.number),
      bestCrossEntropy: entropies.get(trial.number),
      largestExtent: lastReport?.largestExtent,
      discriminatorLoss: lastReport?.discriminatorLoss,
    }))
    .sort((a, b) => rankOf(b) - rankOf(a) || a.trial - b.trial);
  return rows.map((row) => ({
    place: rows.findIndex((other) => rankOf(other) === rankOf(row)) + 1,
    ...row,
  }));
}

export function leaderboardText(rows: readonly LeaderboardRow[], width: number): readonly string[] {
  const columns = [
    ...["#", "trial", "n", "K", "λ", "seed"].map((title) => ({ title, align: "right" }) as const),
    { title: "ending", align: "left", shrinks: true },
    ...["score", "entropy", "extent", "ℓ_D"].map((title) => ({ title, align: "right" }) as const),
  ] as const;
  const cells = rows.map((row) => [
    ...[row.place, row.trial, row.groupDimension, row.basisCount].map(String),
    String(Number(row.regularization.toPrecision(3))),
    String(row.seed),
    row.state,
    decimals(row.bestScore),
    decimals(row.bestCrossEntropy),
    shortNumber(row.largestExtent),
    shortNumber(row.discriminatorLoss),
  ]);
  return textTable(columns, cells, width);
}

/** Of a trial that diverged, a number may be of any size. */
const shortNumber = (value: number | undefined): string =>
  value !== undefined && Math.abs(value) >= 1000 ? value.toExponential(1) : decimals(value);

const rankOf = ({ bestCrossEntropy }: Pick<LeaderboardRow, "bestCrossEntropy">): number =>
  bestCrossEntropy ?? Number.NEGATIVE_INFINITY;

const isEnded = (state: TrialRecord["state"]): boolean => state !== "queued" && state !== "running";
