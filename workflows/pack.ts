import {
  CancellationScope,
  defineSignal,
  getExternalWorkflowHandle,
  isCancellation,
  patched,
} from "@temporalio/workflow";
import type { Failure, Pack, SweepId } from "../sweep/index.ts";
import { failureIn } from "./failures.ts";
import { untilDone } from "./hand-over.ts";
import { cancelPack, failPack, training } from "./proxies.ts";

/** How a pack ended, as it tells the sweep. */
export interface PackEnding {
  readonly number: number;
  readonly kind: "trained" | "failed" | "cancelled";
  /** What it failed of; earlier versions did not tell it. */
  readonly failure?: Failure;
}

export const packEnded = defineSignal<[PackEnding]>("packEnded");

/**
 * One pack: one long activity, then a signal home. It never fails: how it ended is its result.
 *
 * @param queue - label of the workers that may train it; those without one where undefined
 */
export async function packWorkflow(pack: Pack, queue?: string): Promise<PackEnding> {
  const { trainPack } = training({ summary: summaryOf(pack), queue });
  let ending: PackEnding = { number: pack.number, kind: "trained" };
  try {
    await untilDone(() => trainPack(pack));
  } catch (error) {
    if (isCancellation(error) || wasCancelled()) {
      ending = { ...ending, kind: "cancelled" };
      await CancellationScope.nonCancellable(() => cancelPack(pack));
    } else {
      const failure = failureIn(error);
      ending = { ...ending, kind: "failed", failure };
      await CancellationScope.nonCancellable(() => failPack(pack, failure.message, failure.error));
    }
  }
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
