import { Context } from "@temporalio/activity";

/**
 * Heartbeats every second while `work` runs, with what it last said of itself: the trainer may be
 * silent for an epoch, and a heartbeat is how the server learns that this machine lives and how this
 * machine learns of a cancellation.
 */
export async function whileBeating<T>(
  work: (say: (details: unknown) => void) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  let details: unknown;
  const timer = setInterval(() => {
    context.heartbeat(details);
  }, 1000);
  try {
    return await work((said) => {
      details = said;
      context.heartbeat(said);
    });
  } finally {
    clearInterval(timer);
  }
}
