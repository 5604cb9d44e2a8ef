import { InvalidArgumentError, Option } from "commander";
import { type SelectionChange, sweepId } from "../sweep/index.ts";
import { parseSelectionField } from "../sweep/parse.ts";
import { ensureWorker } from "./background-worker.ts";
import { type CommandEntry, jsonOption } from "./command.ts";
import { withServers } from "./connect.ts";
import { submitSelection } from "./selection-anew.ts";
import { say } from "./terminal.ts";
import { watchSelection } from "./watching.ts";
import { trainingOptions } from "./worker-options.ts";

export const select: CommandEntry = {
  usage: "select <sweep>",
  summary: "judge the trials of an ended sweep anew, by other values; trains nothing",
  examples: ["liesweep select two-body --tolerance 0.1", "liesweep select two-body"],
  notes: `What is not given is as in the sweep file, which stays as it is. Answered validity tests are used again,
and only what was not asked before is tested, so the same values give the same verdict. A verdict that differs
from the latest is added to it; \`liesweep show\` prints the latest. Starts what does not run yet, as
\`liesweep run\` does. Ctrl-C detaches, and the selection goes on; \`liesweep cancel\` ends it.
JSON: what \`liesweep show --json\` prints.`,
  options(command) {
    command
      .addOption(fieldOption("tolerance", "v", "largest score of a direction that may join"))
      .addOption(fieldOption("displacement", "δ", "how far a tested direction moves the data"));
    trainingOptions(command);
    jsonOption(command);
  },
  async act(terminal, name, options) {
    const sweep = sweepId(name);
    const { tolerance, displacement, json = false } = options;
    const change: SelectionChange = {
      ...(tolerance !== undefined && { tolerance }),
      ...(displacement !== undefined && { displacement }),
    };
    const local = await import("../local/index.ts");
    const { home } = await local.up((line) => say(terminal, line), terminal.env);
    const notice = await withServers(terminal, (servers) =>
      submitSelection(sweep, change, servers),
    );
    if (notice !== undefined) say(terminal, notice);
    await ensureWorker(terminal, home, options);
    return watchSelection(terminal, sweep, json ? "document" : "text");
  },
};

const fieldOption = (field: keyof SelectionChange, symbol: string, meaning: string): Option =>
  new Option(`--${field} <${symbol}>`, `${meaning} (default: the sweep's)`).argParser((text) => {
    const read = parseSelectionField(field, text);
    if (typeof read === "number") return read;
    throw new InvalidArgumentError(`${read.message.replace(/^e/, "E")}.`);
  });
