import { changeSweep } from "./change.ts";
import type { CommandEntry } from "./command.ts";

export const resume: CommandEntry = {
  usage: "resume <sweep>",
  summary: "go on with a paused sweep",
  examples: ["liesweep resume two-body"],
  act: (terminal, name) => changeSweep(terminal, name, [{ kind: "resumed" }]),
};
