import { Context } from "@temporalio/activity";

/** How an activity ends whose worker is stopped: it is to be done once more, elsewhere. */
export interface HandedOver {
  readonly isHandedOver: true;
}

export const HANDED_OVER: HandedOver = { isHandedOver: true };

/**
 * What `work` comes to, or that it was handed over. That is a result and no failure, since of failures the server
 * allows few: a fleet that is preempted often would use them up.
 */
export async function orHandedOver<T>(work: () => Promise<T>): Promise<T | HandedOver> {
  try {
    return await work();
  } catch (error) {
    if (isBeingStopped()) return HANDED_OVER;
    throw error;
  }
}

/** Whether that is why the activity here is cancelled. */
const isBeingStopped = (): boolean =>
  Context.current().cancellationDetails?.workerShutdown === true;
