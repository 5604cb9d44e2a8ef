import { selectionWorkflowId, sweepId } from "../sweep/index.ts";
import type { CommandEntry } from "./command.ts";
import { withServers } from "./connect.ts";
import { EXIT } from "./exit-codes.ts";
import { readKnownSweep } from "./known-sweep.ts";
import { print } from "./terminal.ts";

export const cancel: CommandEntry = {
  usage: "cancel <sweep>",
  summary: "end a sweep without a verdict; what it has trained is kept",
  examples: ["liesweep cancel two-body"],
  notes: "A cancelled sweep cannot be taken up again: to ask once more, use another name.",
  async act(terminal, name) {
    const sweep = sweepId(name);
    return withServers(terminal, async ({ store, server }) => {
      const { state } = await readKnownSweep(store, sweep);
      if (state !== "planned" && state !== "running") {
        const selecting = await server.cancel(selectionWorkflowId(sweep));
        print(
          terminal,
          `${sweep} has ended already (${state}); ${selecting ? "its selection anew is being cancelled" : "nothing to cancel"}`,
        );
      } else if (await server.cancel(sweep)) {
        print(terminal, `${sweep} is being cancelled; its packs end within seconds`);
      } else {
        // Nobody works on it, so nobody else would ever end its rows.
        await store.setSweepState(sweep, "cancelled");
        print(terminal, `${sweep} is cancelled`);
      }
      return EXIT.ok;
    });
  },
};
