import { Client, Connection } from "@temporalio/client";
import { tsToMs } from "@temporalio/common/lib/time.js";
import { trainingQueue } from "../workflows/index.ts";
import type { SlotWork } from "./slot-idle.ts";

/** What a sweep's histories say of its training slots, in seconds of the server's clock. */
export interface SweepSlots {
  /** When its last workflow had ended. */
  readonly ended: number;
  readonly work: readonly SlotWork[];
}

/** Reads the histories of a sweep that has ended, and of all its packs. */
export async function readSlots(address: string, sweep: string): Promise<SweepSlots> {
  const connection = await Connection.connect({ address });
  try {
    const client = new Client({ connection });
    const work: SlotWork[] = [];
    let ended = 0;
    for await (const { workflowId, runId } of client.workflow.list({
      query: `SweepId = "${sweep}"`,
    })) {
      const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      const at = (id: unknown) => tsToMs(events?.[Number(id) - 1]?.eventTime) / 1000;
      ended = Math.max(ended, at(events?.length));
      for (const event of events ?? []) {
        const end = event.activityTaskCompletedEventAttributes;
        if (!end) continue;
        const asked = events?.[Number(end.scheduledEventId) - 1];
        if (asked?.activityTaskScheduledEventAttributes?.taskQueue?.name !== trainingQueue())
          continue;
        work.push({
          scheduled: at(end.scheduledEventId),
          started: at(end.startedEventId),
          ended: at(event.eventId),
        });
      }
    }
    return { ended, work };
  } finally {
    await connection.close();
  }
}
