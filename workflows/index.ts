export { SEARCH_ATTRIBUTES, SWEEP_TASK_QUEUE, sweepStart, TRAINING_TASK_QUEUE } from "./names.ts";
export { type PackEnding, packWorkflow } from "./pack.ts";
export { progressQuery, type SweepProgress } from "./progress.ts";
export { type SweepResult, sweepWorkflow } from "./sweep.ts";
