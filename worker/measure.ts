import { type Engine, type TrainingJob, trainPack } from "../liegan/index.ts";
import type { Dataset } from "../sweep/index.ts";

/** How long one trial-step takes at these shapes: the second epoch of a short training, after one to warm up. */
export async function measure(
  engine: Engine,
  dataset: Dataset,
  job: TrainingJob,
): Promise<{ readonly msPerTrialStep: number; readonly stepsPerEpoch: number }> {
  let started = performance.now();
  let elapsed = 0;
  const training = { ...job.training, epochs: 2 };
  const kept = dataset.samples * (1 - training.heldOut);
  const stepsPerEpoch = Math.max(1, Math.floor(kept / training.batchSize));
  for await (const _ of trainPack(engine, dataset, { ...job, training })) {
    elapsed = performance.now() - started;
    started = performance.now();
  }
  return { msPerTrialStep: elapsed / (stepsPerEpoch * job.trials.length), stepsPerEpoch };
}
