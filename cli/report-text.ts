import type { EvidenceRecord, SweepRecord, TrialRecord } from "../store/index.ts";
import type { Holding, Proposal, Standing, Verdict } from "../sweep/index.ts";
import { type LeaderboardRow, leaderboardOf, leaderboardText } from "./leaderboard.ts";
import { matrixText } from "./matrix-text.ts";
import { counted, countText, decimals, durationText } from "./quantities.ts";
import type { Colors } from "./terminal.ts";
import { textTable, wrapped } from "./text-table.ts";

/** All that is kept of a sweep, read at one time. */
export interface SweepReport {
  readonly record: SweepRecord;
  readonly verdict: Verdict | undefined;
  readonly trials: readonly TrialRecord[];
  readonly evidence: EvidenceRecord;
}

/** Where more is to be seen. */
export interface Places {
  /** Of the sweep's workflow; absent where the server's UI is not known. */
  readonly workflowUrl: string | undefined;
  /** What `psql` takes. */
  readonly psqlTarget: string;
}

/** A sweep as a page of text: the verdict, its basis, the best trials, what was turned down and why. */
export function reportText(
  report: SweepReport,
  places: Places,
  width: number,
  colors: Colors,
): string {
  const { bold } = colors;
  const page = Math.min(width, PAGE);
  const { verdict, record } = report;
  const sections: (readonly string[])[] = [
    [bold(headline(report, colors))],
    factLines(report, page),
    ...(verdict === undefined
      ? []
      : [
          wrapped(verdict.reason, page),
          ...basisSections(verdict, page, bold),
          levelSection(verdict, width, bold),
        ]),
    ...boardSection(report, width, bold),
    ...(verdict === undefined ? [] : rejectionSection(verdict, page, bold)),
    ...(verdict?.proposal === undefined
      ? []
      : [proposalSection(record, verdict.proposal, page, bold)]),
    nextSection(record, places, bold),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function headline({ record, verdict }: SweepReport, { green, yellow, red }: Colors): string {
  const { id, state } = record;
  if (verdict === undefined) return `${id}: ${withoutVerdict(state, red)}`;
  switch (verdict.status) {
    case "found":
      return `${id}: ${green(`found ${verdict.name ?? "unnamed"}`)}, a symmetry group of dimension ${verdict.dimension}`;
    case "none":
      return `${id}: ${green("none")}: the data have no continuous linear symmetry of this kind`;
    case "inconclusive":
      return `${id}: ${yellow("inconclusive")}: the trials do not settle it`;
  }
}

function withoutVerdict(state: SweepRecord["state"], red: Colors["red"]): string {
  switch (state) {
    case "planned":
      return "planned; no verdict yet";
    case "running":
      return "running; no verdict yet";
    case "complete":
      return "complete, without a verdict";
    case "cancelled":
      return "cancelled; no verdict";
    case "failed":
      return red("failed; no verdict");
  }
}

/** Two columns: what a number is called; the number, and its scale in words. */
function factLines({ record, verdict, trials }: SweepReport, width: number): readonly string[] {
  const { dataset, startedAt, finishedAt } = record;
  const facts: (readonly [string, string])[] = [
    ["data", dataset.title],
    ["", `${counted(dataset.samples, "sample")} of dimension ${dataset.dimension}`],
    [
      "trials",
      `${countText(trials.length)}${startedAt && finishedAt ? `, in ${durationText((finishedAt.getTime() - startedAt.getTime()) / 1000)}` : ""}`,
    ],
    ...(verdict === undefined ? [] : verdictFacts(verdict, dataset.dimension)),
  ];
  return facts.flatMap(([name, text]) => {
    const [first = "", ...rest] = wrapped(text, width, " ".repeat(FACT));
    return [`  ${name.padEnd(FACT - 2)}${first.trimStart()}`, ...rest];
  });
}

function verdictFacts(verdict: Verdict, d: number): readonly (readonly [string, string])[] {
  const { groupDimension: n, basisCount, support, score, closureDefect } = verdict;
  const facts: (readonly [string, string])[] = [];
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
  if (closureDefect !== undefined)
    facts.push([
      "closure",
      closureDefect === "abelian"
        ? "abelian: all its generators commute"
        : `${decimals(closureDefect)} (0: brackets stay in the algebra, 1: none does)`,
    ]);
  return facts;
}

function basisSections(
  { basis }: Verdict,
  width: number,
  bold: Colors["bold"],
): readonly (readonly string[])[] {
  if (basis.length === 0) return [];
  const [first, ...rest] = basis.map((entries, k) =>
    matrixText(`L${k + 1}`, entries, width - 2).map((line) => `  ${line}`),
  );
  const title = `${bold("Basis")} (in the coordinates of the data; each moves them by their own size)`;
  return [[title, ...(first ?? [])], ...rest];
}

/** How far each level holds: the law and the map, apart. */
function levelSection({ levels }: Verdict, width: number, bold: Colors["bold"]): readonly string[] {
  if (levels.length === 0) return [];
  const rows = levels.map(({ tolerance, name, dimension, law, map, symmetricShare }) => [
    decimals(tolerance),
    name,
    countText(dimension),
    holdingText(law),
    map === undefined ? "y says nothing" : holdingText(map),
    symmetricShare.toFixed(2),
  ]);
  return [
    `${bold("Levels")} (by tolerance; "to δ": not noticed up to that displacement of the data)`,
    ...textTable(LEVEL_COLUMNS, rows, width - 2).map((line) => `  ${line}`),
  ];
}

const holdingText = ({ exact, range }: Holding): string =>
  exact ? `exact, to ${range}` : range > 0 ? `approximate, to ${range}` : "rough";

/** What to run next: lines of a sweep file, or a command where the trials that are there will do. */
function proposalSection(
  { id }: SweepRecord,
  { reason, displacement, ...search }: Proposal,
  width: number,
  bold: Colors["bold"],
): readonly string[] {
  const fields = [
    ...Object.entries(search).map(([name, value]) => `search.${name}: ${JSON.stringify(value)}`),
    ...(displacement === undefined ? [] : [`liesweep select ${id} --displacement ${displacement}`]),
  ];
  return [
    bold("What would settle more"),
    ...wrapped(reason, width - 2).map((line) => `  ${line}`),
    ...fields.map((field) => `  ${field}`),
  ];
}

const LEVEL_COLUMNS = [
  { title: "tolerance", align: "right" },
  { title: "algebra", align: "left" },
  { title: "dim", align: "right" },
  { title: "law", align: "left" },
  { title: "map", align: "left" },
  { title: "symmetric", align: "right" },
] as const;

function boardSection(
  { trials, evidence, verdict }: SweepReport,
  width: number,
  bold: Colors["bold"],
): readonly (readonly string[])[] {
  const rows: readonly LeaderboardRow[] = leaderboardOf(trials, evidence, verdict);
  if (rows.length === 0) return [];
  const shown = rows.slice(0, BEST);
  return [
    [
      `${bold("Leaderboard")} (best ${shown.length} of ${counted(trials.length, "trial")}; entropy ${decimals(Math.LN2)} = ln 2 at best)`,
      ...leaderboardText(shown, width - 2).map((line) => `  ${line}`),
    ],
  ];
}

function rejectionSection(
  { directions }: Verdict,
  width: number,
  bold: Colors["bold"],
): readonly (readonly string[])[] {
  const lines: string[] = [];
  for (const [standing, meaning] of Object.entries(REJECTIONS)) {
    const ones = directions.filter((judged) => judged.standing === standing);
    const [example] = ones;
    if (example === undefined) continue;
    lines.push(`  ${`${ones.length} ${standing}`.padEnd(FACT - 2)}${meaning}`);
    lines.push(
      ...wrapped(
        `direction ${example.direction}, for one: ${example.reason}`,
        width,
        " ".repeat(FACT),
      ),
    );
  }
  return lines.length === 0 ? [] : [[bold("Turned down"), ...lines]];
}

function nextSection(
  { id }: SweepRecord,
  { workflowUrl, psqlTarget }: Places,
  bold: Colors["bold"],
): readonly string[] {
  return [
    bold("Where to look next"),
    ...(workflowUrl === undefined ? [] : [`  Temporal UI  ${workflowUrl}`]),
    `  SQL          psql ${psqlTarget}`,
    "               select * from leaderboard",
    `               where sweep_id = '${id}' order by place;`,
    `  JSON         liesweep show ${id} --json`,
  ];
}

const REJECTIONS: Readonly<Record<Exclude<Standing, "accepted" | "control">, string>> = {
  floor: "move the data too little to be a learned motion",
  unfit: "belong to trials that ended detected, collapsed or diverged",
  approximate: "belong to a level that holds less exactly than the verdict's group",
  invalid: "did not pass for unmoved data with a fresh classifier",
  unclosed: "have brackets that leave the span and are noticed",
  unsupported: "were found by too few seeds",
};

/** Lines longer than this are hard to read, however wide the terminal. */
const PAGE = 80;

/** Where the second column of facts begins. */
const FACT = 18;

/** Rows of the leaderboard. */
const BEST = 10;
