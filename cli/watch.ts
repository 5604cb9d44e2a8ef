import { sweepId } from "../sweep/index.ts";
import { type CommandEntry, jsonOption } from "./command.ts";
import { watchSweep } from "./watching.ts";

export const watch: CommandEntry = {
  usage: "watch <sweep>",
  summary: "follow a sweep until its verdict",
  examples: [
    "liesweep watch two-body",
    "liesweep watch two-body --json | tail -1 | jq .verdict.name",
  ],
  notes: `Ctrl-C detaches (exit code 130), and the sweep goes on. Progress goes to stderr, the verdict to stdout.
JSON: an object a line on stdout: {"event": "progress", ...} when something changed, {"event": "notice", ...}
where nothing happens, and {"event": "end", ...} with what \`liesweep show --json\` prints (docs/json.md).`,
  options: jsonOption,
  act: (terminal, name, { json = false }) =>
    watchSweep(terminal, sweepId(name), json ? "lines" : "text"),
};
