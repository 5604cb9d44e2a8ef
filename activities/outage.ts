import { sleep } from "@temporalio/activity";
import { isOutage } from "../store/outages.ts";
import { whileBeating } from "./beat.ts";

/**
 * What `read` finds, however long the database is away: it asks again, and beats meanwhile. An outage then costs
 * the attempt that it met and none after it, of which there are few; they are for what breaks on its own.
 *
 * For reads alone: of a write that was cut off nobody knows whether it was made.
 *
 * @throws what the activity is cancelled with, and what is no outage
 */
export const throughOutage = <T>(read: () => Promise<T>): Promise<T> =>
  whileBeating(async () => {
    for (;;) {
      try {
        return await read();
      } catch (error) {
        if (!isOutage(error)) throw error;
        await sleep(ASK_AGAIN_MS);
      }
    }
  });

const ASK_AGAIN_MS = 500;
