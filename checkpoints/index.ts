export { CheckpointError, type Refusal } from "./checkpoint-error.ts";
export { type CheckpointStore, CheckpointStoreError } from "./checkpoint-store.ts";
export { fingerprint } from "./fingerprint.ts";
export {
  type Checkpoint,
  type CheckpointArray,
  decodeCheckpoint,
  encodeCheckpoint,
} from "./format.ts";
export type { CheckpointHeader, JsonValue } from "./header.ts";
export { checkpointKey, packPrefix } from "./keys.ts";
export {
  type Difference,
  prune,
  readLatest,
  removeAll,
  sameTraining,
  type Wanted,
} from "./latest.ts";
export { openCheckpoints } from "./open.ts";
