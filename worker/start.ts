import { availableParallelism } from "node:os";
import { openCheckpoints } from "../checkpoints/index.ts";
import { type BackendReport, checkBackend, isOnCard } from "./backends.ts";
import { chooseBackend } from "./calibrate.ts";
import { cardLimits, cardMemory } from "./card.ts";
import { packCheckpoints } from "./checkpoints.ts";
import { measuredCheckpoints, measuredTrainer } from "./measured.ts";
import type { EngineChoice } from "./messages.ts";
import { type WorkerMetrics, workerMetrics } from "./metrics.ts";
import {
  dealPlaces,
  type Place,
  PlacePool,
  pinnableCores,
  slotsPerCard,
  visibleDevices,
} from "./places.ts";
import { installRuntime, type MetricsAddress } from "./runtime.ts";
import { type RunningWorker, serve } from "./serve.ts";
import { createTrainer } from "./tools.ts";
import { liesweepVersion } from "./version.ts";

export interface WorkerOptions {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  /** Label of this worker: it trains for sweeps that ask for it, and for no others. */
  readonly queue?: string;
  /** Packs trained at once, one single-thread process each; one per core when absent. */
  readonly slots?: number;
  /** Together with `backend`; where both are absent, the fastest of this machine. */
  readonly engine?: EngineChoice["engine"];
  readonly backend?: string;
  /** The file that remembers which one that is. */
  readonly calibration: string;
  /** Where checkpoints lie: a path, `file:///folder` or `s3://bucket/prefix?endpoint=…`. */
  readonly checkpoints: string;
  /** Least time between two checkpoints of a pack; a minute when absent. */
  readonly checkpointEveryMs?: number;
  /** Longest wait for packs to come to a border when the worker is to stop. */
  readonly drainMs: number;
  /** Where metrics are served; nowhere when absent. */
  readonly metrics?: MetricsAddress;
}

/** The engine does not load here, so nothing could be trained. */
class NoEngineError extends Error {
  override readonly name = "NoEngineError";
}

/**
 * One Temporal worker process: it decides (workflows, short activities) and it trains (one trainer
 * process a slot). Workflows and slots poll different queues, so that a full machine still decides.
 *
 * @throws {@link NoEngineError} when the chosen engine does not load; UnreachableDatabaseError and
 * connection errors when the stack is not there; MetricsUnavailableError
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { metricMeter } = await installRuntime(options.metrics);
  const report = await backendOf(options);
  const { loads, detail, ...choice } = report;
  if (!loads) throw new NoEngineError(detail);
  const slots = options.slots ?? availableParallelism();
  const places = await placesFor(report, slots);
  const card = await cardLimits(report, slotsPerCard(places));
  const metrics = workerMetrics(metricMeter, { ...choice, slots, version: liesweepVersion() });
  const checkpoints = packCheckpoints(
    measuredCheckpoints(openCheckpoints(options.checkpoints), metrics),
    { ...choice, version: detail },
    (line) => console.warn(line),
  );
  const everyMs = options.checkpointEveryMs ?? 60_000;
  const trainer = createTrainer(choice, everyMs, card, new PlacePool(places));
  const running = await serve({
    ...{ databaseUrl: options.databaseUrl, temporalAddress: options.temporalAddress, slots },
    engine: { ...choice, detail },
    tools: { checkpoints, ...measuredTrainer(trainer, metrics) },
    drainMs: options.drainMs,
    ...(options.queue !== undefined && { queue: options.queue }),
  });
  const watching = options.metrics && isOnCard(report) ? watchDevice(metrics) : undefined;
  return { ...running, stopped: running.stopped.finally(() => clearInterval(watching)) };
}

async function backendOf(options: WorkerOptions): Promise<BackendReport> {
  const { engine, backend, calibration, slots = availableParallelism() } = options;
  return engine === undefined && backend === undefined
    ? chooseBackend(calibration, slots)
    : checkBackend({ engine: engine ?? "onnx", backend: backend ?? "cpu" });
}

/** Those of this machine for trainers of a backend: cores for one on a CPU, cards of NVIDIA for one on CUDA. */
async function placesFor(report: BackendReport, slots: number): Promise<readonly Place[]> {
  if (!isOnCard(report)) return dealPlaces(slots, await pinnableCores(), []);
  const isCuda = report.backend === "cuda" || report.backend === "tensorflow";
  return dealPlaces(slots, [], isCuda ? await visibleDevices() : []);
}

/** The card's memory as its driver tells it; a card that cannot be asked is silent. */
function watchDevice(metrics: WorkerMetrics): NodeJS.Timeout {
  const look = async () => {
    const memory = await cardMemory();
    if (memory) metrics.deviceMemory(memory);
  };
  void look();
  return setInterval(() => void look(), DEVICE_EVERY_MS);
}

/** As often as Prometheus scrapes by default; each look starts `nvidia-smi`. */
const DEVICE_EVERY_MS = 15_000;
