import { type Failure, failureOf } from "../sweep/index.ts";

/** What an activity met, by the innermost cause: what it said itself. */
export function failureIn(thrown: unknown): Failure {
  let innermost = thrown;
  while (innermost instanceof Error && innermost.cause !== undefined) innermost = innermost.cause;
  return failureOf(innermost);
}
