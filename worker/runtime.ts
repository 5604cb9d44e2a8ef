import { lookup } from "node:dns/promises";
import type { LogLevel, LogMetadata } from "@temporalio/common";
import { DefaultLogger, Runtime } from "@temporalio/worker";
import { HISTOGRAM_BUCKETS } from "./metrics.ts";

/** Where metrics are served, `/metrics` on it. */
export interface MetricsAddress {
  /** As in a URL: `127.0.0.1`, `[::1]`, `localhost`. */
  readonly host: string;
  readonly port: number;
}

/** The address is no address of this machine, or another program listens there. */
class MetricsUnavailableError extends Error {
  override readonly name = "MetricsUnavailableError";
}

let isInstalled = false;

/**
 * The native side of the SDK, set up once a process and before any connection. Its log says warnings
 * only: the default is a line a pack with a 200-character token in it.
 *
 * @throws {@link MetricsUnavailableError} when nothing can be served at `metrics`
 */
export async function installRuntime(metrics?: MetricsAddress): Promise<Runtime> {
  if (isInstalled) return Runtime.instance();
  const logger = new WorkerLogger("WARN");
  if (metrics) {
    try {
      Runtime.install({ logger, telemetryOptions: { metrics: await exporterAt(metrics) } });
    } catch (error) {
      throw new MetricsUnavailableError(
        `Metrics cannot be served at ${metrics.host}:${metrics.port} (${(error as Error).message}). ` +
          "Give --metrics a free port of an address of this machine, such as 127.0.0.1:9464.",
        { cause: error },
      );
    }
  } else Runtime.install({ logger });
  isInstalled = true;
  return Runtime.instance();
}

/** Without the warning that the training queue has no workflows, which is so on purpose. */
class WorkerLogger extends DefaultLogger {
  override log(level: LogLevel, message: string, meta?: LogMetadata): void {
    if (!message.startsWith("No workflows registered")) super.log(level, message, meta);
  }
}

/** The exporter binds to addresses only, so names are looked up here. */
async function exporterAt({ host, port }: MetricsAddress) {
  const { address, family } = await lookup(host.replace(/^\[(.*)\]$/, "$1"));
  return {
    attachServiceName: false,
    prometheus: {
      bindAddress: family === 6 ? `[${address}]:${port}` : `${address}:${port}`,
      countersTotalSuffix: true,
      unitSuffix: true,
      useSecondsForDurations: true,
      histogramBucketOverrides: HISTOGRAM_BUCKETS,
    },
  };
}
