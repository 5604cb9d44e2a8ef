import { InvalidArgumentError } from "commander";
import type { Extension } from "../sweep/index.ts";
import { changeSweep } from "./change.ts";
import type { CommandEntry } from "./command.ts";
import { wholeNumber } from "./set.ts";

export const extend: CommandEntry = {
  usage: "extend <sweep>",
  summary: "add trials to a sweep: more seeds, new values of an axis; also when it has ended",
  examples: [
    "liesweep extend two-body --seeds 5",
    "liesweep extend two-body --add K=3 --add lambda=0.3",
  ],
  notes: `--seeds is how many there are in all then. Every combination of the axes is trained that was not yet; new
trials are numbered after those there are. When they have ended the sweep is judged again, and a verdict that
differs from the latest is added to it. The sweep file stays as it is, and still attaches to the sweep.`,
  options(command) {
    command
      .option("--seeds <number>", "seeds of every configuration, in all", wholeNumber)
      .option(
        "--add <axis=value>",
        "a new value of K, lambda, eta or n; may be repeated",
        addition,
      );
  },
  act: (terminal, name, { seeds, add }) =>
    changeSweep(terminal, name, [
      { kind: "extended", ...(seeds !== undefined && { seeds }), ...(add && { add }) },
    ]),
};

type Values = NonNullable<Extension["add"]>;

/** `K=4` joins what was given before. What values may be is the sweep's to say. */
function addition(text: string, before: Values = {}): Values {
  const [, word = "", value = ""] = /^\s*([^=\s]+)\s*=\s*(\S+)\s*$/.exec(text) ?? [];
  const axis = AXES[word];
  if (axis === undefined || Number.isNaN(Number(value)))
    throw new InvalidArgumentError("Expected K, lambda, eta or n, and a number: K=4.");
  return { ...before, [axis]: [...(before[axis] ?? []), Number(value)] };
}

const AXES: Readonly<Record<string, keyof Values>> = {
  ...{ K: "basisCount", basisCount: "basisCount" },
  ...{ lambda: "regularization", λ: "regularization", regularization: "regularization" },
  ...{ eta: "overlapWeight", η: "overlapWeight", overlapWeight: "overlapWeight" },
  ...{ n: "groupDimension", groupDimension: "groupDimension" },
};
