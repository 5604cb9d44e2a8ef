export { type BackendReport, checkBackends, isOnCard, type MeasuredBackend } from "./backends.ts";
export { calibrate, rememberedBackend } from "./calibrate.ts";
export { cardLimits, cardMemory, largestBuffer } from "./card.ts";
export { epochSteps } from "./epoch-steps.ts";
export { type Estimate, estimateSweep } from "./estimate.ts";
export { type CardLimits, type MemoryPlan, planMemory } from "./memory.ts";
export { bestPackSize, type PackTiming, timePackSizes } from "./pack-size.ts";
export { type RunningWorker, startWorker, type WorkerOptions } from "./start.ts";
export { liesweepVersion } from "./version.ts";
