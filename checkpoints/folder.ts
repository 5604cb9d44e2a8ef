import { randomBytes } from "node:crypto";
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
} from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type CheckpointStore, CheckpointStoreError } from "./checkpoint-store.ts";
import { checkKey, checkPrefix, ENDING, isKey } from "./keys.ts";

/**
 * Checkpoints as files: `<folder>/two-body/pack-00003/000120.ckpt`.
 *
 * A file is written under a temporary name in its own folder, synced, renamed, and then the folder
 * is synced: a rename within one folder is atomic, also on network file systems, and neither half
 * of the order may be lost to a power cut. A writer that is killed leaves its temporary; nobody
 * reads those, and later writes to the same folder remove them.
 */
export function folderCheckpoints(folder: string): CheckpointStore {
  const root = resolve(folder);
  const fileOf = (key: string) => `${join(root, ...key.split("/"))}${ENDING}`;
  const within = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw new CheckpointStoreError(
        `The checkpoint folder ${root} did not let us ${doing}: ${messageOf(error)}. ` +
          `It must be writable, with room for a few checkpoints of every running pack.`,
        { cause: error },
      );
    }
  };

  return {
    async write(key, bytes) {
      checkKey(key);
      await within(`write ${key}`, async () => {
        const file = fileOf(key);
        const temporary = await openTemporary(dirname(file));
        try {
          await temporary.handle.writeFile(bytes);
          await temporary.handle.sync();
          const { mtimeMs } = await temporary.handle.stat();
          await temporary.handle.close();
          await rename(temporary.path, file);
          await syncFolder(dirname(file));
          await removeLeftovers(dirname(file), mtimeMs - STALE_AFTER_MS);
        } catch (error) {
          await temporary.handle.close().catch(() => {});
          await rm(temporary.path, { force: true });
          throw error;
        }
      });
    },

    async read(key) {
      checkKey(key);
      return within(`read ${key}`, () => unlessMissing(readFile(fileOf(key)), undefined));
    },

    async list(prefix) {
      checkPrefix(prefix);
      const keys = await within(`list ${prefix || "it"}`, () => keysBelow(root, prefix));
      return keys.sort();
    },

    async remove(key) {
      checkKey(key);
      await within(`remove ${key}`, async () => {
        const file = fileOf(key);
        await unlessMissing(unlink(file), undefined);
        await removeEmpty(dirname(file), root);
      });
    },
  };
}

/** A temporary nobody has written to for so long is no longer being written. Were it, its writer would be told, and nobody misled. */
const STALE_AFTER_MS = 10 * 60_000;

const TEMPORARY = /^\.[0-9a-f]{16}\.tmp$/;

/** A new file in `folder`, which is made if need be. Tries again when `removeEmpty` took the folder away in between. */
async function openTemporary(
  folder: string,
): Promise<{ readonly path: string; readonly handle: FileHandle }> {
  const path = join(folder, `.${randomBytes(8).toString("hex")}.tmp`);
  for (let tries = 1; ; tries++) {
    try {
      await makeFolder(folder);
      return { path, handle: await open(path, "wx") };
    } catch (error) {
      if (codeOf(error) !== "ENOENT" || tries === 10) throw error;
    }
  }
}

/** Makes `folder`, and makes sure that the names of what was made outlive a power cut. */
async function makeFolder(folder: string): Promise<void> {
  const firstMade = await mkdir(folder, { recursive: true });
  if (firstMade === undefined) return;
  for (let made = folder; made.length >= firstMade.length; made = dirname(made))
    await unlessMissing(syncFolder(dirname(made)), undefined);
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return; // Windows syncs no folders
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Times are the file system's own: another machine's clock has no say. */
async function removeLeftovers(folder: string, olderThanMs: number): Promise<void> {
  for (const name of await unlessMissing(readdir(folder), [])) {
    if (!TEMPORARY.test(name)) continue;
    const path = join(folder, name);
    const written = await unlessMissing(stat(path), undefined);
    if (written && written.mtimeMs < olderThanMs) await rm(path, { force: true });
  }
}

async function keysBelow(root: string, prefix: string): Promise<string[]> {
  const folder = prefix === "" ? root : join(root, ...prefix.split("/"));
  const entries = await unlessMissing(readdir(folder, { withFileTypes: true }), []);
  const keys = await Promise.all(
    entries.map(async (entry) => {
      const at = (name: string) => (prefix === "" ? name : `${prefix}/${name}`);
      if (entry.isDirectory()) return isKey(entry.name) ? keysBelow(root, at(entry.name)) : [];
      const name = entry.name.slice(0, -ENDING.length);
      return entry.name.endsWith(ENDING) && isKey(name) ? [at(name)] : [];
    }),
  );
  return keys.flat();
}

/** Removes `folder` and those above it, up to `root`, as far as they are empty. */
async function removeEmpty(folder: string, root: string): Promise<void> {
  for (let at = folder; at !== root; at = dirname(at)) {
    try {
      await rmdir(at);
    } catch {
      return; // somebody's files, or somebody was quicker: nothing depends on it
    }
  }
}

async function unlessMissing<T, U>(result: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await result;
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EISDIR"].includes(codeOf(error))) return otherwise;
    throw error;
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
