import { durationText } from "../report/quantities.ts";
import type { SweepSummary } from "../store/index.ts";
import { gauge } from "./bars.ts";
import { type CommandEntry, jsonOption } from "./command.ts";
import { withStore } from "./connect.ts";
import { EXIT } from "./exit-codes.ts";
import { print, printJson, widthOf } from "./terminal.ts";
import { type Column, plainText, textTable } from "./text-table.ts";

export const list: CommandEntry = {
  usage: "list",
  summary: "list the sweeps there are, newest first",
  examples: ["liesweep list", "liesweep list --json | jq -r '.[].sweep'"],
  notes: `JSON: an array with an object for each sweep (docs/json.md).`,
  options: jsonOption,
  async act(terminal, _, { json }) {
    const sweeps = await withStore(terminal, (store) => store.listSweeps());
    if (json) {
      printJson(
        terminal,
        sweeps.map(({ id, verdict, ...rest }) => ({
          sweep: id,
          ...rest,
          verdict: verdict ?? null,
        })),
      );
    } else if (sweeps.length === 0) {
      print(terminal, "No sweeps yet. Ask a question: `liesweep run examples/two-body.yaml`");
    } else {
      print(terminal, listText(sweeps, Date.now(), widthOf(terminal.stdout)).join("\n"));
    }
    return EXIT.ok;
  },
};

/** One line a sweep; a wide terminal has room for bars and times too. */
function listText(sweeps: readonly SweepSummary[], now: number, width: number): readonly string[] {
  const columns = width >= WIDE ? COLUMNS : COLUMNS.filter(({ isMore }) => !isMore);
  const rows = sweeps.map((sweep) => columns.map(({ of }) => of(sweep, now)));
  return textTable(columns, rows, width);
}

interface ListColumn extends Column {
  /** Only where there is room. */
  readonly isMore?: true;
  of(sweep: SweepSummary, now: number): string;
}

const COLUMNS: readonly ListColumn[] = [
  { title: "sweep", align: "left", shrinks: true, of: ({ id }) => id },
  { title: "data", align: "left", shrinks: true, of: ({ dataset }) => plainText(dataset) },
  { title: "state", align: "left", of: ({ state, isPaused }) => (isPaused ? "paused" : state) },
  {
    title: "",
    align: "left",
    isMore: true,
    of: ({ ended, trials }) => gauge(trials === 0 ? 0 : ended / trials, BAR).join(""),
  },
  { title: "ended", align: "right", of: ({ ended, trials }) => `${ended}/${trials}` },
  { title: "verdict", align: "left", shrinks: true, of: verdictText },
  {
    title: "took",
    align: "right",
    isMore: true,
    of: ({ createdAt, finishedAt }) =>
      finishedAt === undefined ? "–" : secondsText(createdAt, finishedAt.getTime()),
  },
  {
    title: "asked (UTC)",
    align: "left",
    isMore: true,
    of: ({ createdAt }) => createdAt.toISOString().slice(0, 16).replace("T", " "),
  },
  { title: "age", align: "right", of: ({ createdAt }, now) => secondsText(createdAt, now) },
];

const secondsText = (from: Date, until: number): string =>
  durationText((until - from.getTime()) / 1000);

function verdictText({ verdict, reason }: SweepSummary): string {
  if (verdict === undefined) return plainText(reason ?? "–");
  return verdict.status === "found" ? (verdict.name ?? "unnamed") : verdict.status;
}

const WIDE = 140;
const BAR = 12;
