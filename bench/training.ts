import type { TrainingSpec } from "../sweep/index.ts";

/** What a sweep file gets that says nothing of its training. */
export const usualTraining: TrainingSpec = {
  objective: "law",
  epochs: 20,
  batchSize: 64,
  hiddenWidth: 128,
  coefficientScale: 1,
  generatorRate: 1e-3,
  discriminatorRate: 2e-4,
  heldOut: 0.25,
};
