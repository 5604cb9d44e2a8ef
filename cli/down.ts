import type { CommandEntry } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { say } from "./terminal.ts";

export const down: CommandEntry = {
  usage: "down",
  summary: "stop the worker and the servers of this machine; their data stay",
  examples: ["liesweep down"],
  notes: "Sweeps in progress wait, and go on after `liesweep up` and `liesweep worker`.",
  async act(terminal) {
    const local = await import("../local/index.ts");
    const said: string[] = [];
    await local.down((line) => {
      said.push(line);
      say(terminal, line);
    }, terminal.env);
    if (said.length === 0) say(terminal, `nothing was running in ${local.stateHome(terminal.env)}`);
    return EXIT.ok;
  },
};
