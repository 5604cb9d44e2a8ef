import { ladderOf, type NoticeScale, noticeScaleOf, type Rung } from "../report/index.ts";
import { counted, countText, decimals, durationText } from "../report/quantities.ts";
import {
  answerOf,
  type Fact,
  failureFacts,
  holdingText,
  proposalLines,
  rejectionsOf,
  samplesText,
  verdictFacts,
} from "../report/words.ts";
import type { EvidenceRecord, SweepRecord, TrialRecord } from "../store/index.ts";
import type { FailureCount, Verdict } from "../sweep/index.ts";
import { bar, sparkLine } from "./bars.ts";
import { type LeaderboardRow, leaderboardOf, leaderboardText } from "./leaderboard.ts";
import { matrixText } from "./matrix-text.ts";
import type { Colors } from "./terminal.ts";
import { beside, plainText, textTable, wrapped } from "./text-table.ts";

/** All that is kept of a sweep, read at one time. */
export interface SweepReport {
  readonly record: SweepRecord;
  readonly verdict: Verdict | undefined;
  readonly trials: readonly TrialRecord[];
  readonly evidence: EvidenceRecord;
  readonly failures: readonly FailureCount[];
}

/** Where more is to be seen. */
export interface Places {
  /** Of the sweep's workflow; absent where the server's UI is not known. */
  readonly workflowUrl: string | undefined;
}

type Lines = readonly string[];

/**
 * A sweep as text: the verdict, its basis, how far it holds, the best trials, what was turned down and why. Where the
 * terminal has room for two columns, what the verdict says stands beside what it rests on.
 */
export function reportText(
  report: SweepReport,
  places: Places,
  width: number,
  colors: Colors,
): string {
  const page = width >= TWO_PAGES ? Math.floor((width - GUTTER) / 2) : Math.min(width, PAGE);
  const says = [
    wrapped(colors.bold(headline(report, colors)), page),
    factLines(report, page),
    ...(report.verdict === undefined
      ? [reasonLines(report, page)]
      : verdictSections(report, report.verdict, page, colors)),
  ];
  const restsOn = [
    boardSection(report, page, colors),
    directionSection(report.verdict, page, colors),
    nextSection(report, places, page, colors),
  ];
  return (
    width >= TWO_PAGES
      ? beside(joined(says), joined(restsOn), page + GUTTER)
      : joined([...says, ...restsOn])
  ).join("\n");
}

/** Sections with an empty line between them. */
const joined = (sections: readonly Lines[]): Lines =>
  sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));

/** A title, with what it leaves to say after it, above indented lines. */
const section = (
  title: string,
  note: string,
  lines: Lines,
  width: number,
  { bold }: Colors,
): Lines => [
  ...wrapped(note === "" ? bold(title) : `${bold(title)} (${note})`, width),
  ...lines.map((line) => (line === "" ? "" : `  ${line}`)),
];

function headline({ record, verdict }: SweepReport, { green, yellow, red }: Colors): string {
  const { tone, short, rest } = answerOf(record.state, verdict);
  const color = { settled: green, open: yellow, failed: red }[tone];
  return `${record.id}: ${color(short)}${rest}`;
}

/** What stopped a sweep that has no verdict. */
const reasonLines = ({ record: { reason } }: SweepReport, width: number): Lines =>
  reason === undefined ? [] : wrapped(plainText(reason), width);

/** Two columns: what a number is called; the number, and its scale in words. */
function factLines({ record, verdict, trials, failures }: SweepReport, width: number): Lines {
  const { dataset, startedAt, finishedAt } = record;
  const facts: readonly Fact[] = [
    ["data", plainText(dataset.title)],
    ["", samplesText(dataset)],
    [
      "trials",
      `${countText(trials.length)}${startedAt && finishedAt ? `, in ${durationText((finishedAt.getTime() - startedAt.getTime()) / 1000)}` : ""}`,
    ],
    ...failureFacts(failures).map(([name, text]): Fact => [name, plainText(text)]),
    ...(verdict === undefined ? [] : verdictFacts(verdict, dataset.dimension)),
  ];
  return facts.flatMap(([name, text]) => {
    const [first = "", ...rest] = wrapped(text, width, " ".repeat(FACT));
    return [`  ${name.padEnd(FACT - 2)}${first.trimStart()}`, ...rest];
  });
}

