import type { Addresses } from "../local/index.ts";
import type { SweepStore } from "../store/index.ts";
import { type SweepId, sweepId, type Verdict } from "../sweep/index.ts";
import { type CommandEntry, jsonOption } from "./command.ts";
import { withStore } from "./connect.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { readKnownSweep } from "./known-sweep.ts";
import { leaderboardOf } from "./leaderboard.ts";
import { type Places, reportText, type SweepReport } from "./report-text.ts";
import { colorsOf, print, printJson, printJsonLine, type Terminal, widthOf } from "./terminal.ts";

export const show: CommandEntry = {
  usage: "show <sweep>",
  summary: "print the verdict of a sweep, its basis, its best trials and its reasons",
  examples: ["liesweep show two-body", "liesweep show two-body --json | jq .verdict.name"],
  notes: `Exit code 0 for found or none, 3 for inconclusive or not decided yet, 1 for failed or cancelled.
JSON: the verdict with its levels and bases, the leaderboard, what was asked and of which data (docs/json.md).`,
  options: jsonOption,
  act: (terminal, name, { json = false }) =>
    withStore(terminal, (store, at) =>
      showSweep(terminal, store, at, sweepId(name), json ? "document" : "text"),
    ),
};

/** What is written of a sweep: for people, as one JSON document, or as the last of the JSON lines of a watch. */
export type Written = "text" | "document" | "lines";

export async function showSweep(
  terminal: Terminal,
  store: SweepStore,
  at: Addresses,
  sweep: SweepId,
  written: Written,
): Promise<ExitCode> {
  const record = await readKnownSweep(store, sweep);
  const [verdict, trials, evidence, failures] = await Promise.all([
    store.readVerdict(sweep),
    store.readTrials(sweep),
    store.readEvidence(sweep),
    store.readFailures(sweep),
  ]);
  const report = { record, verdict, trials, evidence, failures };
  const places = placesOf(at, sweep);
  const { stdout, env } = terminal;
  switch (written) {
    case "text":
      print(terminal, reportText(report, places, widthOf(stdout), colorsOf(stdout, env)));
      break;
    case "document":
      printJson(terminal, jsonOf(report, places));
      break;
    case "lines":
      printJsonLine(terminal, { event: "end", at: new Date(), ...jsonOf(report, places) });
  }
  return exitCodeOf(report);
}

function exitCodeOf({ record, verdict }: SweepReport): ExitCode {
  if (verdict !== undefined && verdict.status !== "inconclusive") return EXIT.ok;
  if (record.state === "failed" || record.state === "cancelled") return EXIT.fault;
  return EXIT.undecided;
}

const placesOf = ({ temporalUiUrl }: Addresses, sweep: SweepId): Places => ({
  workflowUrl: temporalUiUrl && `${temporalUiUrl}/namespaces/default/workflows/${sweep}`,
});

function jsonOf(
  { record, verdict, trials, evidence, failures }: SweepReport,
  { workflowUrl }: Places,
) {
  const { id: sweep, dataset, asked: _, changes: __, ...rest } = record;
  const { secondMoment: ___, ...facts } = dataset;
  return {
    sweep,
    ...rest,
    dataset: facts,
    verdict:
      verdict === undefined
        ? null
        : {
            ...verdict,
            basis: matricesOf(verdict),
            levels: verdict.levels.map((level) => ({ ...level, basis: matricesOf(level) })),
          },
    leaderboard: leaderboardOf(trials, evidence, verdict),
    failures,
    workflowUrl,
  };
}

/** Each matrix as its rows. */
const matricesOf = ({ basis }: Pick<Verdict, "basis">): number[][][] =>
  basis.map((entries) => {
    const n = Math.round(Math.sqrt(entries.length));
    return Array.from({ length: n }, (_, i) => Array.from(entries.slice(i * n, (i + 1) * n)));
  });
