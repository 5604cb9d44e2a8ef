import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { spanEnvironment } from "../tracing/index.ts";
import type { TrainerJob, TrainerMessage, TrainerOrder } from "./messages.ts";
import { memoryKills, OutOfMemoryError, saysOutOfMemory } from "./out-of-memory.ts";
import { type Place, PlacePool, TASKSET } from "./places.ts";

/** The trainer said that its job cannot be done; `name` is the class of what it met, such as DatasetError. */
class TrainerError extends Error {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** The trainer process ended without finishing: killed, or broken. */
class TrainerLostError extends Error {
  override readonly name = "TrainerLostError";

  constructor(how: string, lastWords: string) {
    super(
      `The trainer process ${how}${lastWords ? `: ${lastWords}` : ""}. Its trials can be taken up again.`,
    );
  }
}

/** Why a trainer process ended that had not finished. */
function lossOf(
  code: number | null,
  signal: string | null,
  words: readonly string[],
  killsBefore: number | undefined,
): Error {
  const how = signal ? `was killed by ${signal}` : `exited with ${code}`;
  const ofMemory = words.find(saysOutOfMemory);
  if (ofMemory !== undefined)
    return new OutOfMemoryError(`The trainer process ${how}: ${ofMemory.trim()}.`);
  if (signal === "SIGKILL" && (memoryKills() ?? 0) > (killsBefore ?? Number.POSITIVE_INFINITY))
    return new OutOfMemoryError(
      `The trainer process ${how} while the kernel killed for want of memory.`,
    );
  return new TrainerLostError(how, words.at(-1) ?? "");
}

/** A trainer at work: what it says, in order, and a way to tell it something. */
export interface TrainerRun extends AsyncIterable<TrainerMessage> {
  /** Heeded at the border of a run, the first one where it has not begun; one that has ended does not listen. */
  tell(order: TrainerOrder): void;
}

/**
 * Runs one job in a process of its own, begun when its messages are first asked for. Breaking out of
 * the loop, an abort, or the end of this process ends that one too.
 *
 * Iteration throws {@link TrainerError}, {@link TrainerLostError}, OutOfMemoryError, or the reason of the abort.
 */
export function runTrainer(
  job: TrainerJob,
  signal?: AbortSignal,
  places = new PlacePool(),
): TrainerRun {
  let child: ChildProcess | undefined;
  const untold: TrainerOrder[] = [];
  const tell = (order: TrainerOrder) => {
    if (child === undefined) untold.push(order);
    // without the callback, an order that reaches it as it ends would be an error of the run
    else if (child.connected) child.send(order, () => undefined);
  };
  return {
    tell,
    async *[Symbol.asyncIterator]() {
      signal?.throwIfAborted();
      using taken = places.take();
      const { place = {} } = taken;
      child = fork(TRAINER, {
        ...onCores(place, ["--import", TSX]),
        serialization: "advanced",
        stdio: ["ignore", "ignore", "pipe", "ipc"],
        env: { ...process.env, ...ONE_THREAD, ...onDevice(place), ...spanEnvironment() },
      });
      const inbox = new Inbox(child);
      const abort = () => inbox.abort(signal?.reason);
      signal?.addEventListener("abort", abort, { once: true });
      try {
        child.send(job);
        for (const order of untold) tell(order);
        for await (const message of inbox) {
          if (message.kind === "failed") throw toldBy(message);
          yield message;
        }
      } finally {
        signal?.removeEventListener("abort", abort);
        child.kill("SIGKILL");
      }
    },
  };
}

const toldBy = ({ name, message }: TrainerMessage & { readonly kind: "failed" }): Error =>
  saysOutOfMemory(message) ? new OutOfMemoryError(message) : new TrainerError(name, message);

const TRAINER = fileURLToPath(new URL("./trainer.ts", import.meta.url));
const TSX = import.meta.resolve("tsx");

/** A slot is one core: libraries that would start a thread per core are told so. */
const ONE_THREAD = {
  TF_CPP_MIN_LOG_LEVEL: "2",
  TF_NUM_INTRAOP_THREADS: "1",
  TF_NUM_INTEROP_THREADS: "1",
  OMP_NUM_THREADS: "1",
};

/** Which program to start, and with what words before those of the trainer. */
const onCores = ({ cores }: Place, words: readonly string[]) =>
  cores === undefined
    ? { execArgv: [...words] }
    : {
        execPath: TASKSET,
        execArgv: ["--cpu-list", cores.join(","), process.execPath, ...words],
      };

const onDevice = ({ device }: Place): NodeJS.ProcessEnv =>
  device === undefined ? {} : { CUDA_VISIBLE_DEVICES: device };

/** Messages in order until the child exits; an exit that nobody announced is an error. */
class Inbox {
  private readonly waiting: TrainerMessage[] = [];
  private ended: { readonly error?: unknown } | undefined;
  private wake: () => void = () => {};
  private stderr = "";
  private readonly killsBefore = memoryKills();

  constructor(child: ChildProcess) {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr = (this.stderr + text).slice(-LAST_WORDS);
    });
    child.on("message", (message) => {
      this.waiting.push(message as TrainerMessage);
      this.wake();
    });
    child.on("error", (error) => {
      this.fail(error);
    });
    child.on("close", (code, signal) => {
      if (code === 0) this.end({});
      else this.fail(lossOf(code, signal, this.stderr.trim().split("\n"), this.killsBefore));
    });
  }

  fail(error: unknown): void {
    this.end({ error });
  }

  /** Nothing is heard any more, not even what waits. */
  abort(reason: unknown): void {
    this.waiting.length = 0;
    this.ended = { error: reason };
    this.wake();
  }

  private end(how: { readonly error?: unknown }): void {
    this.ended ??= how;
    this.wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TrainerMessage> {
    for (;;) {
      const message = this.waiting.shift();
      if (message) yield message;
      else if (this.ended) {
        if ("error" in this.ended) throw this.ended.error;
        return;
      } else
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
    }
  }
}

/** Characters that are kept of what a trainer writes: V8 says that its heap is full above a long trace. */
const LAST_WORDS = 10_000;
