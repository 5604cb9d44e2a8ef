import type { SelectionTurn } from "../activities/index.ts";
import type { SweepId, Verdict } from "../sweep/index.ts";
import { untilDone } from "./hand-over.ts";
import type { SweepProgress } from "./progress.ts";
import { training } from "./proxies.ts";

/** A verdict, small enough for history. */
export interface SelectionResult {
  readonly status: Verdict["status"];
  readonly name: string | undefined;
  readonly score: number | undefined;
  readonly reason: string;
}

/**
 * Answers what a turn asks. Batches run beside each other on whatever slots there are.
 *
 * @param count - hears of tests asked for, and of tests answered
 * @param priorityKey - 1 is served first, 5 last; as is usual where undefined
 */
export async function answer(
  sweep: SweepId,
  { batches, queue }: SelectionTurn & { readonly kind: "test" },
  count: TestCounter,
  priorityKey?: number,
): Promise<void> {
  count(batches.flat().length, 0);
  await Promise.all(
    batches.map(async (numbers) => {
      const { testValidity } = training({
        summary: `${numbers.length} validity tests`,
        queue,
        priorityKey,
      });
      await untilDone(() => testValidity(sweep, numbers));
      count(0, numbers.length);
    }),
  );
}

export type TestCounter = (planned: number, done: number) => void;

/** Counts tests and tells of the sums. */
export function testCounter(tell: (tests: SweepProgress["tests"]) => void): TestCounter {
  let tests = { planned: 0, done: 0 };
  return (planned, done) => {
    tests = { planned: tests.planned + planned, done: tests.done + done };
    tell(tests);
  };
}
