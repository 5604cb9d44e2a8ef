import {
  type SelectionChange,
  type SweepId,
  type SweepSpec,
  selectionWorkflowId,
} from "../sweep/index.ts";

/** Workflows and short activities. */
export const SWEEP_TASK_QUEUE = "liesweep";

/** Activities that hold a training slot: packs, and packs of validity tests. */
export const TRAINING_TASK_QUEUE = "liesweep-training";

/** Keys of `temporal operator search-attribute`, with their types by the server's numbering. */
export const SEARCH_ATTRIBUTES = {
  SweepId: 2, // Keyword
  SweepStatus: 2,
  Verdict: 2,
  TrialsPlanned: 3, // Int
  TrialsDone: 3,
  BestValidity: 4, // Double
} as const;

/** Arguments and options of `client.workflow.start` for a sweep: the id is the sweep's, so that a second start attaches. */
export const sweepStart = (spec: SweepSpec) => ({
  type: "sweepWorkflow",
  workflowId: spec.sweep as string,
  taskQueue: SWEEP_TASK_QUEUE,
  args: [spec] as [SweepSpec],
});

/** The same for a selection anew. */
export const selectionStart = (sweep: SweepId, change: SelectionChange) => ({
  type: "selectionWorkflow",
  workflowId: selectionWorkflowId(sweep),
  taskQueue: SWEEP_TASK_QUEUE,
  args: [sweep, change] as [SweepId, SelectionChange],
});
