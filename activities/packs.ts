import { CancelledFailure, Context, cancellationSignal } from "@temporalio/activity";
import type { Claim, Release } from "../store/index.ts";
import type { Pack } from "../sweep/index.ts";
import { whileBeating } from "./beat.ts";
import { mustRead } from "./sweeps.ts";
import type { ActivityTools } from "./tools.ts";

/** What goes back into history: counts, never a matrix. */
export interface PackOutcome {
  readonly ended: number;
}

export const createPackActivities = ({ store, train, worker }: ActivityTools) => ({
  /**
   * Trains a pack: per epoch rows first, then the heartbeat, so that what was beaten is on record.
   *
   * A retry claims the trials anew, which shuts out whatever is left of the attempt before, and
   * leaves alone those that have ended. Trials whose rows are refused were claimed by somebody else;
   * when all are, the pack stops.
   */
  async trainPack(pack: Pack): Promise<PackOutcome> {
    const { spec } = await mustRead(store, pack.sweep);
    const claim = await store.claimTrials(pack.sweep, numbersOf(pack), worker);
    if (claim.trials.length === 0) return { ended: 0 };
    const job = {
      trials: claim.trials.map(({ trial }) => trial),
      channels: Math.max(...spec.search.basisCount),
      training: spec.training,
    };
    let ended = 0;
    try {
      await whileBeating(async (say) => {
        for await (const report of train(spec.dataset, job, cancellationSignal())) {
          const refused = await store.saveReports(claim, report.reports);
          if (refused.length === claim.trials.length) break;
          await store.saveGenerators(claim, report.generators);
          await store.endTrials(claim, report.endings);
          ended += report.endings.length;
          say({ epoch: report.reports[0]?.epoch });
        }
      });
    } catch (error) {
      await store.releaseTrials(claim, releaseAfter(error));
      throw error;
    }
    return { ended };
  },

  /** Gives up on what is left of a pack whose attempts have all failed. A retry finds nothing left. */
  async failPack(pack: Pack, message: string): Promise<void> {
    await abandon({ store, worker }, pack, { kind: "failed", failureClass: "PackFailed", message });
  },

  /** Ends what is left of a cancelled pack. */
  async cancelPack(pack: Pack): Promise<void> {
    await abandon({ store, worker }, pack, { kind: "cancelled" });
  },
});

async function abandon(
  { store, worker }: Pick<ActivityTools, "store" | "worker">,
  pack: Pack,
  outcome: Release,
): Promise<void> {
  const claim: Claim = await store.claimTrials(pack.sweep, numbersOf(pack), worker);
  await store.releaseTrials(claim, outcome);
}

const numbersOf = ({ firstTrial, trials }: Pack): readonly number[] =>
  Array.from({ length: trials }, (_, i) => firstTrial + i);

/** A pack stopped from outside waits for the next attempt; so does one whose machine broke. */
function releaseAfter(error: unknown): Release {
  if (error instanceof CancelledFailure) {
    return Context.current().cancellationDetails?.cancelRequested
      ? { kind: "cancelled" }
      : { kind: "queued", failureClass: "Interrupted", message: error.message };
  }
  const [failureClass, message] =
    error instanceof Error ? [error.name, error.message] : ["Unknown", String(error)];
  return { kind: "queued", failureClass, message };
}
