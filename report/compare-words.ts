import type { SweepRecord, TrialRecord } from "../store/index.ts";
import type { Level } from "../sweep/index.ts";
import type { Compared } from "./comparison.ts";
import { countText, decimals, durationText } from "./quantities.ts";
import { answerOf, holdingText } from "./words.ts";

/** What is compared, and what each of two sweeps has to say to it. */
export type Pair = readonly [name: string, a: string, b: string];

/** Of two sweeps, the verdict first. */
export function comparedFacts(a: Compared & Trained, b: Compared & Trained): readonly Pair[] {
  return FACTS.map(([name, of]) => [name, of(a), of(b)] as const);
}

interface Trained {
  readonly trials: readonly Pick<TrialRecord, "state">[];
}

const FACTS: readonly (readonly [string, (one: Compared & Trained) => string])[] = [
  [
    "verdict",
    ({ record, verdict }) => {
      const { short } = answerOf(record.state, verdict);
      return verdict?.status === "found" ? `${short}, dimension ${verdict.dimension}` : short;
    },
  ],
  ["law", ({ verdict }) => ofFirst(verdict?.levels, ({ law }) => holdingText(law))],
  ["map", ({ verdict }) => ofFirst(verdict?.levels, ({ map }) => holdingText(map))],
  ["group dimension", ({ verdict }) => numberText("n", verdict?.groupDimension)],
  ["basis count", ({ verdict }) => numberText("K", verdict?.basisCount)],
  ["score", ({ verdict }) => decimals(verdict?.score, 4)],
  [
    "support",
    ({ verdict }) =>
      verdict?.support === undefined ? "–" : `${Math.round(100 * verdict.support)} % of the seeds`,
  ],
  [
    "trials",
    ({ record, trials }) => {
      const trained = trials.filter(({ state }) => state === "converged" || state === "settled");
      return `${countText(trained.length)} of ${countText(trials.length)} trained${tookText(record)}`;
    },
  ],
  ["data", ({ record }) => record.dataset.title],
  ["samples", ({ record }) => countText(record.dataset.samples)],
];

const ofFirst = (levels: readonly Level[] | undefined, of: (level: Level) => string): string => {
  const [first] = levels ?? [];
  return first === undefined ? "–" : of(first);
};

const numberText = (symbol: string, value: number | undefined): string =>
  value === undefined ? "–" : `${symbol} = ${value}`;

const tookText = ({ startedAt, finishedAt }: SweepRecord): string =>
  startedAt && finishedAt
    ? `, in ${durationText((finishedAt.getTime() - startedAt.getTime()) / 1000)}`
    : "";

/** One row a level: of A, of B, at the same place of both. */
export function comparedLevels(a: Compared, b: Compared): readonly Pair[] {
  const [ofA, ofB] = [a.verdict?.levels ?? [], b.verdict?.levels ?? []];
  return Array.from(
    { length: Math.max(ofA.length, ofB.length) },
    (_, i) => [String(i + 1), levelText(ofA[i]), levelText(ofB[i])] as const,
  );
}

const levelText = (level: Level | undefined): string =>
  level === undefined
    ? "–"
    : `${level.name}, dimension ${level.dimension}, from ${decimals(level.tolerance)}; law ${holdingText(level.law)}`;
