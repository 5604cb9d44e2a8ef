import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Connection } from "@temporalio/client";
import { msToTs } from "@temporalio/common/lib/time.js";
import { cacheHome } from "../../local/home.ts";
import { freePort } from "../../local/ports.ts";
import { FAIR_QUEUES } from "../../local/temporal.ts";
import { knowsNamespace } from "../../local/temporal-health.ts";

const run = promisify(execFile);

/** Where `npm run setup:orchestration` put the server, its schema tool and its schema. */
const PROGRAMS = join(cacheHome(), "temporal-server");

export const isInstalled = (): Promise<boolean> =>
  access(join(PROGRAMS, "server")).then(
    () => true,
    () => false,
  );

/** A Temporal server whose state lies in two databases of its own of the PostgreSQL at `databaseUrl`; logs go to `folder`. */
export async function startTemporalOnPostgres(
  databaseUrl: string,
  folder: string,
): Promise<{ readonly address: string; stop(): Promise<void> }> {
  await makeDatabases(new URL(databaseUrl));
  const ports = await Promise.all(Array.from({ length: 8 }, freePort));
  await mkdir(join(folder, "config"), { recursive: true });
  const config = JSON.stringify(configOf(new URL(databaseUrl), ports)); // JSON is YAML
  await writeFile(join(folder, "config", "development.yaml"), config, { mode: 0o600 });
  await writeFile(join(folder, DYNAMIC), JSON.stringify(dynamicConfig()));
  const log = await open(join(folder, "server.log"), "a");
  const child = spawn(
    join(PROGRAMS, "server"),
    ["-r", folder, "-c", "config", "-e", "development", "start"],
    { cwd: folder, stdio: ["ignore", log.fd, log.fd] },
  );
  await once(child, "spawn").finally(() => log.close());
  const address = `127.0.0.1:${ports[0]}`;
  const stop = () => ended(child);
  try {
    await makeNamespace(address, child);
    return { address, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

async function makeDatabases({ hostname, port, username, password }: URL): Promise<void> {
  const at = ["--ep", hostname, "-p", port, "-u", username, "--pw", password, "--pl", "postgres12"];
  const sql = (...words: string[]) => run(join(PROGRAMS, "sql"), [...at, ...words]);
  for (const [database, schema] of Object.entries(DATABASES)) {
    await sql("--db", database, "create");
    await sql("--db", database, "setup-schema", "-v", "0.0");
    const versions = join(PROGRAMS, "schema", schema, "versioned");
    await sql("--db", database, "update-schema", "-d", versions);
  }
}

const DATABASES = { temporal: "temporal", temporal_visibility: "visibility" } as const;

/** In the server's folder. */
const DYNAMIC = join("config", "dynamic.yaml");

/** The queues of the local server. */
const dynamicConfig = () =>
  Object.fromEntries(
    FAIR_QUEUES.map((setting) => {
      const [name = "", value = ""] = setting.split("=");
      return [name, [{ value: JSON.parse(value) as unknown }]];
    }),
  );

function configOf({ host, username, password }: URL, ports: readonly number[]) {
  const store = (databaseName: keyof typeof DATABASES, maxConns: number) => ({
    sql: {
      ...{ pluginName: "postgres12", databaseName, connectAddr: host, connectProtocol: "tcp" },
      ...{ user: username, password, maxConns, maxIdleConns: maxConns, maxConnLifetime: "1h" },
    },
  });
  const address = `127.0.0.1:${ports[0]}`;
  const services = ["frontend", "matching", "history", "worker"].map((name, i) => [
    name,
    { rpc: { grpcPort: ports[2 * i], membershipPort: ports[2 * i + 1], bindOnLocalHost: true } },
  ]);
  return {
    log: { stdout: true, level: "error" },
    dynamicConfigClient: { filepath: DYNAMIC, pollInterval: "10s" },
    persistence: {
      ...{ defaultStore: "main", visibilityStore: "visibility", numHistoryShards: 4 },
      datastores: { main: store("temporal", 20), visibility: store("temporal_visibility", 4) },
    },
    global: { membership: { maxJoinDuration: "30s", broadcastAddress: "127.0.0.1" } },
    services: Object.fromEntries(services) as object,
    clusterMetadata: {
      ...{ enableGlobalNamespace: false, failoverVersionIncrement: 10 },
      ...{ masterClusterName: "active", currentClusterName: "active" },
      clusterInformation: {
        active: {
          ...{ enabled: true, initialFailoverVersion: 1 },
          ...{ rpcName: "frontend", rpcAddress: address },
        },
      },
    },
    dcRedirectionPolicy: { policy: "noop" },
    publicClient: { hostPort: address },
  };
}

/** The namespace is made as soon as the server answers, and known to all of its parts some seconds later. */
async function makeNamespace(address: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (let isMade = false; !(await knowsNamespace(address)) || !isMade; await sleep(100)) {
    if (child.exitCode !== null || performance.now() > deadline)
      throw new Error(`the Temporal server at ${address} does not answer; its log has the reason`);
    isMade ||= await register(address);
  }
  await sleep(NAMESPACE_CACHE_MS);
}

async function register(address: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: 1000 });
    try {
      await connection.workflowService.registerNamespace({
        namespace: "default",
        workflowExecutionRetentionPeriod: msToTs("1 day"),
      });
    } finally {
      await connection.close();
    }
    return true;
  } catch {
    return false;
  }
}

/** How long the parts of the server may go on without a namespace that is new. */
const NAMESPACE_CACHE_MS = 10_000;
