import { CancelledFailure, Context, cancellationSignal } from "@temporalio/activity";
import type { Refusal } from "../liegan/index.ts";
import type { Claim, Release } from "../store/index.ts";
import {
  channelCount,
  failureClassOf,
  failureOf,
  type LimitsSpec,
  type Pack,
} from "../sweep/index.ts";
import { whileBeating } from "./beat.ts";
import { asFailure } from "./failure.ts";
import { HANDED_OVER, type HandedOver, orHandedOver } from "./hand-over.ts";
import { throughOutage } from "./outage.ts";
import { dataOf, mustRead } from "./sweeps.ts";
import type { ActivityTools } from "./tools.ts";

/** What goes back into history: counts, never a matrix. */
export interface PackOutcome {
  readonly ended: number;
}

export const createPackActivities = (tools: ActivityTools) => {
  const { store, train, worker, checkpoints, draining } = tools;

  /** T: each attempt that ran out of memory is followed by one with half as many, so that any worker knows it. */
  async function slotsOf(pack: Pack, { packSize }: LimitsSpec): Promise<number> {
    const times = await store.countFailures(pack.sweep, numbersOf(pack), "memory");
    return fewer(Math.min(packSize, pack.trials), times);
  }

  /** One that cannot be trained. The others of its pack go on. */
  async function failTrial(claim: Claim, { trial: number, message }: Refusal): Promise<void> {
    const own = claim.trials.filter(({ trial }) => trial.number === number);
    const failure = { failureClass: "configuration", error: "TrialRefused", message } as const;
    await store.releaseTrials({ ...claim, trials: own }, { kind: "failed", ...failure });
  }

  /**
   * Trains a pack: per run rows first, then the checkpoint where one is due, then the heartbeat, so
   * that a checkpoint never is ahead of the rows and what was beaten is on record.
   *
   * A retry goes on from the newest checkpoint that fits, to the same bits, each trial from its own
   * epoch, as far as there are slots for them. It claims the trials anew, which shuts out whatever is
   * left of the attempt before, and leaves alone those that have ended. Trials whose rows are refused were cancelled or taken over,
   * and leave the batch; once any is taken over the checkpoints are another attempt's, and left alone.
   *
   * Where this worker is to stop it hands over at the border of the run, with a checkpoint of that border.
   */
  async function attempt(pack: Pack): Promise<PackOutcome | HandedOver> {
    const sweep = await throughOutage(() => mustRead(store, pack.sweep));
    const { spec } = sweep;
    const slots = await throughOutage(() => slotsOf(pack, spec.limits));
    const resume = await checkpoints.load(pack, sweep);
    const claim = await store.claimTrials(
      pack.sweep,
      numbersOf(pack),
      worker,
      new Map(
        resume?.trials.slice(0, slots).map((trial, slot) => [trial, resume.epochs[slot] ?? 0]),
      ),
    );
    if (claim.trials.length === 0) {
      await checkpoints.clear(pack);
      return { ended: 0 };
    }
    const training = train(
      dataOf(sweep),
      {
        trials: claim.trials.map(({ trial }) => trial),
        slots,
        channels: pack.channels ?? channelCount(spec),
        training: spec.training,
        ...(resume && { resume }),
      },
      cancellationSignal(),
    );
    let ended = 0;
    const checkpoint = { isOurs: true, isHandedOver: false };
    const stop = () => training.stop();
    draining.addEventListener("abort", stop);
    if (draining.aborted) stop();
    try {
      await whileBeating(async (say) => {
        for await (const { report, snapshot, isStopped = false } of training) {
          checkpoint.isHandedOver = isStopped;
          for (const refusal of report.refusals ?? []) await failTrial(claim, refusal);
          const refused = await store.saveRun(claim, report);
          ended += report.endings.filter(({ trial }) => !refused.includes(trial)).length;
          if (refused.length > 0) {
            const { held, isTakenOver } = await store.readHold(claim);
            const wanted = new Set(held);
            training.drop(numbersOf(pack).filter((number) => !wanted.has(number)));
            if (isTakenOver) checkpoint.isOurs = false;
          }
          if (snapshot && checkpoint.isOurs) await checkpoints.save(pack, sweep, snapshot);
          say({ training: report.reports.length - report.endings.length, ended });
        }
      });
    } catch (error) {
      const failure = asFailure(error);
      await store.releaseTrials(claim, releaseAfter(failure, slots));
      throw failure;
    } finally {
      draining.removeEventListener("abort", stop);
    }
    if (checkpoint.isHandedOver) {
      await store.releaseTrials(claim, STOPPED);
      return HANDED_OVER;
    }
    if (checkpoint.isOurs) await checkpoints.clear(pack);
    return { ended };
  }

  /** Ends what is left of a pack; what was learned stays on record. A retry finds nothing left. */
  async function abandon(pack: Pack, outcome: Release): Promise<void> {
    const numbers = numbersOf(pack);
    const everyEpoch = new Map(numbers.map((number) => [number, EVERY_EPOCH]));
    const claim = await store.claimTrials(pack.sweep, numbers, worker, everyEpoch);
    await store.releaseTrials(claim, outcome);
    await checkpoints.clear(pack);
  }

  return {
    /** Makes an attempt at a pack, or hands it over where this worker is stopped. */
    trainPack: (pack: Pack): Promise<PackOutcome | HandedOver> => orHandedOver(() => attempt(pack)),

    /**
     * Gives up on a pack whose attempts have all failed.
     *
     * @param error - name of what the last one met; earlier versions did not tell it
     */
    failPack: (pack: Pack, message: string, error = "Unknown"): Promise<void> =>
      abandon(pack, { kind: "failed", failureClass: failureClassOf(error), error, message }),

    /** Ends a cancelled pack. */
    cancelPack: (pack: Pack): Promise<void> => abandon(pack, { kind: "cancelled" }),
  };
};

/** What waits for the next attempt at the border where this one was stopped. */
const STOPPED: Release = {
  ...{ kind: "queued", failureClass: "interrupted", error: "WorkerStopped" },
  message: "The worker was stopped, and left a checkpoint.",
};

/** A claim from here removes no rows. */
const EVERY_EPOCH = 2 ** 31 - 1;

const numbersOf = ({ firstTrial, trials }: Pack): readonly number[] =>
  Array.from({ length: trials }, (_, i) => firstTrial + i);

/** Half of the slots, so many times; one at least. */
const fewer = (slots: number, times: number): number => Math.max(1, Math.floor(slots / 2 ** times));

/** A pack stopped from outside waits for the next attempt; so does one whose machine broke. */
function releaseAfter(error: unknown, slots: number): Release {
  if (error instanceof CancelledFailure) {
    return Context.current().cancellationDetails?.cancelRequested
      ? { kind: "cancelled" }
      : { kind: "queued", ...failureOf(error), failureClass: "interrupted" };
  }
  const failure = failureOf(error);
  if (failure.failureClass !== "memory") return { kind: "queued", ...failure };
  const next = `The next attempt trains ${fewer(slots, 1)} of its trials at once, this one ${slots}.`;
  return { kind: "queued", ...failure, message: `${failure.message} ${next}` };
}
