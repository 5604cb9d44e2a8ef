import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, Connection } from "@temporalio/client";
import { liesweep } from "../support/program.ts";
import { signal, trainersOf } from "./processes.ts";
import type { Random } from "./random.ts";
import type { Target } from "./round.ts";
import type { Stack } from "./stack.ts";

export interface Fault {
  readonly name: string;
  /** Whether it can be made on this machine. */
  isPossible?(stack: Stack): boolean;
  /** Settles when what was broken is whole again; false where there was nothing to break. */
  strike(target: Target, random: Random): Promise<boolean>;
}

/** Milliseconds that a server is away, or a network silent. */
const outage = (random: Random) => random.between(0, 4000);

export const FAULTS: readonly Fault[] = [
  {
    name: "worker killed",
    strike: async ({ stack }, random) => killed(random.oneOf(pidsOf(stack))),
  },
  {
    name: "trainer killed",
    strike: async ({ stack }, random) => killed(random.oneOf(pidsOf(stack).flatMap(trainersOf))),
  },
  {
    name: "worker stopped (SIGTERM)",
    strike: async ({ stack }, random) => {
      const pid = random.oneOf(pidsOf(stack));
      return pid !== undefined && signal(pid, "SIGTERM");
    },
  },
  {
    name: "worker frozen past its heartbeat, and back",
    strike: async ({ stack }, random) => {
      const pid = random.oneOf(pidsOf(stack));
      if (pid === undefined) return false;
      const all = [pid, ...trainersOf(pid)];
      for (const each of all) signal(each, "SIGSTOP");
      await sleep(random.between(12_000, 15_000));
      for (const each of all) signal(each, "SIGCONT");
      return true;
    },
  },
  {
    name: "Temporal killed",
    strike: async ({ stack }, random) => {
      const wasKilled = killed(await stack.temporalServer());
      await sleep(outage(random));
      await stack.startServers();
      return wasKilled;
    },
  },
  {
    name: "PostgreSQL killed",
    strike: async ({ stack }, random) => {
      const wasKilled = killed(await stack.postmaster());
      await sleep(outage(random));
      await stack.startServers();
      return wasKilled;
    },
  },
  {
    name: "both servers killed",
    strike: async ({ stack }, random) => {
      const all = [await stack.postmaster(), await stack.temporalServer()].map(killed);
      await sleep(outage(random));
      await stack.startServers();
      return all.every(Boolean);
    },
  },
  {
    name: "connections to PostgreSQL cut",
    strike: async ({ stack }) => {
      stack.database.cut();
      return true;
    },
  },
  {
    name: "connections to Temporal cut",
    strike: async ({ stack }) => {
      stack.temporal.cut();
      return true;
    },
  },
  {
    name: "network silent",
    strike: async ({ stack }, random) => {
      const ms = outage(random);
      await Promise.all([stack.database.silence(ms), stack.temporal.silence(ms)]);
      return true;
    },
  },
  {
    name: "checkpoint disk full",
    isPossible: ({ smallDisk }) => smallDisk !== undefined,
    strike: async ({ stack: { smallDisk = "" } }, random) => {
      const filler = join(smallDisk, "filler");
      const isFull = await writeFile(filler, Buffer.alloc(8 * 2 ** 20)).then(
        () => false,
        (error: NodeJS.ErrnoException) => error.code === "ENOSPC",
      );
      await sleep(outage(random));
      await rm(filler);
      return isFull;
    },
  },
  {
    name: "workers' clocks step by an hour",
    isPossible: ({ clockFile }) => clockFile !== undefined,
    strike: async ({ stack: { clockFile = "" } }, random) => {
      await writeFile(clockFile, random.between(0, 1) < 0.5 ? "+3600" : "-3600");
      return true;
    },
  },
  {
    name: "news and starts delivered twice",
    strike: async ({ stack, sweep, file }) => {
      const again = await liesweep(["submit", file], stack.env).finished;
      const connection = await Connection.connect({ address: stack.env["TEMPORAL_ADDRESS"] ?? "" });
      try {
        return again.code === 0 && (await repeatEndings(new Client({ connection }), sweep));
      } finally {
        await connection.close();
      }
    },
  },
];

const pidsOf = ({ workers }: Stack): readonly number[] =>
  workers.flatMap((worker) => worker?.pid ?? []);

const killed = (pid: number | undefined): boolean => pid !== undefined && signal(pid, "SIGKILL");

/** Every pack that has told its sweep how it ended tells it once more. */
async function repeatEndings(client: Client, sweep: string): Promise<boolean> {
  const handle = client.workflow.getHandle(sweep);
  const { events } = await handle.fetchHistory();
  for (const { workflowExecutionSignaledEventAttributes: news } of events ?? []) {
    const data = news?.input?.payloads?.[0]?.data;
    if (!news?.signalName || !data) continue;
    await handle.signal(news.signalName, JSON.parse(Buffer.from(data).toString("utf8")));
  }
  return true;
}
