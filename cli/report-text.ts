import { counted, countText, decimals, durationText } from "../report/quantities.ts";
import {
  answerOf,
  type Fact,
  holdingText,
  proposalLines,
  rejectionsOf,
  samplesText,
  verdictFacts,
} from "../report/words.ts";
import type { EvidenceRecord, SweepRecord, TrialRecord } from "../store/index.ts";
import type { Proposal, Verdict } from "../sweep/index.ts";
import { type LeaderboardRow, leaderboardOf, leaderboardText } from "./leaderboard.ts";
import { matrixText } from "./matrix-text.ts";
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
  const { tone, short, rest } = answerOf(record.state, verdict);
  const color = { settled: green, open: yellow, failed: red }[tone];
  return `${record.id}: ${color(short)}${rest}`;
}

/** Two columns: what a number is called; the number, and its scale in words. */
function factLines({ record, verdict, trials }: SweepReport, width: number): readonly string[] {
  const { dataset, startedAt, finishedAt } = record;
  const facts: readonly Fact[] = [
    ["data", dataset.title],
    ["", samplesText(dataset)],
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
    holdingText(map),
    symmetricShare.toFixed(2),
  ]);
  return [
    `${bold("Levels")} (by tolerance; "to δ": not noticed up to that displacement of the data)`,
    ...textTable(LEVEL_COLUMNS, rows, width - 2).map((line) => `  ${line}`),
  ];
}

/** What to run next: lines of a sweep file, or a command where the trials that are there will do. */
const proposalSection = (
  { id }: SweepRecord,
  proposal: Proposal,
  width: number,
  bold: Colors["bold"],
): readonly string[] => [
  bold("What would settle more"),
  ...wrapped(proposal.reason, width - 2).map((line) => `  ${line}`),
  ...proposalLines(id, proposal).map((line) => `  ${line}`),
];

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
  verdict: Verdict,
  width: number,
  bold: Colors["bold"],
): readonly (readonly string[])[] {
  const lines = rejectionsOf(verdict).flatMap(({ standing, count, meaning, example }) => [
    `  ${`${count} ${standing}`.padEnd(FACT - 2)}${meaning}`,
    ...wrapped(example, width, " ".repeat(FACT)),
  ]);
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

/** Lines longer than this are hard to read, however wide the terminal. */
const PAGE = 80;

/** Where the second column of facts begins. */
const FACT = 18;

/** Rows of the leaderboard. */
const BEST = 10;
