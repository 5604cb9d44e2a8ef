import { cancellationSignal } from "@temporalio/activity";
import { isOutage } from "../store/outages.ts";
import { whileBeating } from "./beat.ts";

/**
 * What `read` finds, however long the database is away: it asks again, and beats meanwhile. An outage then costs
 * the attempt that it met and none after it, of which there are few; they are for what breaks on its own.
 *
 * For reads alone: of a write that was cut off nobody knows whether it was made.
 */
export const throughOutage = <T>(read: () => Promise<T>): Promise<T> =>
  whileBeating(async () => {
    for (;;) {
      try {
        return await read();
      } catch (error) {
        if (!isOutage(error)) throw error;
        await pause();
      }
    }
  });

/** @throws what the activity is cancelled with */
async function pause(): Promise<void> {
  const signal = cancellationSignal();
  signal.throwIfAborted();
  await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  signal.throwIfAborted();
}

const ASK_AGAIN_MS = 500;
