export { batchesOf } from "./batches.ts";
export { overBudget } from "./budget.ts";
export { type Evidence, type Space, spaceOf, type TrialEvidence } from "./evidence.ts";
export { resolutionOf } from "./scores.ts";
export { nextStep, type Step } from "./select.ts";
