import { patched } from "@temporalio/workflow";
import type { HandedOver } from "../activities/index.ts";

/** Does work until a worker has done it, however many are stopped before: only those that break use up attempts. */
export async function untilDone<T>(work: () => Promise<T | HandedOver>): Promise<T | HandedOver> {
  for (;;) {
    const outcome = await work();
    if (!isHandedOver(outcome) || !patched(HAND_OVER)) return outcome;
  }
}

/** Earlier versions gave null for nothing. */
const isHandedOver = (outcome: unknown): outcome is HandedOver =>
  typeof outcome === "object" && outcome !== null && "isHandedOver" in outcome;

/** Since when what a worker hands over is begun again. */
const HAND_OVER = "a worker that is stopped hands over";
