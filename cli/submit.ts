import { type CommandEntry, jsonOption } from "./command.ts";
import { withServers } from "./connect.ts";
import { EXIT } from "./exit-codes.ts";
import { readQuestion } from "./question.ts";
import { type Submitted, submitQuestion } from "./submission.ts";
import { print, printJson } from "./terminal.ts";
import { watchSweep } from "./watching.ts";

export const submit: CommandEntry = {
  usage: "submit <file>",
  summary: "ask a running stack the question of a sweep file",
  examples: ["liesweep submit examples/two-body.yaml", "liesweep submit --wait sweep.yaml"],
  notes: `The same file again attaches to the sweep it started; a changed file needs another name.
JSON: {"sweep": "two-body", "submitted": "started" | "attached" | "complete"};
with --wait, what \`liesweep show --json\` prints.`,
  options(command) {
    command.option("--wait", "watch until the verdict");
    jsonOption(command);
  },
  async act(terminal, file, { wait = false, json = false }) {
    const question = await readQuestion(file);
    const { sweep } = question.spec;
    const submitted = await withServers(terminal, (servers) => submitQuestion(question, servers));
    if (wait) return watchSweep(terminal, sweep, json ? "document" : "text");
    if (json) printJson(terminal, { sweep, submitted });
    else print(terminal, `${sweep}: ${WORDS[submitted]} \`liesweep ${LOOK[submitted]} ${sweep}\``);
    return EXIT.ok;
  },
};

const WORDS: Readonly<Record<Submitted, string>> = {
  started: "submitted. Follow it with",
  attached: "was submitted before and goes on. Follow it with",
  complete: "was submitted before and has its verdict. See it with",
};

const LOOK: Readonly<Record<Submitted, string>> = {
  started: "watch",
  attached: "watch",
  complete: "show",
};
