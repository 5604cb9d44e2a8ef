import type { SelectionChange, SweepId, Verdict } from "../sweep/index.ts";
import type { SweepProgress } from "./progress.ts";
import { advanceSelection, training } from "./proxies.ts";

/** A verdict, small enough for history. */
export interface SelectionResult {
  readonly status: Verdict["status"];
  readonly name: string | undefined;
  readonly score: number | undefined;
  readonly reason: string;
}

/**
 * Runs selection on what was trained until there is a verdict. Tests run beside each other on
 * whatever slots there are; each round waits for all its answers.
 *
 * @param change - judges by other values than the sweep's own
 * @param tell - hears of every test asked for or answered
 */
export async function selectGroup(
  sweep: SweepId,
  change: SelectionChange,
  tell: (tests: SweepProgress["tests"]) => void,
): Promise<SelectionResult> {
  let tests = { planned: 0, done: 0 };
  const count = (planned: number, done: number) => {
    tests = { planned: tests.planned + planned, done: tests.done + done };
    tell(tests);
  };
  for (;;) {
    const turn = await advanceSelection(sweep, change);
    if (turn.kind === "verdict")
      return { status: turn.status, name: turn.name, score: turn.score, reason: turn.reason };
    count(turn.batches.flat().length, 0);
    await Promise.all(
      turn.batches.map(async (numbers) => {
        const { testValidity } = training(`${numbers.length} validity tests`);
        await testValidity(sweep, numbers);
        count(0, numbers.length);
      }),
    );
  }
}
