import { spawn } from "node:child_process";
import { access, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withLock } from "./lock.ts";
import { logLength, logSince } from "./log-tail.ts";
import { canListen, parsePort } from "./ports.ts";
import {
  endRecordedProcess,
  isAlive,
  recordedProcess,
  recordProcess,
  spawned,
} from "./processes.ts";
import { type Environment, type Say, StackError, silently } from "./stack-error.ts";
import { findTemporal } from "./temporal-binary.ts";
import { knowsNamespace } from "./temporal-health.ts";

/** What sweeps are found by in the UI and in `workflow list`; the server must know them first. */
const SEARCH_ATTRIBUTES = {
  SweepId: "Keyword",
  SweepStatus: "Keyword",
  Verdict: "Keyword",
  TrialsPlanned: "Int",
  TrialsDone: "Int",
  BestValidity: "Double",
} as const;

export interface Temporal {
  readonly address: string;
  /** Undefined for a server of the environment's, whose UI we do not know, and for a headless one. */
  readonly uiUrl: string | undefined;
  readonly origin: "environment" | "joined" | "started";
}

export interface TemporalOptions {
  readonly env?: Environment;
  readonly say?: Say;
  /** Keeps nothing on disk and serves no UI: for tests, where it is also several times faster. */
  readonly inMemory?: boolean;
}

/**
 * A Temporal dev server whose state lies in `home`, started if it is not running, joined if it is.
 *
 * `TEMPORAL_ADDRESS` wins. Ours listens on loopback only, on 7233 with the UI on 8233 unless
 * `LIESWEEP_TEMPORAL_PORT` and `LIESWEEP_TEMPORAL_UI_PORT` say otherwise, and outlives this process.
 */
export async function startTemporal(
  home: string,
  { env = process.env, say = silently, inMemory = false }: TemporalOptions = {},
): Promise<Temporal> {
  const source = await findTemporal(say, env);
  if (source.kind === "server") {
    return { address: source.address, uiUrl: undefined, origin: "environment" };
  }
  return withLock(join(home, "temporal.lock"), say, async () => {
    const running = await runningTemporal(home);
    if (running && (await answersWithin(running.address, 20_000))) {
      return { ...running, origin: "joined" };
    }
    // Ours, alive, and deaf for 20 s: it will not recover by itself.
    if (running) await stopTemporal(home);
    return start(source.path, home, env, inMemory);
  });
}

/** Ends the server in `home`, if the pid in its file is still that server; false if none ran. */
export const stopTemporal = (home: string): Promise<boolean> =>
  endRecordedProcess(placeIn(home).pidFile, 15_000);

/** The server in `home` whose process is alive; starts nothing and does not ask it. */
export async function runningTemporal(
  home: string,
): Promise<Pick<Temporal, "address" | "uiUrl"> | undefined> {
  const record = await recordedProcess(placeIn(home).pidFile);
  const address = record?.["address"];
  const uiUrl = record?.["uiUrl"];
  if (typeof address !== "string") return undefined;
  return { address, uiUrl: typeof uiUrl === "string" ? uiUrl : undefined };
}

const placeIn = (home: string) => {
  const folder = join(home, "temporal");
  return {
    folder,
    pidFile: join(folder, "server.json"),
    database: join(folder, "temporal.db"),
    log: join(folder, "server.log"),
  };
};

