import { randomUUID } from "node:crypto";
import { link, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureFolder } from "./home.ts";
import { recordedProcess, recordProcess } from "./processes.ts";
import type { Say } from "./stack-error.ts";

/**
 * Runs `action` while no other process runs one under the same lock file.
 *
 * The file names its holder, so a lock left by a killed process is taken over. (Node has no
 * flock; a library for this would be one more dependency for thirty lines.)
 */
export async function withLock<T>(file: string, say: Say, action: () => Promise<T>): Promise<T> {
  await ensureFolder(dirname(file));
  await acquire(file, say);
  try {
    return await action();
  } finally {
    await rm(file, { force: true });
  }
}

async function acquire(file: string, say: Say): Promise<void> {
  const token = randomUUID();
  const claim = `${file}.${token}`;
  await recordProcess(claim, process.pid, { token });
  try {
    for (let look = 0; ; look++) {
      if (await linkedInto(file, claim)) return;
      const holder = await recordedProcess(file);
      if (holder === undefined) {
        if (await takeOver(file, claim, token)) return;
        await recordProcess(claim, process.pid, { token });
      } else if (look === 40) say(`waiting for process ${holder.pid}, which holds ${file}`);
      await sleep(50);
    }
  } finally {
    await rm(claim, { force: true });
  }
}

/** `link` fails if the name exists, and nobody ever reads a half-written lock. */
async function linkedInto(file: string, claim: string): Promise<boolean> {
  try {
    await link(claim, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Replaces a dead holder's lock, then looks again who won: another may have done the same. */
async function takeOver(file: string, claim: string, token: string): Promise<boolean> {
  await rename(claim, file);
  await sleep(100);
  return (await recordedProcess(file))?.["token"] === token;
}
