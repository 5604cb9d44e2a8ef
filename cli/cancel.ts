import type { SweepState } from "../store/index.ts";
import { type SweepId, selectionWorkflowId, sweepId } from "../sweep/index.ts";
import { submitChange } from "./change.ts";
import { type CommandEntry, jsonOption } from "./command.ts";
import { type Connected, withServers } from "./connect.ts";
import { EXIT } from "./exit-codes.ts";
import { readKnownSweep } from "./known-sweep.ts";
import { wholeNumber } from "./set.ts";
import { print, printJson } from "./terminal.ts";

export const cancel: CommandEntry = {
  usage: "cancel <sweep>",
  summary: "end a sweep without a verdict, or one of its trials; what was trained is kept",
  examples: ["liesweep cancel two-body", "liesweep cancel two-body --trial 7"],
  notes: `A cancelled sweep cannot be taken up again: to ask once more, use another name. A cancelled trial leaves its
pack within an epoch, and counts as one that found nothing.
JSON: {"sweep", "state", "outcome"}: the state before, and "cancelling", "cancelled", "cancelled trial",
"cancelling selection" or "nothing to cancel".`,
  options(command) {
    command.option("--trial <number>", "only this trial, by its number in the plan", wholeNumber);
    jsonOption(command);
  },
  async act(terminal, name, { trial, json }) {
    const sweep = sweepId(name);
    return withServers(terminal, async (servers) => {
      const { state } = await readKnownSweep(servers.store, sweep);
      const outcome =
        trial === undefined
          ? await cancelled(sweep, state, servers)
          : await cancelledTrial(name, trial, servers);
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

async function cancelledTrial(name: string, trial: number, servers: Connected): Promise<Outcome> {
  await submitChange(name, { kind: "dropped", trial }, servers);
  return "cancelled trial";
}

const WORDS = {
  cancelling: () => "is being cancelled; its packs end within seconds",
  cancelled: () => "is cancelled",
  "cancelled trial": () => "goes on without that trial",
  "cancelling selection": (state: SweepState) =>
    `has ended already (${state}); its selection anew is being cancelled`,
  "nothing to cancel": (state: SweepState) => `has ended already (${state}); nothing to cancel`,
};
