import { InvalidArgumentError } from "commander";
import type { ChangeRequest } from "../sweep/index.ts";
import { changeSweep } from "./change.ts";
import type { CommandEntry } from "./command.ts";
import { badInput } from "./command-error.ts";

export const set: CommandEntry = {
  usage: "set <sweep>",
  summary: "change how many packs of a running sweep are in flight, or how soon they are served",
  examples: ["liesweep set two-body --concurrency 8", "liesweep set two-body --priority 1"],
  notes: `Fewer packs at once: those in flight train to their end. A priority holds for packs and tests that begin
later; packs that wait for a slot already keep theirs.`,
  options(command) {
    command
      .option("--concurrency <packs>", "packs in flight at once, over all workers", wholeNumber)
      .option("--priority <1-5>", "1 is served first, 5 last, 3 where nobody said", wholeNumber);
  },
  act(terminal, name, { concurrency, priority }) {
    const requests: readonly ChangeRequest[] = [
      // In this order, so that packs which find room at once have the priority, too.
      ...(priority === undefined ? [] : [{ kind: "priority" as const, priority }]),
      ...(concurrency === undefined ? [] : [{ kind: "concurrency" as const, packs: concurrency }]),
    ];
    if (requests.length === 0) throw badInput("Nothing to set: give --concurrency or --priority.");
    return changeSweep(terminal, name, requests);
  },
};

/** What the number may be is the sweep's to say. */
export function wholeNumber(text: string): number {
  if (/^\d+$/.test(text.trim())) return Number(text);
  throw new InvalidArgumentError("Expected a whole number.");
}
