import { ApplicationFailure, TemporalFailure } from "@temporalio/common";

/**
 * What an activity throws, typed by its name: what a trainer process met reaches this one by name alone, and the
 * SDK would go by the class, so that no retry policy could tell data that are missing from a machine that broke.
 */
export const typedByName = (error: unknown): unknown =>
  error instanceof Error && !(error instanceof TemporalFailure)
    ? ApplicationFailure.fromError(error, { type: error.name })
    : error;
