export { checkBackends, type MeasuredBackend } from "./backends.ts";
export { calibrate, rememberedBackend } from "./calibrate.ts";
export { epochSteps } from "./epoch-steps.ts";
export { type Estimate, estimateSweep } from "./estimate.ts";
export { type MemoryPlan, planMemory } from "./memory.ts";
export type { EngineChoice } from "./messages.ts";
export { type RunningWorker, startWorker, type WorkerOptions } from "./start.ts";
export { liesweepVersion } from "./version.ts";
