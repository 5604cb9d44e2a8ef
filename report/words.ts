import type { SweepRecord } from "../store/index.ts";
import type {
  FailureClass,
  FailureCount,
  Holding,
  Level,
  Proposal,
  Standing,
  Verdict,
} from "../sweep/index.ts";
import { counted, decimals } from "./quantities.ts";

/** What a sweep answers, as a sentence in two parts. */
export interface Answer {
  readonly tone: "settled" | "open" | "failed";
  /** `found so(2)`, `none`: what may be set off from the rest. */
  readonly short: string;
  readonly rest: string;
}

export function answerOf(state: SweepRecord["state"], verdict: Verdict | undefined): Answer {
  if (verdict === undefined) return withoutVerdict(state);
  switch (verdict.status) {
    case "found":
      return {
        tone: "settled",
        short: `found ${verdict.name ?? "unnamed"}`,
        rest: `, a symmetry group of dimension ${verdict.dimension}`,
      };
    case "none":
      return {
        tone: "settled",
        short: "none",
        rest: ": the data have no continuous linear symmetry of this kind",
      };
    case "inconclusive":
      return { tone: "open", short: "inconclusive", rest: ": the trials do not settle it" };
  }
}

function withoutVerdict(state: SweepRecord["state"]): Answer {
  switch (state) {
    case "planned":
      return { tone: "open", short: "planned", rest: "; no verdict yet" };
    case "running":
      return { tone: "open", short: "running", rest: "; no verdict yet" };
    case "complete":
      return { tone: "open", short: "complete", rest: ", without a verdict" };
    case "cancelled":
      return { tone: "open", short: "cancelled", rest: "; no verdict" };
    case "failed":
      return { tone: "failed", short: "failed; no verdict", rest: "" };
  }
}

/** What a number is called; the number, and its scale in words. */
export type Fact = readonly [name: string, text: string];

/** @param d - dimension of the data */
export function verdictFacts(
  { groupDimension: n, basisCount, support, score, closureDefect }: Verdict,
  d: number,
): readonly Fact[] {
  const facts: Fact[] = [];
  if (n !== undefined)
    facts.push([
      "group dimension",
      `n = ${n}, the smallest that explains it: ${n === d ? "one matrix acts on whole vectors" : `one ${n} × ${n} matrix on each of ${d / n} parts`}`,
    ]);
  if (basisCount !== undefined)
    facts.push(["basis count", `K = ${basisCount}, the smallest that explains it`]);
  if (score !== undefined)
    facts.push([
      "score",
      `${decimals(score)} (0: goes unnoticed, 1: as noticed as a random motion)`,
    ]);
  if (support !== undefined)
    facts.push([
      "support",
      support === 1
        ? "every seed found it"
        : `each direction was found by at least ${Math.round(100 * support)} % of the seeds`,
    ]);
  if (closureDefect !== undefined) facts.push(["closure", closureText(closureDefect)]);
  return facts;
}

/** What attempts ended of before their trials had an ending, a line a class. */
export const failureFacts = (failures: readonly FailureCount[]): readonly Fact[] =>
  failures.map(({ failureClass, trials, attempts, message }, i) => [
    i === 0 ? "failures" : "",
    `${FAILURES[failureClass]}: ${counted(attempts, "attempt")}, ` +
      `${trials === 0 ? "no trial failed" : `${counted(trials, "trial")} failed`}. ` +
      `The latest said: ${message}`,
  ]);

const FAILURES: Readonly<Record<FailureClass, string>> = {
  machine: "broken machine",
  memory: "too little memory",
  configuration: "impossible configuration",
  data: "data missing or changed",
  interrupted: "worker stopped",
  abandoned: "given up as the sweep ended",
};

export const closureText = (defect: Level["closureDefect"]): string =>
  defect === "abelian"
    ? "abelian: all its generators commute"
    : `${decimals(defect)} (0: brackets stay in the algebra, 1: none does)`;

/** How far the law or the map of a level holds; a map that cannot be tested is undefined. */
export const holdingText = (holding: Holding | undefined): string => {
  if (holding === undefined) return "y says nothing";
  const { exact } = holding;
  const range = Number(holding.range.toPrecision(3));
  return exact ? `exact, to ${range}` : range > 0 ? `approximate, to ${range}` : "rough";
};

/** The commands that do what is proposed and was not done yet: more trials, or the same judged anew. */
export function proposalLines(
  { id, spec: { search } }: Pick<SweepRecord, "id" | "spec">,
  { seeds, basisCount, groupDimension, displacement }: Proposal,
): readonly string[] {
  const joining = (axis: string, values: readonly number[] = [], known: readonly number[]) =>
    values.filter((value) => !known.includes(value)).map((value) => `--add ${axis}=${value}`);
  const words = [
    ...(seeds !== undefined && seeds > search.seeds ? [`--seeds ${seeds}`] : []),
    ...joining("K", basisCount, search.basisCount),
    ...joining("n", groupDimension, search.groupDimension),
  ];
  return [
    ...(words.length > 0 ? [["liesweep extend", id, ...words].join(" ")] : []),
    ...(displacement === undefined ? [] : [`liesweep select ${id} --displacement ${displacement}`]),
  ];
}

/** Why directions were turned down, each with the first of its kind as an example. */
export function rejectionsOf({ directions }: Verdict): readonly Rejection[] {
  return Object.entries(REJECTIONS).flatMap(([standing, meaning]) => {
    const ones = directions.filter((judged) => judged.standing === standing);
    const [example] = ones;
    if (example === undefined) return [];
    return [
      {
        standing,
        count: ones.length,
        meaning,
        example: `direction ${example.direction}, for one: ${example.reason}`,
      },
    ];
  });
}

export interface Rejection {
  readonly standing: string;
  readonly count: number;
  /** Goes on from `3 unfit`. */
  readonly meaning: string;
  readonly example: string;
}

const REJECTIONS: Readonly<Record<Exclude<Standing, "accepted" | "control">, string>> = {
  floor: "moving the data too little to be a learned motion",
  unfit: "of trials that ended detected, collapsed or diverged",
  approximate: "of a level that holds less exactly than the verdict's group",
  invalid: "told from unmoved data by a fresh classifier",
  unclosed: "with brackets that leave the span and are noticed",
  unsupported: "found by too few seeds",
};

export const samplesText = ({ samples, dimension }: SweepRecord["dataset"]): string =>
  `${counted(samples, "sample")} of dimension ${dimension}`;
