import { openDataset } from "../datasets/index.ts";
import {
  BackendUnavailableError,
  loadOnnxEngine,
  ONNX_BACKENDS,
  selfCheck,
  TFJS_BACKENDS,
  tfjsEngine,
  timeTrialStep,
  webGpuBufferLimit,
} from "../engines/index.ts";
import { type Engine, testValidity, trainPack } from "../liegan/index.ts";
import { measure } from "./measure.ts";
import { limited } from "./memory.ts";
import type { EngineChoice, TrainerJob, TrainerMessage, TrainerOrder } from "./messages.ts";

/**
 * The process that owns a training slot: it gets one job over IPC, streams what it has to say, and
 * exits. A step blocks its thread for up to a second, so none of this may happen in the Temporal
 * worker; and when this process is gone, so is everything it held on the device.
 */
async function work(
  job: TrainerJob,
  say: (message: TrainerMessage) => Promise<void>,
): Promise<void> {
  if (job.kind === "limits") return say({ kind: "limits", bufferBytes: await webGpuBufferLimit() });
  const engine = await loadEngine(job.choice);
  switch (job.kind) {
    case "check":
      return say({ kind: "loaded", version: engine.version });
    case "calibrate": {
      await selfCheck(engine);
      const msPerTrialStep = await timeTrialStep(engine);
      return say({ kind: "calibrated", version: engine.version, msPerTrialStep });
    }
    case "train": {
      const dataset = await openDataset(job.dataset);
      const training = limited(dataset, job.job, job.card);
      const isDue = everyMs(job.snapshotEveryMs);
      const isUnwanted = (trial: number) => dropped.has(trial);
      for await (const { snapshot, ...report } of trainPack(engine, dataset, training, isUnwanted))
        await say({ kind: "report", report, ...(isDue() && { snapshot: snapshot() }) });
      return;
    }
    case "test": {
      const dataset = await openDataset(job.dataset);
      return say({ kind: "tested", results: await testValidity(engine, dataset, job.job) });
    }
    case "measure":
      return say({
        kind: "measured",
        msPerTrialStep: await measure(engine, job.dataset, limited(job.dataset, job.job, job.card)),
      });
  }
}

/** True when it is called for the first time after each `ms`. */
function everyMs(ms: number): () => boolean {
  let last = performance.now();
  return () => {
    if (performance.now() - last < ms) return false;
    last = performance.now();
    return true;
  };
}

/** Trials of this process's pack that others have taken over or cancelled. */
const dropped = new Set<number>();

async function loadEngine({ engine, backend }: EngineChoice): Promise<Engine> {
  const oneOf = <B extends string>(known: readonly B[]): B => {
    const found = known.find((name) => name === backend);
    if (found !== undefined) return found;
    throw new BackendUnavailableError(
      `The ${engine} engine has no backend "${backend}"; it has ${known.join(", ")}.`,
    );
  };
  return engine === "onnx"
    ? loadOnnxEngine(oneOf(ONNX_BACKENDS))
    : tfjsEngine(oneOf(TFJS_BACKENDS));
}

/** Resolves when the message has left this process: an exit before that would lose it. */
const say = (message: TrainerMessage): Promise<void> =>
  new Promise((resolve, reject) => {
    process.send?.(message, undefined, undefined, (error: Error | null) => {
      if (error) reject(error);
      else resolve();
    });
  });

// A worker that is gone cannot use what is computed here.
process.on("disconnect", () => process.exit(1));

// Ctrl-C in the worker's terminal reaches the whole group; the worker decides what becomes of the pack.
process.on("SIGINT", () => {});

process.once("message", (job: TrainerJob) => {
  process.on("message", ({ trials }: TrainerOrder) => {
    for (const trial of trials) dropped.add(trial);
  });
  work(job, say)
    .catch((error: unknown) => {
      const [name, message] =
        error instanceof Error ? [error.name, error.message] : ["Error", String(error)];
      return say({ kind: "failed", name, message });
    })
    .then(
      () => process.exit(0),
      () => process.exit(1),
    );
});