function verdictSections(
  report: SweepReport,
  verdict: Verdict,
  width: number,
  colors: Colors,
): readonly Lines[] {
  const { proposal } = verdict;
  return [
    wrapped(verdict.reason, width),
    basisSection(verdict, width, colors),
    levelSection(verdict, width, colors),
    validitySection(report, verdict, width, colors),
    proposal === undefined
      ? []
      : section(
          "What would settle more",
          "",
          [
            ...wrapped(proposal.reason, width - 2),
            ...proposalLines(report.record, proposal).flatMap((line) =>
              commandLines(line, width - 2),
            ),
          ],
          width,
          colors,
        ),
  ];
}

/** Matrices beside each other as long as they fit, a line apart where they do not. */
function basisSection({ basis }: Verdict, width: number, colors: Colors): Lines {
  if (basis.length === 0) return [];
  const rows: Lines[] = [];
  for (const [k, entries] of basis.entries()) {
    const lines = matrixText(`L${k + 1}`, entries, width - 2);
    const last = rows.at(-1);
    const at = last === undefined ? 0 : Math.max(...last.map((line) => line.length)) + MATRIX_GAP;
    const fits =
      last !== undefined && at + Math.max(...lines.map((line) => line.length)) <= width - 2;
    if (fits && last.length === lines.length) rows[rows.length - 1] = beside(last, lines, at);
    else rows.push(lines);
  }
  return section(
    "Basis",
    "in the coordinates of the data; each moves them by their own size",
    joined(rows),
    width,
    colors,
  );
}

/** How far each level holds: the law and the map, apart. */
function levelSection({ levels }: Verdict, width: number, colors: Colors): Lines {
  if (levels.length === 0) return [];
  const rows = levels.map(({ tolerance, name, dimension, law, map, symmetricShare }) => [
    decimals(tolerance),
    name,
    countText(dimension),
    shortly(holdingText(law)),
    shortly(holdingText(map)),
    symmetricShare.toFixed(2),
  ]);
  return section(
    "Levels",
    'by tolerance; "to δ": not noticed up to that displacement of the data',
    textTable(LEVEL_COLUMNS, rows, width - 2),
    width,
    colors,
  );
}

const shortly = (holding: string): string => holding.replace("approximate", "approx.");

/** Scores of each level as a whole over the displacements it was tested at, as spark lines and numbers. */
function validitySection(
  { record, evidence }: SweepReport,
  { levels }: Verdict,
  width: number,
  colors: Colors,
): Lines {
  const scale = noticeScaleOf({ record, evidence });
  if (scale === undefined) return [];
  const ladders = levels.flatMap((level, i) => {
    const { law, map } = ladderOf(level, evidence);
    const name = levels.length === 1 ? level.name : `${i + 1} ${level.name}`;
    return [
      { name, what: "law", rungs: law, chance: scale.chance },
      {
        name: "",
        what: "map",
        rungs: level.map === undefined ? [] : map,
        chance: 2 * scale.chance,
      },
    ].filter(({ rungs }) => rungs.length > 0);
  });
  if (ladders.length === 0) return [];
  const asked = ladders.flatMap(({ rungs }) => rungs.map(({ displacement }) => displacement));
  const ladder = [...new Set(asked)].toSorted((a, b) => a - b);
  const rows = ladders.map(({ name, what, rungs, chance }) => {
    const at = ladder.map((displacement) =>
      rungs.find((rung) => rung.displacement === displacement),
    );
    return [
      name,
      what,
      sparkLine(at.map((rung) => rung && heightOf(rung, { ...scale, chance }))),
      ...at.map((rung) => (rung === undefined ? "" : decimals(rung.nats / scale.random))),
    ];
  });
  return section(
    "Validity",
    "scores over displacement δ; ▁ unnoticed, █ like random motions",
    textTable(
      [
        { title: "", align: "left", shrinks: true },
        { title: "", align: "left" },
        { title: "", align: "left" },
        ...ladder.map((displacement, i) => {
          const text = String(Number(displacement.toPrecision(3)));
          return { title: i === 0 ? `δ ${text}` : text, align: "right" } as const;
        }),
      ],
      rows,
      width - 2,
    ),
    width,
    colors,
  );
}

