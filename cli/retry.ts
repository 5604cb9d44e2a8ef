import { changeSweep } from "./change.ts";
import type { CommandEntry } from "./command.ts";

export const retry: CommandEntry = {
  usage: "retry <sweep>",
  summary: "train the trials of a sweep that failed once more, also when it has ended",
  examples: ["liesweep retry two-body"],
  notes: `Failed is what a broken machine or a wrong setting leaves; trials that were detected, collapsed or
diverged have an answer, and keep it.`,
  act: (terminal, name) => changeSweep(terminal, name, [{ kind: "retried" }]),
};
