import { durationText } from "../report/quantities.ts";
import type { SweepSummary } from "../store/index.ts";
import { type CommandEntry, jsonOption } from "./command.ts";
import { withStore } from "./connect.ts";
import { EXIT } from "./exit-codes.ts";
import { print, printJson, widthOf } from "./terminal.ts";
import { textTable } from "./text-table.ts";

export const list: CommandEntry = {
  usage: "list",
  summary: "list the sweeps there are, newest first",
  examples: ["liesweep list", "liesweep list --json | jq -r '.[].sweep'"],
  notes: `JSON: [{"sweep", "state", "dataset", "trials", "ended", "createdAt", "finishedAt",
"verdict": null | {"status", "name"}}, ...]; what is not known is absent.`,
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
      const rows = sweeps.map((sweep) => rowOf(sweep, Date.now()));
      print(terminal, textTable(COLUMNS, rows, widthOf(terminal.stdout)).join("\n"));
    }
    return EXIT.ok;
  },
};

const rowOf = (sweep: SweepSummary, now: number): readonly string[] => [
  sweep.id,
  sweep.dataset,
  sweep.state,
  `${sweep.ended}/${sweep.trials}`,
  verdictText(sweep.verdict),
  durationText((now - sweep.createdAt.getTime()) / 1000),
];

function verdictText(verdict: SweepSummary["verdict"]): string {
  if (verdict === undefined) return "–";
  return verdict.status === "found" ? (verdict.name ?? "unnamed") : verdict.status;
}

const COLUMNS = [
  { title: "sweep", align: "left" },
  { title: "data", align: "left", shrinks: true },
  { title: "state", align: "left" },
  { title: "ended", align: "right" },
  { title: "verdict", align: "left" },
  { title: "age", align: "right" },
] as const;
