import { ApplicationFailure } from "@temporalio/workflow";
import { type Failure, failureClassOf } from "../sweep/index.ts";

/** What an activity met, by the innermost cause: what it said itself. */
export function failureIn(thrown: unknown): Failure {
  let innermost = thrown;
  while (innermost instanceof Error && innermost.cause !== undefined) innermost = innermost.cause;
  const error =
    innermost instanceof ApplicationFailure
      ? (innermost.type ?? innermost.name)
      : innermost instanceof Error
        ? innermost.name
        : "Unknown";
  const message = innermost instanceof Error ? innermost.message : String(innermost);
  return { failureClass: failureClassOf(error), error, message };
}
