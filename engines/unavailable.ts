/** A backend that this machine does not have. Carries why and what to do. */
export class BackendUnavailableError extends Error {
  override readonly name = "BackendUnavailableError";
}

/** The first line of what some library threw. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0]?.trim() ?? "";
