import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Environment } from "./stack-error.ts";

/** Where this copy of liesweep lies: the folder with package.json. */
export const packageRoot = fileURLToPath(new URL("..", import.meta.url));

/**
 * The folder of everything the local stack keeps: databases, passwords, logs, pid files.
 *
 * Never the checkout: `git clean` must not cost anyone a month of results. Root gets a folder
 * outside /root, because PostgreSQL then runs as `nobody`, who may not enter it.
 */
export function stateHome(env: Environment = process.env): string {
  if (env["LIESWEEP_HOME"]) return resolve(env["LIESWEEP_HOME"]);
  if (process.getuid?.() === 0) return "/var/lib/liesweep";
  return join(env["XDG_DATA_HOME"] || join(homedir(), ".local", "share"), "liesweep");
}

/** The folder of what can be fetched or built again: the Temporal binary. */
export function cacheHome(env: Environment = process.env): string {
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "liesweep");
}

/** Makes `folder` one that others may pass through but not write to; secrets below it are 0600. */
export async function ensureFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
}
