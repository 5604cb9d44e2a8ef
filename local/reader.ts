import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withLock } from "./lock.ts";
import { postgresUrl } from "./postgres.ts";
import { type Environment, type Say, silently } from "./stack-error.ts";

/**
 * The address for readers and dashboards, who may select and nothing else: of `LIESWEEP_READER_URL`, of the server
 * that runs in `home`, or undefined. Beside a `DATABASE_URL` it is the environment's alone to name.
 */
export async function readerUrl(home: string, env: Environment): Promise<string | undefined> {
  if (env["LIESWEEP_READER_URL"]) return env["LIESWEEP_READER_URL"];
  if (env["DATABASE_URL"]) return undefined;
  const password = await readFile(passwordFile(home), "utf8").catch(() => undefined);
  const owner = await postgresUrl(home);
  if (password === undefined || owner === undefined) return undefined;
  const url = new URL(owner);
  url.username = READER;
  url.password = password;
  return url.href;
}

/** The reader's password of the server in `home`, made at the first call; its file is the owner's alone to read. */
export const readerPassword = (home: string, say: Say = silently): Promise<string> =>
  withLock(join(home, "postgres.lock"), say, async () => {
    const kept = await readFile(passwordFile(home), "utf8").catch(() => undefined);
    if (kept !== undefined) return kept;
    const password = randomBytes(18).toString("base64url");
    await writeFile(passwordFile(home), password, { mode: 0o600 });
    return password;
  });

const passwordFile = (home: string): string => join(home, "postgres", "reader-password");

/** As the migrations name the role. */
const READER = "liesweep_reader";
