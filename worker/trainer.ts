import { reopenDataset } from "../datasets/index.ts";
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
import { type Engine, refusalsOf, testValidity, trainPack } from "../liegan/index.ts";
import { endTracing, inSpan, startTracing } from "../tracing/index.ts";
import { measure } from "./measure.ts";
import { limited } from "./memory.ts";
import type { EngineChoice, TrainerJob, TrainerMessage, TrainerOrder } from "./messages.ts";

/**
 * The process that owns a training slot: it gets one job over IPC, streams what it has to say, and
 * exits. A step blocks its thread for up to a second, so none of this may happen in the Temporal
 * worker; and when this process is gone, so is everything it held on the device.
 *
 * @returns its last word, after which the worker may end this process at once
 */
async function work(
  job: TrainerJob,
  say: (message: TrainerMessage) => Promise<void>,
): Promise<TrainerMessage | undefined> {
  if (job.kind === "limits") return { kind: "limits", bufferBytes: await webGpuBufferLimit() };
  const engine = await inSpan("load engine", { ...job.choice }, () => loadEngine(job.choice));
  switch (job.kind) {
    case "check":
      return { kind: "loaded", version: engine.version };
    case "calibrate": {
      await selfCheck(engine);
      const msPerTrialStep = await timeTrialStep(engine);
      return { kind: "calibrated", version: engine.version, msPerTrialStep };
    }
    case "train": {
      const dataset = await inSpan("open data", {}, () => reopenDataset(job.dataset));
      const refusals = refusalsOf(dataset, job.job);
      if (refusals.length > 0) await say({ kind: "report", report: { ...NOTHING_YET, refusals } });
      const refused = new Set(refusals.map(({ trial }) => trial));
      const trials = job.job.trials.filter(({ number }) => !refused.has(number));
      const training = limited(dataset, { ...job.job, trials }, job.card);
      const isDue = everyMs(job.snapshotEveryMs);
      const isUnwanted = (trial: number) => orders.dropped.has(trial);
      const runs = trainPack(engine, dataset, training, isUnwanted);
      for await (const { snapshot, ...report } of runs) {
        const now = snapshot();
        const isStopped = orders.isStopped && now.trials.length + now.waiting.length > 0;
        await say({
          ...{ kind: "report", report },
          ...((isDue() || isStopped) && { snapshot: now }),
          ...(isStopped && { isStopped }),
        });
        if (isStopped) break;
      }
      return undefined;
    }
    case "test": {
      const dataset = await inSpan("open data", {}, () => reopenDataset(job.dataset));
      return { kind: "tested", results: await testValidity(engine, dataset, job.job) };
    }
    case "measure":
      return {
        kind: "measured",
        msPerTrialStep: await measure(engine, job.dataset, limited(job.dataset, job.job, job.card)),
      };
  }
}

/** A report before the first epoch. */
const NOTHING_YET = { reports: [], generators: [], endings: [] };

/** Does the job in a span of its own, and says how it ended only when its spans have left this process. */
async function carryOut(job: TrainerJob): Promise<void> {
  await startTracing("liesweep-trainer");
  const lastWord = await inSpan(job.kind, factsOf(job), () => work(job, say)).catch(failure);
  await endTracing();
  if (lastWord) await say(lastWord);
}

function failure(error: unknown): TrainerMessage {
  const [name, message] =
    error instanceof Error ? [error.name, error.message] : ["Error", String(error)];
  return { kind: "failed", name, message };
}

/** What a span says of its job. */
const factsOf = (job: TrainerJob): Readonly<Record<string, string | number>> => {
  switch (job.kind) {
    case "train":
    case "measure":
      return { trials: job.job.trials.length, epochs: job.job.training.epochs };
    case "test":
      return { tests: job.job.tests.length };
    case "check":
    case "calibrate":
    case "limits":
      return {};
  }
};

/** True when it is called for the first time after each `ms`. */
function everyMs(ms: number): () => boolean {
  let last = performance.now();
  return () => {
    if (performance.now() - last < ms) return false;
    last = performance.now();
    return true;
  };
}

/** What the worker has told this process since. */
const orders = { dropped: new Set<number>(), isStopped: false };

function heed(order: TrainerOrder): void {
  if (order.kind === "stop") orders.isStopped = true;
  else for (const trial of order.trials) orders.dropped.add(trial);
}

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
  process.on("message", heed);
  carryOut(job).then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
