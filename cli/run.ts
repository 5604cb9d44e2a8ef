import { ensureWorker } from "./background-worker.ts";
import { type CommandEntry, jsonOption } from "./command.ts";
import { withServers } from "./connect.ts";
import { readQuestion } from "./question.ts";
import { submitQuestion } from "./submission.ts";
import { say } from "./terminal.ts";
import { watchSweep } from "./watching.ts";
import { trainingOptions } from "./worker-options.ts";

export const run: CommandEntry = {
  usage: "run <file>",
  summary: "answer a sweep file on this machine: stack, worker, progress, verdict",
  examples: ["liesweep run examples/two-body.yaml"],
  notes: `Starts what does not run yet: PostgreSQL, Temporal and one worker in the background. They go on
when this command ends; \`liesweep down\` stops them. Ctrl-C detaches, and the sweep goes on.
JSON: what \`liesweep show --json\` prints.`,
  options(command) {
    trainingOptions(command);
    jsonOption(command);
  },
  async act(terminal, file, options) {
    const question = await readQuestion(file);
    const { sweep } = question.spec;
    const local = await import("../local/index.ts");
    const { home } = await local.up((line) => say(terminal, line), terminal.env);
    const submitted = await withServers(terminal, (servers) => submitQuestion(question, servers));
    const { queue } = question.spec.limits;
    if (submitted !== "complete")
      await ensureWorker(terminal, home, { ...(queue !== undefined && { queue }), ...options });
    return watchSweep(terminal, sweep, options.json ? "document" : "text");
  },
};
