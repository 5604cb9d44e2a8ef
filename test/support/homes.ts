import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stopPostgres } from "../../local/postgres.ts";
import { stopTemporal } from "../../local/temporal.ts";
import { stopWorker } from "../../local/worker.ts";

/** An empty home that `nobody` can enter; disposing ends what runs in it and removes it. */
export async function temporaryHome(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "liesweep-home-"));
  await chmod(path, 0o755);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await Promise.allSettled([stopWorker(path, 500), stopTemporal(path), stopPostgres(path)]);
      await rm(path, { recursive: true, force: true });
    },
  };
}
