import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CheckpointError,
  type CheckpointStore,
  checkpointKey,
  encodeCheckpoint,
  fingerprint,
  openCheckpoints,
  packPrefix,
  prune,
  readLatest,
  removeAll,
  sameTraining,
} from "../../checkpoints/index.ts";
import { sweepId } from "../../sweep/index.ts";
import { checkpoint } from "./samples.ts";

const prefix = packPrefix(sweepId("two-body"), 3);
const { header } = checkpoint(0);
const epochs = fc.uniqueArray(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 6 });

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "liesweep-checkpoints-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const fresh = (): CheckpointStore => openCheckpoints(join(folder, String(count++)));

type Harm = "none" | "truncated" | "corrupt" | "foreign" | "different";
const arbitraryHarm = fc.constantFrom<Harm>("none", "truncated", "corrupt", "foreign", "different");

function harmed(epoch: number, harm: Harm): Uint8Array {
  const whole = checkpoint(epoch, { W: Float32Array.of(epoch) });
  const bytes = encodeCheckpoint(
    harm === "different" ? { ...whole, header: { ...whole.header, spec: "another" } } : whole,
  );
  if (harm === "truncated") return bytes.subarray(0, -1);
  if (harm === "corrupt") bytes[bytes.length - 1]! ^= 1;
  if (harm === "foreign") bytes[0]! ^= 1;
  return bytes;
}

describe("the latest checkpoint", () => {
  test("is the newest that will do, and each newer one is refused by name", async () => {
    await fc.assert(
      fc.asyncProperty(epochs, fc.infiniteStream(arbitraryHarm), async (written, harms) => {
        const store = fresh();
        const done: { epoch: number; harm: Harm }[] = [];
        for (const epoch of written) {
          const { value: harm } = harms.next() as { value: Harm };
          done.push({ epoch, harm });
          await store.write(checkpointKey(prefix, epoch), harmed(epoch, harm));
        }
        const newestFirst = done.sort((a, b) => b.epoch - a.epoch);
        const expected = newestFirst.findIndex(({ harm }) => harm === "none");
        const newer = expected < 0 ? newestFirst : newestFirst.slice(0, expected);

        const refused: CheckpointError[] = [];
        const latest = await readLatest(store, prefix, sameTraining(header), (it) =>
          refused.push(it),
        );
        expect(latest?.checkpoint.header.runs).toBe(newestFirst[expected]?.epoch);
        expect(refused.map(({ key, refusal }) => [key, refusal])).toEqual(
          newer.map(({ epoch, harm }) => [checkpointKey(prefix, epoch), harm]),
        );
        for (const { key, message } of refused) expect(message).toContain(key);
      }),
      { numRuns: 30 },
    );
  });

  test("of a pack that has none is none", async () => {
    expect(
      await readLatest(
        fresh(),
        prefix,
        () => undefined,
        () => expect.fail(),
      ),
    ).toBeUndefined();
  });
});

describe("pruning", () => {
  test("keeps the newest and those before it, and takes what was refused after it", async () => {
    await fc.assert(
      fc.asyncProperty(
        epochs,
        fc.nat(),
        fc.integer({ min: 1, max: 3 }),
        async (written, i, keep) => {
          const store = fresh();
          const other = checkpointKey(packPrefix(sweepId("two-body"), 30), 1);
          const keys = written.map((epoch) => checkpointKey(prefix, epoch)).sort();
          for (const key of [...keys, other]) await store.write(key, new Uint8Array());
          const at = i % keys.length;
          await prune(store, prefix, keys[at]!, keep);
          expect(await store.list(prefix)).toEqual(keys.slice(Math.max(0, at + 1 - keep), at + 1));
          expect(await store.list("")).toContain(other);
          await removeAll(store, prefix);
          expect(await store.list("")).toEqual([other]);
        },
      ),
      { numRuns: 20 },
    );
  });

  test("cannot leave nothing", async () => {
    await expect(prune(fresh(), prefix, "a", 0)).rejects.toThrow(RangeError);
  });
});

describe("a checkpoint is of the same training", () => {
  const differs = sameTraining({ ...header, shape: { hiddenWidth: 8, channels: 3 } });

  test("with any trials, in any number of slots", () => {
    expect(
      differs({ ...header, shape: { ...header.shape, trials: 64 }, trials: [4], waiting: [] }),
    ).toBeUndefined();
  });

  test.each([
    [
      "engine",
      { engine: { ...header.engine, backend: "webgpu" } },
      /onnx on webgpu .* onnx on cpu/,
    ],
    ["version", { engine: { ...header.engine, version: "2" } }, /\(2\)/],
    ["spec", { spec: "another" }, /fingerprint another/],
    [
      "shape",
      { shape: { ...header.shape, hiddenWidth: 16 } },
      /has hiddenWidth 16, and this training 8/,
    ],
  ])("not with another %s, and it says which", (_, change, why) => {
    expect(differs({ ...header, ...change })).toMatch(why);
  });

  test("whatever the order of its spec's fields", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (spec) => {
        const reversed = Object.fromEntries(Object.entries(spec).reverse());
        expect(fingerprint({ a: 1, spec: reversed })).toBe(fingerprint({ spec, a: 1 }));
      }),
    );
    expect(fingerprint({ a: 1 })).not.toBe(fingerprint({ a: 2 }));
    expect(fingerprint([1, 2])).not.toBe(fingerprint([2, 1]));
  });
});
