import { sweepId } from "../sweep/index.ts";
import { type CommandEntry, jsonOption } from "./command.ts";
import { watchSweep } from "./watching.ts";

export const watch: CommandEntry = {
  usage: "watch <sweep>",
  summary: "follow a sweep until its verdict",
  examples: ["liesweep watch two-body"],
  notes: `Ctrl-C detaches (exit code 130), and the sweep goes on. Progress goes to stderr, the verdict to stdout.
JSON: what \`liesweep show --json\` prints, at the end.`,
  options: jsonOption,
  act: (terminal, name, { json = false }) => watchSweep(terminal, sweepId(name), { json }),
};
