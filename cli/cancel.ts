import type { SweepState } from "../store/index.ts";
import { type SweepId, selectionWorkflowId, sweepId } from "../sweep/index.ts";
import { type CommandEntry, jsonOption } from "./command.ts";
import { type Connected, withServers } from "./connect.ts";
import { EXIT } from "./exit-codes.ts";
import { readKnownSweep } from "./known-sweep.ts";
import { print, printJson } from "./terminal.ts";

export const cancel: CommandEntry = {
  usage: "cancel <sweep>",
  summary: "end a sweep without a verdict; what it has trained is kept",
  examples: ["liesweep cancel two-body"],
  notes: `A cancelled sweep cannot be taken up again: to ask once more, use another name.
JSON: {"sweep", "state", "outcome"}: the state before, and "cancelling", "cancelled", "cancelling selection" or
"nothing to cancel".`,
  options: jsonOption,
  async act(terminal, name, { json }) {
    const sweep = sweepId(name);
    return withServers(terminal, async (servers) => {
      const { state } = await readKnownSweep(servers.store, sweep);
      const outcome = await cancelled(sweep, state, servers);
      if (json) printJson(terminal, { sweep, state, outcome });
      else print(terminal, `${sweep} ${WORDS[outcome](state)}`);
      return EXIT.ok;
    });
  },
};

type Outcome = keyof typeof WORDS;

async function cancelled(
  sweep: SweepId,
  state: SweepState,
  { store, server }: Pick<Connected, "store" | "server">,
): Promise<Outcome> {
  if (state !== "planned" && state !== "running")
    return (await server.cancel(selectionWorkflowId(sweep)))
      ? "cancelling selection"
      : "nothing to cancel";
  if (await server.cancel(sweep)) return "cancelling";
  // Nobody works on it, so nobody else would ever end its rows.
  await store.setSweepState(sweep, "cancelled");
  return "cancelled";
}

const WORDS = {
  cancelling: () => "is being cancelled; its packs end within seconds",
  cancelled: () => "is cancelled",
  "cancelling selection": (state: SweepState) =>
    `has ended already (${state}); its selection anew is being cancelled`,
  "nothing to cancel": (state: SweepState) => `has ended already (${state}); nothing to cancel`,
};
