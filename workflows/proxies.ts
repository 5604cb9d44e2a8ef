import { ActivityCancellationType, proxyActivities } from "@temporalio/workflow";
import type { Activities } from "../activities/index.ts";
import { trainingQueue } from "./names.ts";

/** Reads and writes of rows: short, and repeated until the database answers. */
export const {
  openSweep,
  changeSweep,
  closeSweep,
  advanceSelection,
  judgeFailures,
  failPack,
  cancelPack,
  silentEndings,
} = proxyActivities<Activities>({ startToCloseTimeout: "2 minutes" });

interface TrainingOptions {
  /** For the UI. */
  readonly summary: string;
  /** Label of the workers that may do it; those without one where undefined. */
  readonly queue?: string | undefined;
  /** 1 is served first, 5 last; as is usual where undefined. */
  readonly priorityKey?: number | undefined;
}

/**
 * Work that holds a training slot. The cancellation type is set because its documented default is
 * not its real one: with the real one a cancelled trainer would go on unseen.
 */
export const training = ({
  summary,
  queue,
  priorityKey,
}: TrainingOptions): Pick<Activities, "trainPack" | "testValidity"> =>
  proxyActivities<Activities>({
    taskQueue: trainingQueue(queue),
    startToCloseTimeout: "7 days",
    heartbeatTimeout: "10 seconds",
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: {
      initialInterval: "1 second",
      maximumInterval: "1 minute",
      maximumAttempts: 10,
      nonRetryableErrorTypes: ["DatasetError"],
    },
    summary,
    ...(priorityKey !== undefined && { priority: { priorityKey } }),
  });
