import type { PackCheckpoints } from "../activities/index.ts";
import {
  type CheckpointStore,
  checkpointKey,
  encodeCheckpoint,
  fingerprint,
  packPrefix,
  prune,
  readLatest,
  removeAll,
  sameTraining,
} from "../checkpoints/index.ts";
import { type SnapshotFacts, snapshotFromParts, snapshotParts } from "../liegan/index.ts";
import type { SweepRecord } from "../store/index.ts";
import { channelCount, type Pack } from "../sweep/index.ts";
import type { EngineChoice } from "./messages.ts";

/** The engine whose bits are kept: another one, or another version, would go on to other bits. */
export interface EngineFacts extends EngineChoice {
  readonly version: string;
}

/**
 * Checkpoints of packs in a store of bytes. What cannot be written or read is told to `warn` and
 * otherwise ignored: without checkpoints a pack begins anew, which costs time and no result.
 */
export function packCheckpoints(
  store: CheckpointStore,
  { engine, backend, version }: EngineFacts,
  warn: (line: string) => void,
): PackCheckpoints {
  const header = (pack: Pack, sweep: SweepRecord) => ({
    engine: { name: engine, backend, version },
    spec: fingerprint({
      data: sweep.dataset.sha256,
      training: sweep.spec.training,
      channels: pack.channels ?? channelCount(sweep.spec),
    }),
    shape: {},
  });
  const tolerating = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      warn(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  return {
    load: (pack, sweep) =>
      tolerating(async () => {
        const wanted = sameTraining(header(pack, sweep));
        const found = await readLatest(
          store,
          packPrefix(pack.sweep, pack.number),
          wanted,
          ({ message }) => warn(message),
        );
        if (!found) return undefined;
        const { header: kept, arrays } = found.checkpoint;
        const numbers = Object.entries(arrays).filter(
          (entry): entry is [string, Float32Array | Float64Array] =>
            entry[1] instanceof Float32Array || entry[1] instanceof Float64Array,
        );
        return snapshotFromParts({
          facts: kept.facts as SnapshotFacts, // of our own writing: spec and engine are the same
          arrays: Object.fromEntries(numbers),
        });
      }),
    async save(pack, sweep, snapshot) {
      await tolerating(async () => {
        const { facts, arrays } = snapshotParts(snapshot);
        const { runs, trials, epochs, steps, waiting } = facts;
        const prefix = packPrefix(pack.sweep, pack.number);
        const key = checkpointKey(prefix, runs);
        const bytes = encodeCheckpoint({
          header: { ...header(pack, sweep), runs, trials, epochs, steps, waiting, facts },
          arrays,
        });
        await store.write(key, bytes);
        await prune(store, prefix, key);
      });
    },
    async clear(pack) {
      await tolerating(() => removeAll(store, packPrefix(pack.sweep, pack.number)));
    },
  };
}
