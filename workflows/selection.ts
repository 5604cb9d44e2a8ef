import { setCurrentDetails } from "@temporalio/workflow";
import type { SelectionChange, SweepId } from "../sweep/index.ts";
import type { SweepProgress } from "./progress.ts";
import { advanceSelection } from "./proxies.ts";
import { answer, type SelectionResult, testCounter } from "./selecting.ts";

/**
 * Judges the trials of a sweep that has ended anew. It trains nothing, asks only what was not asked
 * before, and adds a verdict where it differs from the latest; the sweep itself stays as it is.
 */
export async function selectionWorkflow(
  sweep: SweepId,
  change: SelectionChange,
): Promise<SelectionResult> {
  const show = (state: string) => setCurrentDetails(`**${sweep}, judged anew: ${state}**`);
  const tell = ({ planned, done }: SweepProgress["tests"]) =>
    show(`${done} of ${planned} more tests answered`);
  tell({ planned: 0, done: 0 });
  const count = testCounter(tell);
  for (;;) {
    const turn = await advanceSelection(sweep, change);
    if (turn.kind === "verdict") {
      const { status, name, score, reason } = turn;
      show(status === "found" && name !== undefined ? name : status);
      return { status, name, score, reason };
    }
    await answer(sweep, turn, count);
  }
}
