import { type CommandEntry, jsonOption } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { print, printJson, say } from "./terminal.ts";

export const up: CommandEntry = {
  usage: "up",
  summary: "start PostgreSQL and Temporal on this machine, or join those that run",
  examples: ["liesweep up"],
  notes: `Repeating it changes nothing. DATABASE_URL and TEMPORAL_ADDRESS name servers to use instead.
JSON: {"home", "databaseUrl", "readerUrl", "temporalAddress", "temporalUiUrl", "workerLog"}.`,
  options: jsonOption,
  async act(terminal, _, { json }) {
    const local = await import("../local/index.ts");
    const stack = await local.up((line) => say(terminal, line), terminal.env);
    if (json) {
      printJson(terminal, stack);
      return EXIT.ok;
    }
    print(terminal, `PostgreSQL   ${stack.databaseUrl}`);
    if (stack.readerUrl) print(terminal, `for readers  ${stack.readerUrl}`);
    print(terminal, `Temporal     ${stack.temporalAddress}`);
    if (stack.temporalUiUrl) print(terminal, `Temporal UI  ${stack.temporalUiUrl}`);
    print(terminal, `home         ${stack.home}`);
    print(terminal, "Next: `liesweep worker` to train, `liesweep submit FILE` to ask.");
    return EXIT.ok;
  },
};
