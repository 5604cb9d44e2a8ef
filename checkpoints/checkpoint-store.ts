/**
 * Where checkpoints lie: bytes under keys such as `two-body/pack-00003/000120`.
 *
 * Knows nothing of what the bytes mean; `format.ts` does. Every method throws `CheckpointStoreError`
 * where the place cannot be reached or does not allow it, and `RangeError` for a key that is none.
 * A folder cannot hold both `a` and something inside `a.ckpt`, and refuses the second to come.
 */
export interface CheckpointStore {
  /**
   * Puts `bytes` under `key`, in place of what was there. Atomic: whoever reads, at whatever moment
   * the writer is killed, finds the whole of this version, the whole of the one before, or nothing
   * where there was nothing. Once the promise is kept, so are the bytes. Borrows `bytes` until then.
   */
  write(key: string, bytes: Uint8Array): Promise<void>;
  /** What was last written under `key`; undefined where there is nothing (any more). The caller owns it. */
  read(key: string): Promise<Uint8Array | undefined>;
  /** All keys inside `prefix` (`two-body` has `two-body/a`, not `two-body-2/a`), or all for "", in ascending order of code units. */
  list(prefix: string): Promise<readonly string[]>;
  /** Removing what is not there changes nothing. */
  remove(key: string): Promise<void>;
}

/**
 * The place where checkpoints lie did not do what was asked. Training can go on without it; it is
 * only that a killed trainer then starts further back.
 */
export class CheckpointStoreError extends Error {
  override readonly name = "CheckpointStoreError";
}
