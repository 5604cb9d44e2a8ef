import { getClient } from "@temporalio/activity";
import { packWorkflowId, type SweepId } from "../sweep/index.ts";

/** Asks the server about packs that have not reported. */
export const createReconcileActivities = () => ({
  /** Of these packs, those that ended without word; a retry asks again. */
  async silentEndings(
    sweep: SweepId,
    numbers: readonly number[],
  ): Promise<readonly { readonly number: number; readonly kind: "trained" | "failed" }[]> {
    const states = await Promise.all(
      numbers.map(async (number) => {
        const { status } = await getClient()
          .workflow.getHandle(packWorkflowId(sweep, number))
          .describe();
        return { number, status: status.name };
      }),
    );
    return states.flatMap(({ number, status }) => {
      if (status === "RUNNING") return [];
      return [
        { number, kind: status === "COMPLETED" ? ("trained" as const) : ("failed" as const) },
      ];
    });
  },
});
