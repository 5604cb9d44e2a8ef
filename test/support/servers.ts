import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { generateClient } from "../../local/index.ts";
import { freePort } from "../../local/ports.ts";
import { startPostgres, stopPostgres } from "../../local/postgres.ts";
import { startTemporal, stopTemporal } from "../../local/temporal.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A real PostgreSQL of this test run's own, with an empty database and a superuser. */
    postgresUrl: string;
    /** A real Temporal server of this test run's own, in memory, with liesweep's search attributes. */
    temporalAddress: string;
  }
}

/** One PostgreSQL and one Temporal server for all test files; returns what ends them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), "liesweep-test-"));
  const teardown = async () => {
    await Promise.allSettled([stopTemporal(home), stopPostgres(home)]);
    await rm(home, { recursive: true, force: true });
  };
  try {
    await chmod(home, 0o755); // as root, PostgreSQL runs as `nobody`, who must be able to enter
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    const env = {
      ...process.env,
      DATABASE_URL: undefined,
      TEMPORAL_ADDRESS: undefined,
      LIESWEEP_TEMPORAL_PORT: String(await freePort()),
    };
    await generateClient(say, env);
    const settings = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
    const [postgres, temporal] = await Promise.all([
      startPostgres(home, { env, settings }),
      startTemporal(home, { env, say, inMemory: true }),
    ]);
    project.provide("postgresUrl", postgres.url);
    project.provide("temporalAddress", temporal.address);
    return teardown;
  } catch (error) {
    await teardown();
    throw error;
  }
}
