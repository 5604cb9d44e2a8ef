import { ApplicationFailure } from "@temporalio/activity";
import type { SweepRecord, SweepStore } from "../store/index.ts";
import { planTrials, type SweepId } from "../sweep/index.ts";
import type { ActivityTools } from "./tools.ts";

/** Opening and closing a sweep. */
export const createSweepActivities = ({ store }: Pick<ActivityTools, "store">) => ({
  /** Adds what is missing of the plan; a retry adds nothing. */
  async openSweep(sweep: SweepId): Promise<void> {
    const { spec } = await mustRead(store, sweep);
    await store.addTrials(sweep, planTrials(spec));
    await store.setSweepState(sweep, "running");
  },

  /** After it no row of the sweep says running. A retry changes nothing. */
  async closeSweep(sweep: SweepId, state: "complete" | "cancelled" | "failed"): Promise<void> {
    await store.setSweepState(sweep, state);
  },
});

/** The sweep, which whoever started the workflow has recorded first. */
export async function mustRead(store: SweepStore, sweep: SweepId): Promise<SweepRecord> {
  const record = await store.readSweep(sweep);
  if (!record)
    throw ApplicationFailure.nonRetryable(
      `The database of this worker knows no sweep ${sweep}. Submit it with the same database as the workers'.`,
      "UnknownSweep",
    );
  return record;
}
