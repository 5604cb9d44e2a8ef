export type { Changed } from "./control.ts";
export {
  SEARCH_ATTRIBUTES,
  SWEEP_TASK_QUEUE,
  selectionStart,
  sweepContinuation,
  sweepStart,
  trainingQueue,
  type UpdateArguments,
  updateOf,
} from "./names.ts";
export { type PackEnding, packWorkflow } from "./pack.ts";
export { progressQuery, type SweepProgress } from "./progress.ts";
export type { SelectionResult } from "./selecting.ts";
export { selectionWorkflow } from "./selection.ts";
export { sweepWorkflow } from "./sweep.ts";
