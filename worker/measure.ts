import { type Engine, type TrainingJob, trainPack } from "../liegan/index.ts";
import type { Dataset } from "../sweep/index.ts";
import { epochSteps } from "./epoch-steps.ts";

/** Milliseconds of one trial-step at these shapes: the second epoch of those that begin together, after one to warm up. */
export async function measure(engine: Engine, dataset: Dataset, job: TrainingJob): Promise<number> {
  let started = performance.now();
  let elapsed = 0;
  const training = { ...job.training, epochs: 2 };
  const trials = job.trials.slice(0, job.slots);
  for await (const _ of trainPack(engine, dataset, { ...job, trials, training })) {
    elapsed = performance.now() - started;
    started = performance.now();
  }
  return elapsed / (epochSteps(dataset, training) * trials.length);
}
