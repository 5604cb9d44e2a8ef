import { endTracing, inSpan, startTracing } from "../tracing/index.ts";
import type { Terminal } from "./terminal.ts";

/** Carries out a command inside a span of its own, where the environment asks for traces. */
export async function traced<T>(
  command: string,
  argument: string,
  { env }: Terminal,
  work: () => Promise<T>,
): Promise<T> {
  await startTracing(command === "worker" ? "liesweep-worker" : "liesweep", env);
  try {
    // A worker is no part of any one sweep: its spans belong to those that its workflows bring along.
    if (command === "worker") return await work();
    return await inSpan(`liesweep ${command}`, { "liesweep.argument": argument }, work);
  } finally {
    await endTracing();
  }
}
