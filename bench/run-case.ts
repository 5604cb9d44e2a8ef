import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ChildJob, Timing } from "./child.ts";

/** A process that speaks the protocol of `child.ts`. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export const childCommand = (job: ChildJob): Command => ({
  file: process.execPath,
  args: [
    "--import",
    import.meta.resolve("tsx"),
    fileURLToPath(new URL("child.ts", import.meta.url)),
    JSON.stringify(job),
  ],
  // As the worker's trainers: one thread each. TensorFlow reads these once, when it loads.
  env: { TF_NUM_INTRAOP_THREADS: "1", TF_NUM_INTEROP_THREADS: "1", TF_CPP_MIN_LOG_LEVEL: "2" },
});

/** Starts `copies` processes, lets them go at the same moment when all are ready, and collects. */
export async function runTogether(command: Command, copies: number): Promise<readonly Timing[]> {
  const children = Array.from({ length: copies }, () => startChild(command));
  try {
    await Promise.all(children.map(({ ready }) => ready));
    for (const { go } of children) go();
    return (await Promise.all(children.map(({ result }) => result))) as Timing[];
  } catch (error) {
    for (const { stop } of children) stop();
    throw error;
  }
}

/** What a process that waits for nobody prints last, as JSON. */
export const ask = (command: Command): Promise<unknown> => startChild(command).result;

function startChild({ file, args, env }: Command) {
  const child = spawn(file, args, {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let last = "";
  let complaint = "";
  child.stderr.on("data", (text: Buffer) => {
    complaint = (complaint + text.toString()).slice(-4000);
  });
  const result = new Promise<unknown>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve(JSON.parse(last));
      else reject(new Error(reasonIn(complaint) || `ended with ${signal ?? code}`));
    });
  });
  const ready = new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).on("line", (line) => {
      last = line;
      if (line === "ready") resolve();
    });
    result.catch(reject);
  });
  ready.catch(() => {}); // whoever waits for the result hears of it there
  return { ready, result, go: () => child.stdin.write("go\n"), stop: () => child.kill() };
}

/** The line of a stack trace that says what happened: Node puts it before the frames, Python last. */
function reasonIn(complaint: string): string {
  const lines = complaint.trim().split("\n");
  return (lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? "")
    .replace(/^\w*Error: /, "")
    .trim();
}
