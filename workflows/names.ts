import {
  type ChangeRequest,
  type SelectionChange,
  type SweepChange,
  type SweepId,
  type SweepSpec,
  selectionWorkflowId,
} from "../sweep/index.ts";
import { type Carried, carriedAtEnd } from "./carried.ts";

/** Workflows and short activities. */
export const SWEEP_TASK_QUEUE = "liesweep";

/**
 * Of activities that hold a training slot: packs, and packs of validity tests.
 *
 * @param label - of the workers that it is for; those without one where undefined
 */
export const trainingQueue = (label?: string): string =>
  label === undefined ? "liesweep-training" : `liesweep-training-${label}`;

/** Keys of `temporal operator search-attribute`, with their types by the server's numbering. */
export const SEARCH_ATTRIBUTES = {
  SweepId: 2, // Keyword
  SweepStatus: 2,
  Verdict: 2,
  TrialsPlanned: 3, // Int
  TrialsDone: 3,
  BestValidity: 4, // Double
} as const;

/** Arguments and options of `client.workflow.start` for a sweep: the id is the sweep's, so that a second start attaches. */
export const sweepStart = (spec: SweepSpec) => ({
  type: "sweepWorkflow",
  workflowId: spec.sweep as string,
  taskQueue: SWEEP_TASK_QUEUE,
  args: [spec] as [SweepSpec],
  ...sharingAs(spec.sweep),
});

/**
 * Sweeps of one priority are served in turn, however many packs each has waiting; whatever a workflow starts inherits
 * this. A server heeds it where `matching.enableFairness` is set.
 */
const sharingAs = (sweep: SweepId) => ({ priority: { fairnessKey: sweep as string } });

/** The same for a sweep that has ended and is taken up again. */
export const sweepContinuation = (
  asked: SweepSpec,
  changes: readonly SweepChange[],
  dimension: number,
) => ({
  ...sweepStart(asked),
  args: [asked, carriedAtEnd(asked, changes, dimension)] as [SweepSpec, Carried],
});

/** The update that asks a sweep for a change: its name, as the UI shows it, and its arguments. */
export function updateOf(request: ChangeRequest): {
  readonly update: UpdateName;
  readonly args: UpdateArguments;
} {
  const none = [] as unknown as UpdateArguments; // some take nothing
  switch (request.kind) {
    case "paused":
      return { update: "pause", args: none };
    case "resumed":
      return { update: "resume", args: none };
    case "retried":
      return { update: "retry", args: none };
    case "extended": {
      const { kind: _, ...extension } = request;
      return { update: "extend", args: [extension] };
    }
    case "concurrency":
      return { update: "setConcurrency", args: [request.packs] };
    case "priority":
      return { update: "setPriority", args: [request.priority] };
    case "dropped":
      return { update: "cancelTrial", args: [request.trial] };
  }
}

export type UpdateArguments = [unknown];

export type UpdateName =
  | "pause"
  | "resume"
  | "retry"
  | "extend"
  | "setConcurrency"
  | "setPriority"
  | "cancelTrial";

/** The same for a selection anew. */
export const selectionStart = (sweep: SweepId, change: SelectionChange) => ({
  type: "selectionWorkflow",
  workflowId: selectionWorkflowId(sweep),
  taskQueue: SWEEP_TASK_QUEUE,
  args: [sweep, change] as [SweepId, SelectionChange],
  ...sharingAs(sweep),
});
