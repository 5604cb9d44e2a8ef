/** Why an attempt at a trial ended without an {@link Ending} of the mathematics. Each has its own policy. */
export type FailureClass =
  /** The machine, its engine or its trainer process broke: the next attempt goes on, elsewhere if it can. */
  | "machine"
  /** Not enough memory: the next attempt trains fewer trials at once. */
  | "memory"
  /** The trial cannot be trained as it is configured: it fails, and the others of its pack go on. */
  | "configuration"
  /** The data are missing or have changed: the sweep stops. */
  | "data"
  /** The worker was stopped: the next attempt goes on elsewhere, and nothing counts as broken. */
  | "interrupted"
  /** The sweep ended before the trial did. */
  | "abandoned";

/** What ended an attempt. */
export interface Failure {
  readonly failureClass: FailureClass;
  /** Name of the error, such as `TrainerLostError`. */
  readonly error: string;
  readonly message: string;
}

/** What attempts of one sweep ended of, class by class. */
export interface FailureCount {
  readonly failureClass: FailureClass;
  /** Trials whose last attempt ended so, and which have failed. */
  readonly trials: number;
  /** Attempts at trials, those that were tried again among them. */
  readonly attempts: number;
  /** What the latest of them said. */
  readonly message: string;
}

/** What a row says of something thrown. Temporal's errors have the name of what they stand for as their type. */
export function failureOf(thrown: unknown): Failure {
  if (!(thrown instanceof Error))
    return { failureClass: failureClassOf("Unknown"), error: "Unknown", message: String(thrown) };
  const error = "type" in thrown && typeof thrown.type === "string" ? thrown.type : thrown.name;
  return { failureClass: failureClassOf(error), error, message: thrown.message };
}

/** By the name of the error, which is all that crosses the borders of processes. */
export const failureClassOf = (error: string): FailureClass => CLASSES.get(error) ?? "machine";

const CLASSES: ReadonlyMap<string, FailureClass> = new Map([
  ["DatasetError", "data"],
  ["PackTooLargeError", "memory"],
  ["OutOfMemoryError", "memory"],
]);