async function start(
  program: string,
  home: string,
  env: Environment,
  inMemory: boolean,
): Promise<Temporal> {
  const place = placeIn(home);
  const port = portFrom(env, "LIESWEEP_TEMPORAL_PORT", 7233);
  const uiPort = portFrom(env, "LIESWEEP_TEMPORAL_UI_PORT", 8233);
  const patienceMs = (await wasHere(place.pidFile)) ? LINGER_MS : 0;
  await refuseTaken(port, "LIESWEEP_TEMPORAL_PORT", patienceMs);
  if (!inMemory) await refuseTaken(uiPort, "LIESWEEP_TEMPORAL_UI_PORT", patienceMs);
  const address = `127.0.0.1:${port}`;
  const uiUrl = inMemory ? undefined : `http://127.0.0.1:${uiPort}`;

  await mkdir(place.folder, { recursive: true, mode: 0o700 });
  const before = await logLength(place.log);
  const log = await open(place.log, "a", 0o600);
  const child = spawn(
    program,
    [
      ...["server", "start-dev", "--ip", "127.0.0.1", "--port", String(port)],
      ...["--log-level", "error", "--color", "never"],
      ...FAIR_QUEUES.flatMap((setting) => ["--dynamic-config-value", setting]),
      ...(inMemory
        ? ["--headless"]
        : ["--ui-port", String(uiPort), "--db-filename", place.database, ...PRAGMAS]),
      ...Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => [
        "--search-attribute",
        `${name}=${type}`,
      ]),
    ],
    { cwd: place.folder, detached: true, stdio: ["ignore", log.fd, log.fd] },
  );
  const pid = await spawned(child).finally(() => log.close());
  const record = await recordProcess(place.pidFile, pid, {
    address,
    ...(uiUrl === undefined ? {} : { uiUrl }),
  });
  const alive = () => isAlive(record);
  if (await answersWithin(address, 30_000, alive)) return { address, uiUrl, origin: "started" };
  await stopTemporal(home);
  throw new StackError(
    `Temporal did not start on ${address}. Set TEMPORAL_ADDRESS=host:port to use a server of your own. ` +
      `The last lines of ${place.log}:\n${await logSince(place.log, before)}`,
  );
}

/**
 * A log that commits append to, in place of a journal that each makes, syncs and removes: some ten times as many
 * commits a second. What a killed server has committed stays; a power cut may take the last seconds back, whole
 * transactions of all workflows at once, and those do them again on rows that know.
 */
const PRAGMAS = ["journal_mode=WAL", "synchronous=NORMAL"].flatMap((pragma) => [
  "--sqlite-pragma",
  pragma,
]);

/**
 * Queues that know priorities and serve sweeps in turn, which servers of this version have to be told. In one part
 * each: that a busy cluster deals tasks to several makes turns approximate, and a single server gains nothing by it.
 */
export const FAIR_QUEUES: readonly string[] = [
  "matching.useNewMatcher=true",
  "matching.enableFairness=true",
  "matching.numTaskqueueReadPartitions=1",
  "matching.numTaskqueueWritePartitions=1",
];

async function answersWithin(
  address: string,
  patienceMs: number,
  worthWaiting: () => Promise<boolean> = async () => true,
): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (!(await knowsNamespace(address))) {
    if (performance.now() > deadline || !(await worthWaiting())) return false;
    await sleep(50);
  }
  return true;
}

function portFrom(env: Environment, name: string, otherwise: number): number {
  const text = env[name];
  if (!text) return otherwise;
  const port = parsePort(text);
  if (port !== undefined) return port;
  throw new StackError(`${name}=${text} is not a port. Set it to a number from 1 to 65535.`);
}

/** Whether a server was started here that nobody has stopped. */
const wasHere = (pidFile: string): Promise<boolean> =>
  access(pidFile).then(
    () => true,
    () => false,
  );

/** A server that was killed counts as dead while the last of its threads still hold its ports. */
const LINGER_MS = 5000;

async function refuseTaken(port: number, variable: string, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await canListen(port))) {
    if (performance.now() > deadline) throw taken(port, variable);
    await sleep(50);
  }
}

const taken = (port: number, variable: string): StackError =>
  new StackError(
    `Temporal cannot listen on port ${port} of 127.0.0.1: another program does. Stop that program, set ` +
      `${variable} to a free port, or, if that program is a Temporal server you want to use, set ` +
      `TEMPORAL_ADDRESS to its host:port.`,
  );
