import {
  ApplicationFailure,
  CancellationScope,
  defineSignal,
  getExternalWorkflowHandle,
  isCancellation,
  patched,
} from "@temporalio/workflow";
import type { Pack, SweepId } from "../sweep/index.ts";
import { cancelPack, failPack, training } from "./proxies.ts";

/** How a pack ended, as it tells the sweep. */
export interface PackEnding {
  readonly number: number;
  readonly kind: "trained" | "failed" | "cancelled";
}

export const packEnded = defineSignal<[PackEnding]>("packEnded");

/** One pack: one long activity, then a signal home. It never fails: how it ended is its result. */
export async function packWorkflow(pack: Pack): Promise<PackEnding> {
  const { trainPack } = training(summaryOf(pack));
  let kind: PackEnding["kind"] = "trained";
  try {
    await trainPack(pack);
  } catch (error) {
    kind = isCancellation(error) || wasCancelled() ? "cancelled" : "failed";
    await CancellationScope.nonCancellable(() =>
      kind === "cancelled" ? cancelPack(pack) : failPack(pack, ...wordsOf(error)),
    );
  }
  const ending = { number: pack.number, kind };
  await CancellationScope.nonCancellable(() => reportHome(pack.sweep, ending));
  return ending;
}

/** A trainer that breaks, or falls silent, as it is told to stop fails; its pack was cancelled nonetheless. */
const wasCancelled = (): boolean =>
  CancellationScope.current().consideredCancelled && patched(CANCELLED);

/** Since when a pack that was to be cancelled is, however its trainer ends. */
const CANCELLED = "a pack that is cancelled does not fail";

export const summaryOf = ({ firstTrial, trials }: Pack): string =>
  `trials ${firstTrial}…${firstTrial + trials - 1}`;

/** By workflow id, so that it reaches whichever run of the sweep is current. A sweep that is gone needs no news. */
async function reportHome(sweep: SweepId, ending: PackEnding): Promise<void> {
  try {
    await getExternalWorkflowHandle(sweep).signal(packEnded, ending);
  } catch (error) {
    if (isCancellation(error)) throw error;
  }
}

/** Message and name of the innermost cause: what the activity itself said. */
function wordsOf(error: unknown): [message: string, name: string] {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause !== undefined) innermost = innermost.cause;
  if (innermost instanceof ApplicationFailure)
    return [innermost.message, innermost.type ?? innermost.name];
  return innermost instanceof Error
    ? [innermost.message, innermost.name]
    : [String(innermost), "Unknown"];
}
