import { availableParallelism } from "node:os";
import { join } from "node:path";
import { addresses } from "../local/index.ts";
import type { CommandEntry } from "./command.ts";
import { fault } from "./command-error.ts";
import { connectServer, connectStore } from "./connect.ts";
import { EXIT } from "./exit-codes.ts";
import { say } from "./terminal.ts";
import { calibrationFile, DRAIN_SECONDS, trainingOptions } from "./worker-options.ts";

export const worker: CommandEntry = {
  usage: "worker",
  summary: "train for the sweeps of a running stack, in this process",
  examples: ["liesweep worker", "liesweep worker --slots 1 --engine tfjs"],
  notes: `Ctrl-C or SIGTERM lets packs in flight come to the border of an epoch, hands them back with a
checkpoint, and ends; a second one ends at once. Any number of workers may run, on any
machine that reaches DATABASE_URL, TEMPORAL_ADDRESS and the data files. Without --engine and --backend
the first start measures which is fastest here, and remembers it; docs/engines.md. --metrics lets
whoever reaches that address read them: docs/metrics.md.`,
  options: trainingOptions,
  async act(terminal, _, { slots = availableParallelism(), engine, backend, metrics, ...options }) {
    const at = await addresses(terminal.env);
    const { databaseUrl, temporalAddress } = at;
    // Asked first, because they say better what is wrong than the worker's own connections do.
    await (await connectStore(at)).close();
    await (await connectServer(at)).close();
    if (databaseUrl === undefined || temporalAddress === undefined)
      throw fault("The local stack went down meanwhile. `liesweep up` starts it.");

    const { startWorker } = await import("../worker/index.ts");
    const running = await startWorker({
      databaseUrl,
      temporalAddress,
      slots,
      calibration: calibrationFile(at.home),
      checkpoints: options.checkpoints ?? join(at.home, "checkpoints"),
      checkpointEveryMs: 1000 * (options.checkpointSeconds ?? 60),
      drainMs: 1000 * (options.drainSeconds ?? DRAIN_SECONDS),
      ...(options.queue !== undefined && { queue: options.queue }),
      ...(engine && { engine }),
      ...(backend && { backend }),
      ...(metrics && { metrics }),
    });
    using _handler = terminal.onInterrupt(() => {
      say(terminal, "stopping: packs in flight come to a border and go back to the server");
      running.stop();
    });
    say(terminal, `worker ${process.pid} waits for sweeps at ${temporalAddress}, ${slots} slots`);
    if (metrics) say(terminal, `metrics at http://${metrics.host}:${metrics.port}/metrics`);
    await running.stopped;
    say(terminal, "worker stopped");
    return EXIT.ok;
  },
};
