import { changeSweep } from "./change.ts";
import type { CommandEntry } from "./command.ts";

export const pause: CommandEntry = {
  usage: "pause <sweep>",
  summary: "start no new pack of a sweep; packs in flight train to their end",
  examples: ["liesweep pause two-body"],
  notes: "It stays paused, also when servers and workers restart, until `liesweep resume`.",
  act: (terminal, name) => changeSweep(terminal, name, [{ kind: "paused" }]),
};
