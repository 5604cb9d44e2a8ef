import { defineSearchAttributeKey } from "@temporalio/common";
import { upsertSearchAttributes } from "@temporalio/workflow";
import type { SweepProgress } from "./progress.ts";

/** On packs and sweeps: finds all of one sweep in the UI. */
export const SWEEP_ID = defineSearchAttributeKey("SweepId", "KEYWORD");

const SWEEP_STATUS = defineSearchAttributeKey("SweepStatus", "KEYWORD");
const VERDICT = defineSearchAttributeKey("Verdict", "KEYWORD");
const TRIALS_PLANNED = defineSearchAttributeKey("TrialsPlanned", "INT");
const BEST_VALIDITY = defineSearchAttributeKey("BestValidity", "DOUBLE");
const TRIALS_DONE = defineSearchAttributeKey("TrialsDone", "INT");

/** What the list of workflows can be filtered and sorted by. Each call is an event of history: call it rarely. */
export function publish({ phase, isPaused, trials, verdict, score }: SweepProgress): void {
  upsertSearchAttributes([
    { key: SWEEP_STATUS, value: isPaused ? "paused" : phase },
    { key: TRIALS_PLANNED, value: trials.planned },
    { key: TRIALS_DONE, value: trials.done },
    ...(verdict === undefined ? [] : [{ key: VERDICT, value: verdict }]),
    ...(score === undefined ? [] : [{ key: BEST_VALIDITY, value: score }]),
  ]);
}
