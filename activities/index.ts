import { createPackActivities } from "./packs.ts";
import { createReconcileActivities } from "./reconcile.ts";
import { createSelectionActivities } from "./selection.ts";
import { createSweepActivities } from "./sweeps.ts";
import type { ActivityTools } from "./tools.ts";

export type { HandedOver } from "./hand-over.ts";
export type { PackOutcome } from "./packs.ts";
export type { SelectionTurn } from "./selection.ts";
export type { ActivityTools, PackCheckpoints, SaidOfRun } from "./tools.ts";

export const createActivities = (tools: ActivityTools) => ({
  ...createSweepActivities(tools),
  ...createPackActivities(tools),
  ...createSelectionActivities(tools),
  ...createReconcileActivities(),
});

export type Activities = ReturnType<typeof createActivities>;
