import { counted } from "../report/quantities.ts";
import type { SweepRecord } from "../store/index.ts";
import {
  type ChangeRequest,
  controlOf,
  planSweep,
  selectionWorkflowId,
  sweepId,
  whyNot,
} from "../sweep/index.ts";
import type { Changed } from "../workflows/index.ts";
import { badInput, fault } from "./command-error.ts";
import { type Connected, withServers } from "./connect.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { readKnownSweep } from "./known-sweep.ts";
import { refuseChangedData } from "./selection-anew.ts";
import { print, type Terminal } from "./terminal.ts";

/** Asks for changes of a sweep, one after the other, and prints what each came to. */
export async function changeSweep(
  terminal: Terminal,
  name: string,
  requests: readonly ChangeRequest[],
): Promise<ExitCode> {
  return withServers(terminal, async (servers) => {
    for (const request of requests) {
      const changed = await submitChange(name, request, servers);
      print(terminal, `${name} ${outcomeText(request, changed)}`);
    }
    return EXIT.ok;
  });
}

/** By the workflow that runs; one that has ended is started again where trials join it. */
export async function submitChange(
  name: string,
  request: ChangeRequest,
  { store, server }: Pick<Connected, "store" | "server">,
): Promise<Changed> {
  const record = await readKnownSweep(store, sweepId(name));
  if (addsWork(request)) await refuseChangedData(record);
  const changed = await server.change(record.id, request);
  if (changed !== undefined) return changed;
  refuseWithoutWorkflow(record, request);
  if (request.kind === "retried" && (await store.readProgress(record.id)).trials.failed === 0)
    throw badInput(`No trial of ${record.id} has failed.`);
  const selection = await server.standing(selectionWorkflowId(record.id));
  if (selection.kind === "running")
    throw fault(
      `${record.id} is being judged anew. Ask again when that has ended, or end it with ` +
        `\`liesweep cancel ${record.id}\`.`,
    );
  return server.changeEnded(record, request);
}

const addsWork = ({ kind }: ChangeRequest): boolean => kind === "extended" || kind === "retried";

function refuseWithoutWorkflow(record: SweepRecord, request: ChangeRequest): void {
  const { id, state, asked, changes, dataset } = record;
  if (state === "planned" || state === "running")
    throw fault(`No workflow works on ${id}: submit its file again to take it up.`);
  if (state === "cancelled")
    throw fault(`${id} was cancelled, and is not taken up again. Ask once more by another name.`);
  if (!addsWork(request))
    throw badInput(`${id} has ended (${state}); only more trials can join it.`);
  const why = whyNot(request, {
    control: controlOf(asked, changes),
    trials: planSweep(asked, changes).count,
    dimension: dataset.dimension,
  });
  if (why !== undefined) throw badInput(`${id} ${why}.`);
}

function outcomeText(request: ChangeRequest, { trials, running }: Changed): string {
  switch (request.kind) {
    case "paused":
      return running === 0
        ? "is paused; nothing is in flight"
        : `is paused; ${counted(running, "pack")} in flight will train to the end`;
    case "resumed":
      return "goes on";
    case "concurrency":
      return `has at most ${counted(request.packs, "pack")} in flight from now on`;
    case "priority":
      return `has priority ${request.priority} from its next pack on`;
    case "dropped":
      return `goes on without trial ${request.trial}`;
    case "extended":
      return `has ${counted(trials, "trial")} more, and is judged again when they have ended`;
    case "retried":
      return `trains ${counted(trials, "trial")} once more, and is judged again when they have ended`;
  }
}
