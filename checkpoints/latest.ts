import { CheckpointError } from "./checkpoint-error.ts";
import type { CheckpointStore } from "./checkpoint-store.ts";
import { canonical } from "./fingerprint.ts";
import { type Checkpoint, decodeCheckpoint } from "./format.ts";
import type { CheckpointHeader } from "./header.ts";

/** What is different about a checkpoint, as the rest of a sentence about it; undefined where it will do. */
export type Difference = (header: CheckpointHeader) => string | undefined;

/**
 * The newest checkpoint inside `prefix` that decodes and that `differs` has nothing to say against.
 *
 * Those that are newer are told to `onRefused`, newest first, and left where they are: `prune` removes them
 * once there is a better one. Throws only what the store throws.
 */
export async function readLatest(
  store: CheckpointStore,
  prefix: string,
  differs: Difference,
  onRefused: (refused: CheckpointError) => void,
): Promise<{ readonly key: string; readonly checkpoint: Checkpoint } | undefined> {
  for (const key of [...(await store.list(prefix))].reverse()) {
    const bytes = await store.read(key);
    if (bytes === undefined) continue; // pruned since it was listed
    try {
      const checkpoint = decodeCheckpoint(key, bytes);
      const difference = differs(checkpoint.header);
      if (difference === undefined) return { key, checkpoint };
      onRefused(new CheckpointError(key, "different", difference));
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      onRefused(error);
    }
  }
  return undefined;
}

/** What a checkpoint must have in common with a training to be resumed by it. */
export type Wanted = Pick<CheckpointHeader, "engine" | "spec" | "shape">;

/**
 * Engine and spec must be the same, and of the shape those entries that are named. Trials need not
 * be: those that it has and that have ended since are left behind, those that it lacks begin anew.
 */
export const sameTraining =
  (wanted: Wanted): Difference =>
  ({ engine, spec, shape }) => {
    const said = ({ name, backend, version }: CheckpointHeader["engine"]) =>
      `${name} on ${backend} (${version})`;
    if (said(engine) !== said(wanted.engine))
      return `was written by ${said(engine)}, and this is ${said(wanted.engine)}`;
    if (spec !== wanted.spec)
      return `belongs to the spec with fingerprint ${spec}, and this one has ${wanted.spec}`;
    for (const [name, value] of Object.entries(wanted.shape)) {
      const [theirs, ours] = [canonical(shape[name]), canonical(value)];
      if (theirs !== ours) return `has ${name} ${theirs ?? "unsaid"}, and this training ${ours}`;
    }
    return undefined;
  };

/** One to resume from, and one before it should that one be damaged. */
const KEEP = 2;

/**
 * Removes checkpoints inside `prefix` after `newest` was written: all but it and the `keep − 1` before it.
 *
 * Later ones go too. Whoever wrote `newest` either made it by resuming and refused them, or is about
 * to make the same bits again; were they kept as the newest, a training that begins anew after a
 * change of engine would lose all it writes until it overtakes the old one.
 */
export async function prune(
  store: CheckpointStore,
  prefix: string,
  newest: string,
  keep: number = KEEP,
): Promise<void> {
  if (!Number.isInteger(keep) || keep < 1)
    throw new RangeError(`${keep} checkpoints cannot be kept: ask for at least 1, the newest.`);
  const keys = await store.list(prefix);
  const upTo = keys.filter((key) => key <= newest);
  const kept = new Set(upTo.slice(-keep));
  for (const key of keys) if (!kept.has(key)) await store.remove(key);
}

/** Removes everything inside `prefix`: of a pack that has ended nothing is resumed. */
export async function removeAll(store: CheckpointStore, prefix: string): Promise<void> {
  for (const key of await store.list(prefix)) await store.remove(key);
}
