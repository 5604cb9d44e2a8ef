export { batchesOf } from "./batches.ts";
export type { Evidence, TrialEvidence } from "./evidence.ts";
export { nextStep, type Step } from "./select.ts";
