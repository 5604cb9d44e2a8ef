import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CheckpointStoreError, openCheckpoints } from "../../checkpoints/index.ts";
import { checkpointContract } from "./contract.ts";

checkpointContract(
  "a folder",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "liesweep-checkpoints-"));
    let count = 0;
    return {
      fresh: () => pathToFileURL(join(folder, "made when needed", String(count++))).href,
      close: () => rm(folder, { recursive: true, force: true }),
    };
  },
  { kills: 6, runs: 25 },
);

describe("a folder of checkpoints", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "liesweep-checkpoints-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("does not see what killed writers left, and removes it once it is old", async () => {
    const store = openCheckpoints(folder);
    await store.write("a/1", Uint8Array.of(1));
    const [old, young] = [".0123456789abcdef.tmp", ".fedcba9876543210.tmp"];
    for (const name of [old, young]) await writeFile(join(folder, "a", name), "half");
    const anHourAgo = Date.now() / 1000 - 3600;
    await utimes(join(folder, "a", old), anHourAgo, anHourAgo);
    expect(await store.list("")).toEqual(["a/1"]);
    await store.write("a/2", Uint8Array.of(2));
    expect((await readdir(join(folder, "a"))).sort()).toEqual([young, "1.ckpt", "2.ckpt"]);
  });

  test("leaves no temporary behind and no empty folder", async () => {
    const store = openCheckpoints(join(folder, "b"));
    await store.write("x/y/1", Uint8Array.of(1));
    expect(await readdir(join(folder, "b"), { recursive: true })).toEqual([
      "x",
      "x/y",
      "x/y/1.ckpt",
    ]);
    await store.remove("x/y/1");
    expect(await readdir(join(folder, "b"))).toEqual([]);
  });

  test("that cannot be one is told, with its path", async () => {
    await writeFile(join(folder, "file"), "");
    const store = openCheckpoints(join(folder, "file"));
    await expect(store.write("a", new Uint8Array())).rejects.toThrow(CheckpointStoreError);
    await expect(store.write("a", new Uint8Array())).rejects.toThrow(join(folder, "file"));
    expect(await store.list("")).toEqual([]);
  });

  test("may be named by a path or by file:, and others are refused", () => {
    expect(() => openCheckpoints("relative/path")).not.toThrow();
    expect(() => openCheckpoints("file:///tmp/x")).not.toThrow();
    expect(() => openCheckpoints("gs://bucket/x")).toThrow(/"gs:\/\/bucket\/x" .*gs: is not known/);
  });
});
