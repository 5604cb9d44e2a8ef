import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type CheckpointStore,
  decodeCheckpoint,
  openCheckpoints,
} from "../../checkpoints/index.ts";
import { stop } from "../support/s3-server.ts";

/** A place under test. */
export interface Place {
  /** The address of an empty store; a new one every time. */
  fresh(): string;
  close(): Promise<void>;
}

/** What every CheckpointStore promises. */
export function checkpointContract(
  name: string,
  open: () => Promise<Place>,
  { kills, runs }: { readonly kills: number; readonly runs: number },
): void {
  describe(`${name} keeps the promises of a CheckpointStore`, () => {
    let place: Place;
    let url: string;
    let store: CheckpointStore;
    beforeAll(async () => {
      place = await open();
    });
    afterAll(() => place.close());

    const fresh = () => {
      url = place.fresh();
      store = openCheckpoints(url);
    };

    it("holds what a map holds: the last bytes of every key, its keys in order", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(arbitraryAction, { maxLength: 25 }), async (actions) => {
          fresh();
          const map = new Map<string, Uint8Array>();
          for (const { key, bytes } of actions) {
            if (bytes) {
              await store.write(key, bytes);
              map.set(key, bytes);
            } else {
              await store.remove(key);
              map.delete(key);
            }
          }
          const keys = [...map.keys()].sort();
          expect(await store.list("")).toEqual(keys);
          for (const prefix of PREFIXES)
            expect(await store.list(prefix)).toEqual(
              keys.filter((k) => k.startsWith(`${prefix}/`)),
            );
          for (const key of KEYS) {
            const read = await store.read(key);
            expect(read && Buffer.from(read)).toEqual(
              map.has(key) ? Buffer.from(map.get(key)!) : undefined,
            );
          }
        }),
        { numRuns: runs },
      );
    });

    it("borrows the bytes only until the write is done, and gives out its own", async () => {
      fresh();
      const bytes = Uint8Array.of(1, 2, 3);
      await store.write("a", bytes);
      bytes.fill(0);
      const read = await store.read("a");
      expect([...read!]).toEqual([1, 2, 3]);
      read!.fill(9);
      expect([...(await store.read("a"))!]).toEqual([1, 2, 3]);
    });

    it("keeps apart writers of different keys at once, and gives one of several of the same key", async () => {
      fresh();
      const value = (i: number) => new Uint8Array(50_000).fill(i);
      const keys = Array.from({ length: 12 }, (_, i) => `sweep/pack-${i % 3}/00000${i}`);
      await Promise.all([
        ...keys.map((key, i) => store.write(key, value(i))),
        ...Array.from({ length: 5 }, (_, i) => store.write("sweep/same", value(i))),
        ...keys.map((_, i) => store.remove(`sweep/pack-${i % 3}/gone-${i}`)),
      ]);
      expect(await store.list("sweep")).toEqual([...keys, "sweep/same"].sort());
      for (const [i, key] of keys.entries())
        expect(Buffer.compare((await store.read(key))!, value(i))).toBe(0);
      const same = (await store.read("sweep/same"))!;
      expect(Buffer.compare(same, value(same[0]!))).toBe(0);
      expect(same[0]).toBeLessThan(5);
    });

    it("never shows half a checkpoint, whenever a writer is killed", async () => {
      fresh();
      const key = "two-body/pack-00000/000001";
      let latest = 0;
      let interrupted = 0;
      const look = async () => {
        const { header, arrays } = decodeCheckpoint(key, (await store.read(key))!);
        expect(header.runs).toBeGreaterThanOrEqual(latest);
        latest = header.runs;
        expect(arrays["W"]!.every((value) => value === header.runs)).toBe(true);
      };
      const delays = fc.sample(fc.nat(KILL_WITHIN_MS), kills);
      for (const [i, delayMs] of delays.entries()) {
        const before = latest;
        const writer = startWriter(url, key, before + 1);
        try {
          await writer.hasWritten;
          if (i % 2 === 0) await look(); // while it writes
          await sleep(delayMs);
        } finally {
          await stop(writer.child);
        }
        if (writer.said().endsWith("(")) interrupted++;
        await look();
        expect(latest).toBeGreaterThan(before);
      }
      expect(await store.list("")).toEqual([key]);
      expect(interrupted).toBeGreaterThan(0);
    });

    it("refuses what is no key, and what could climb out of it", async () => {
      fresh();
      const wrong = [
        "",
        "/a",
        "a/",
        "a//b",
        "../a",
        "a/../b",
        ".a",
        "a/.b.tmp",
        "a b",
        "a\\b",
        "x".repeat(300),
      ];
      for (const key of wrong) {
        await expect(store.write(key, new Uint8Array())).rejects.toThrow(RangeError);
        await expect(store.read(key)).rejects.toThrow(RangeError);
        await expect(store.remove(key)).rejects.toThrow(RangeError);
        if (key !== "") await expect(store.list(key)).rejects.toThrow(RangeError);
      }
    });
  });
}

/** Some that are the beginning of others, as words and as text. */
const KEYS = ["a", "a/b", "a/b/c", "a/b-2/c", "a-2", "a-2.x/b", "b/000001", "b/000010", "b/000002"];
const PREFIXES = ["a", "a/b", "a-2", "b", "c"];

const arbitraryAction = fc.record({
  key: fc.constantFrom(...KEYS),
  bytes: fc.option(fc.uint8Array({ maxLength: 200 }), { nil: undefined }),
});

/** A few writes of a writer's 4 MB fit into this. */
const KILL_WITHIN_MS = 100;

function startWriter(url: string, key: string, first: number) {
  const writer = fileURLToPath(new URL("writer.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", writer, url, key, String(first)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  const hasWritten = new Promise<void>((settle, refuse) => {
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes(")")) settle();
    });
    child.once("exit", () => refuse(new Error("The writer ended by itself.")));
  });
  return { child, hasWritten, said: () => said };
}
