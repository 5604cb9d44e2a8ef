import { ApplicationFailure, cancellationSignal } from "@temporalio/activity";
import { TemporalFailure } from "@temporalio/common";

/**
 * What an activity throws. Once it is cancelled, that it was, whatever broke on the way out: an abort has
 * many faces, and the server would take each but its own for a failure. Before, what broke, typed by its
 * name: what a trainer process met reaches this one by name alone, and the SDK would go by the class, so
 * that no retry policy could tell data that are missing from a machine that broke.
 */
export function asFailure(error: unknown): unknown {
  const signal = cancellationSignal();
  if (signal.aborted) return signal.reason;
  return error instanceof Error && !(error instanceof TemporalFailure)
    ? ApplicationFailure.fromError(error, { type: error.name })
    : error;
}
