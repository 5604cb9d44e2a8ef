export type { TrialHistory } from "./endings.ts";
export * from "./engine.ts";
export { SQUARINGS, TAYLOR8 } from "./exponential.ts";
export { initialState, type TrialStart } from "./initial-state.ts";
export { packMemory } from "./memory.ts";
export { type Refusal, refusalsOf } from "./refusals.ts";
export {
  type SnapshotFacts,
  type SnapshotParts,
  snapshotFromParts,
  snapshotParts,
} from "./snapshot.ts";
export { stepsPerEpoch } from "./streams.ts";
export {
  HOLD_OUT_SEED,
  type PackReport,
  type PackSnapshot,
  type TrainedRun,
  type TrainingJob,
  trainPack,
} from "./train.ts";
export { testValidity, type ValidityJob } from "./validity.ts";
