import { splitGroups } from "../datasets/index.ts";
import { HOLD_OUT_SEED, stepsPerEpoch } from "../liegan/index.ts";
import type { Dataset, TrainingSpec } from "../sweep/index.ts";

/** Steps that `trainPack` takes in one epoch: whole minibatches of the samples whose groups are not held out. */
export const epochSteps = (
  dataset: Dataset,
  { heldOut, batchSize }: Pick<TrainingSpec, "heldOut" | "batchSize">,
): number => stepsPerEpoch({ rows: splitGroups(dataset, heldOut, HOLD_OUT_SEED).train, batchSize });
