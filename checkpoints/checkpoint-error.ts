/** Why a checkpoint is of no use to who reads it. */
export type Refusal =
  /** Its end is missing. */
  | "truncated"
  /** Not a checkpoint, or of a format this version does not read. */
  | "foreign"
  /** Some byte is not what was written. */
  | "corrupt"
  /** Whole, but the state of another training. */
  | "different";

/** A checkpoint that cannot be resumed from. The one before it may do. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
  readonly key: string;
  readonly refusal: Refusal;

  /** @param seen - what was seen, as the rest of a sentence about the checkpoint. */
  constructor(key: string, refusal: Refusal, seen: string) {
    super(`Checkpoint ${key} is ${refusal}: it ${seen}. It is left alone, and not resumed from.`);
    this.key = key;
    this.refusal = refusal;
  }
}
