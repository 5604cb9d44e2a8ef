export * from "./engine.ts";
export { SQUARINGS, TAYLOR8 } from "./exponential.ts";
export { initialState, type TrialStart } from "./initial-state.ts";
export { type PackReport, type TrainingJob, trainPack } from "./train.ts";
export { testValidity, type ValidityJob } from "./validity.ts";
