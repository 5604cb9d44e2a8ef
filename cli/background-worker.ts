import type { Options } from "./command.ts";
import { say, type Terminal } from "./terminal.ts";
import { trainingArguments } from "./worker-options.ts";

/** Starts the worker of this home in the background, unless one lives. */
export async function ensureWorker(
  terminal: Terminal,
  home: string,
  options: Options,
): Promise<void> {
  const { startWorker } = await import("../local/index.ts");
  const { pid, log, origin } = await startWorker(home, trainingArguments(options));
  if (origin === "started") say(terminal, `worker ${pid} started, its log in ${log}`);
}
