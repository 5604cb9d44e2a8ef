import { defineQuery } from "@temporalio/workflow";
import type { Control, SweepSpec, Verdict } from "../sweep/index.ts";

/** What a sweep says of itself, from counters alone; the rows know more. */
export interface SweepProgress extends Control {
  readonly phase: "training" | "selecting" | Verdict["status"] | "cancelled" | "failed";
  readonly packs: {
    readonly planned: number;
    readonly running: number;
    readonly done: number;
    readonly failed: number;
  };
  readonly trials: { readonly planned: number; readonly done: number };
  /** Validity tests asked for and answered. */
  readonly tests: { readonly planned: number; readonly done: number };
  /** `so(2)`, `none`, `inconclusive`; absent until there is a verdict. */
  readonly verdict: string | undefined;
  /** v of the whole algebra: 0 goes unnoticed, 1 is noticed like a random motion. */
  readonly score: number | undefined;
  /** Why the verdict is what it is, or what stopped the sweep. */
  readonly reason: string | undefined;
}

export const progressQuery = defineQuery<SweepProgress>("progress");

/** The page "Current Details" of the Temporal UI, in Markdown. */
export function describeProgress(spec: SweepSpec, progress: SweepProgress): string {
  const { phase, packs, trials, tests, verdict, reason, search } = progress;
  const filled = Math.round((20 * trials.done) / Math.max(1, trials.planned));
  return [
    `**${spec.sweep}: ${verdict ?? phase}${progress.isPaused ? ", paused" : ""}**`,
    ...(reason === undefined ? [] : [reason]),
    `\`${"█".repeat(filled)}${"░".repeat(20 - filled)}\` ${trials.done} of ${trials.planned} trials`,
    [
      "| | planned | running | done | failed |",
      "|---|---|---|---|---|",
      `| packs | ${packs.planned} | ${packs.running} | ${packs.done} | ${packs.failed} |`,
      `| tests | ${tests.planned} | ${tests.planned - tests.done} | ${tests.done} | |`,
    ].join("\n"),
    `K ∈ {${search.basisCount.join(", ")}}, λ ∈ {${search.regularization.join(", ")}}, ` +
      `n ∈ {${search.groupDimension.join(", ")}}, ${search.seeds} seeds; ` +
      `${progress.concurrentPacks} packs at once, priority ${progress.priority}. Results: \`liesweep show ${spec.sweep}\``,
  ].join("\n\n");
}