/** 0 up to what chance gives, then by the logarithm: what is hardly noticed is what matters. */
const heightOf = ({ nats }: Rung, { chance, random }: NoticeScale): number =>
  nats <= chance ? 0 : (1 + (6 * Math.log(nats / chance)) / Math.log(random / chance)) / 7;

const LEVEL_COLUMNS = [
  { title: "tolerance", align: "right" },
  { title: "algebra", align: "left", shrinks: true },
  { title: "dim", align: "right" },
  { title: "law", align: "left" },
  { title: "map", align: "left" },
  { title: "symmetric", align: "right" },
] as const;

function boardSection(
  { trials, evidence, verdict }: SweepReport,
  width: number,
  colors: Colors,
): Lines {
  const rows: readonly LeaderboardRow[] = leaderboardOf(trials, evidence, verdict);
  if (rows.length === 0) return [];
  const shown = rows.slice(0, BEST);
  return section(
    "Leaderboard",
    `best ${shown.length} of ${counted(trials.length, "trial")}; entropy ${decimals(Math.LN2)} = ln 2 at best`,
    leaderboardText(shown, width - 2),
    width,
    colors,
  );
}

/** What became of the directions, as counts and bars, and why. */
function directionSection(verdict: Verdict | undefined, width: number, colors: Colors): Lines {
  if (verdict === undefined) return [];
  const accepted = verdict.directions.filter(({ standing }) => standing === "accepted").length;
  const standings = [
    ...(accepted > 0
      ? [{ standing: "accepted", count: accepted, meaning: "of the verdict's group", example: "" }]
      : []),
    ...rejectionsOf(verdict),
  ];
  if (standings.length === 0) return [];
  const all = standings.reduce((sum, { count }) => sum + count, 0);
  const most = Math.max(...standings.map(({ count }) => count));
  return section(
    "Directions",
    `what became of ${counted(all, "direction")}, learned or made of what was learned`,
    standings.flatMap(({ standing, count, meaning, example }) => [
      `${standing.padEnd(STANDING)} ${String(count).padStart(COUNT)}  ${colors.cyan(bar(count / most, BAR))}`,
      ...wrapped(meaning, width - 2, "    "),
      ...wrapped(example, width - 2, "    "),
    ]),
    width,
    colors,
  );
}

function nextSection(
  { record: { id } }: SweepReport,
  { workflowUrl }: Places,
  width: number,
  colors: Colors,
): Lines {
  const commands = [
    ["page", `liesweep report ${id}`],
    ["SQL", `liesweep sql ${id}`],
    ["JSON", `liesweep show ${id} --json`],
  ] as const;
  const room = width - 2 - PLACE;
  const fit = commands.every(([, command]) => command.length <= room);
  return section(
    "Where to look next",
    "",
    [
      // An address has no place to break.
      ...(workflowUrl === undefined ? [] : [`${"Temporal UI".padEnd(PLACE)}${workflowUrl}`]),
      ...commands.flatMap(([what, command]) =>
        fit
          ? [what.padEnd(PLACE) + command]
          : [what, ...commandLines(command, width - 4).map((line) => `  ${line}`)],
      ),
    ],
    width,
    colors,
  );
}

/** A command line that a shell takes as it stands, on several lines where it is too long for one. */
function commandLines(command: string, width: number): Lines {
  if (command.length <= width) return [command];
  const at = command.lastIndexOf(" ", width - 2);
  if (at <= 2) return [command];
  return [`${command.slice(0, at)} \\`, ...commandLines(`  ${command.slice(at + 1)}`, width)];
}

/** Lines longer than this are hard to read, however wide the terminal. */
const PAGE = 100;

/** Terminals so wide have room for two. */
const TWO_PAGES = 160;

/** Between them. */
const GUTTER = 4;

/** Where the second column of facts begins, and that of places. */
const FACT = 18;
const PLACE = 13;

/** Widths of the columns of standings. */
const STANDING = 12;
const COUNT = 6;
const BAR = 32;

const MATRIX_GAP = 4;

/** Rows of the leaderboard. */
const BEST = 10;
