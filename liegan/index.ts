export * from "./engine.ts";
export { initialState, type TrialStart } from "./initial-state.ts";
export { SQUARINGS, TAYLOR8 } from "./exponential.ts";
