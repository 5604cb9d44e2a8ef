import type { ActivityTools } from "../activities/index.ts";
import type { CardLimits } from "./memory.ts";
import type { EngineChoice, TrainerMessage } from "./messages.ts";
import { PlacePool } from "./places.ts";
import { runTrainer } from "./trainer-process.ts";

/**
 * The two kinds of work a slot does, each in a process of its own.
 *
 * @param card - what it trains on, if that can be asked
 * @param places - one for each slot; a trainer that finds none runs anywhere
 */
export const createTrainer = (
  choice: EngineChoice,
  snapshotEveryMs: number,
  card?: CardLimits,
  places: PlacePool = new PlacePool(),
): Pick<ActivityTools, "train" | "test"> => ({
  train(dataset, job, signal) {
    const order = {
      kind: "train",
      choice,
      dataset,
      job,
      snapshotEveryMs,
      ...(card && { card }),
    } as const;
    const run = runTrainer(order, signal, places);
    return {
      drop(trials) {
        if (trials.length > 0) run.tell({ kind: "drop", trials });
      },
      stop() {
        run.tell({ kind: "stop" });
      },
      async *[Symbol.asyncIterator]() {
        for await (const message of run) if (message.kind === "report") yield message;
      },
    };
  },
  async test(dataset, job, signal) {
    const messages = runTrainer({ kind: "test", choice, dataset, job }, signal, places);
    return (await only(messages, "tested")).results;
  },
});

/** The first message of a kind; the trainer is ended after it. */
export async function only<K extends TrainerMessage["kind"]>(
  messages: AsyncIterable<TrainerMessage>,
  kind: K,
): Promise<Extract<TrainerMessage, { kind: K }>> {
  for await (const message of messages) if (isOf(message, kind)) return message;
  throw new Error(`The trainer ended without saying "${kind}".`);
}

const isOf = <K extends TrainerMessage["kind"]>(
  message: TrainerMessage,
  kind: K,
): message is Extract<TrainerMessage, { kind: K }> => message.kind === kind;
