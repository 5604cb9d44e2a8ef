import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./program.ts";

export interface Prometheus extends AsyncDisposable {
  /** Series of an instant query. @throws where it does not parse */
  query(query: string): Promise<readonly unknown[]>;
}

/** Debian's package `prometheus` puts it on the PATH. */
export const hasPrometheus = spawnSync("prometheus", ["--version"]).status === 0;

/** A real Prometheus that scrapes a port of this machine every second, its data in `folder`. */
export async function startPrometheus(folder: string, target: number): Promise<Prometheus> {
  const port = await freePort();
  const place = join(folder, "prometheus");
  await mkdir(place);
  const config = join(place, "prometheus.yml");
  await writeFile(
    config,
    `global: { scrape_interval: 1s }
scrape_configs: [{ job_name: liesweep, static_configs: [{ targets: ["127.0.0.1:${target}"] }] }]
`,
  );
  const server = spawn(
    "prometheus",
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(place, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: "ignore" },
  );
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 100; tries++) {
    const ready = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (ready?.ok) break;
    await sleep(100);
  }
  return {
    async query(query) {
      const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`);
      const said = (await response.json()) as {
        error?: string;
        data?: { result: readonly unknown[] };
      };
      if (!said.data) throw new Error(`${query}: ${said.error}`);
      return said.data.result;
    },
    async [Symbol.asyncDispose]() {
      server.kill();
      await once(server, "exit");
    },
  };
}
