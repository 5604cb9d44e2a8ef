import { cancellationSignal } from "@temporalio/activity";
import { batchesOf, type Evidence, nextStep, overBudget } from "../selection/index.ts";
import type { SweepStore, TrialRecord } from "../store/index.ts";
import type { SelectionChange, SweepId, Verdict } from "../sweep/index.ts";
import { whileBeating } from "./beat.ts";
import { asFailure } from "./failure.ts";
import { type HandedOver, orHandedOver } from "./hand-over.ts";
import { throughOutage } from "./outage.ts";
import { dataOf, mustRead } from "./sweeps.ts";
import type { ActivityTools } from "./tools.ts";

/** What selection wants next, small enough for history. */
export type SelectionTurn =
  /** Numbers of the tests to run, in batches of one program each. */
  | {
      readonly kind: "test";
      readonly batches: readonly (readonly number[])[];
      /** `limits.queue` of the sweep. */
      readonly queue?: string;
    }
  | {
      readonly kind: "verdict";
      readonly status: Verdict["status"];
      readonly name: string | undefined;
      readonly score: number | undefined;
      readonly reason: string;
    };

/** Of a sweep that is not trained to its end. */
type EarlyVerdict = Omit<SelectionTurn & { readonly kind: "verdict" }, "kind">;

export const createSelectionActivities = ({ store, test }: ActivityTools) => ({
  /**
   * One step of selection on what the store holds. Records what it asks, or its verdict; a retry
   * finds both there and changes nothing.
   *
   * @param change - judges by other values than the sweep's own, which its row keeps
   */
  async advanceSelection(sweep: SweepId, change: SelectionChange = {}): Promise<SelectionTurn> {
    const { spec, ...evidence } = await evidenceOf(store, sweep);
    const selection = { ...spec.selection, ...change };
    const { queue } = spec.limits;
    const step = nextStep({ ...evidence, spec: { ...spec, selection } });
    switch (step.kind) {
      case "test":
        await store.addDirections(sweep, step.directions);
        await store.addTests(sweep, step.tests);
        return {
          kind: "test",
          batches: batchesOf(step.tests).map((tests) => tests.map(({ number }) => number)),
          ...(queue !== undefined && { queue }),
        };
      case "verdict": {
        await store.saveVerdict(sweep, step.verdict);
        const { status, name, score, reason } = step.verdict;
        return { kind: "verdict", status, name, score, reason };
      }
    }
  },

  /**
   * The verdict of a sweep of which more trials have failed than it allows, which is written then; undefined
   * where not. A retry finds it written.
   */
  async judgeFailures(sweep: SweepId): Promise<EarlyVerdict | undefined> {
    const { spec } = await mustRead(store, sweep);
    const [failures, { trials }] = await Promise.all([
      store.readFailures(sweep),
      store.readProgress(sweep),
    ]);
    const planned = Object.values(trials).reduce((sum, count) => sum + count, 0);
    const verdict = overBudget(spec, planned, failures);
    if (verdict === undefined) return undefined;
    await store.saveVerdict(sweep, verdict);
    return { status: verdict.status, name: undefined, score: undefined, reason: verdict.reason };
  },

  /** Runs a batch of tests. The first answer to a test stands, so a retry does no harm. */
  testValidity: (sweep: SweepId, numbers: readonly number[]): Promise<undefined | HandedOver> =>
    orHandedOver(async () => {
      const record = await throughOutage(() => mustRead(store, sweep));
      const { spec } = record;
      const { directions, tests } = await store.readEvidence(sweep);
      const wanted = new Set(numbers);
      const open = tests.filter(
        ({ number, crossEntropy }) => wanted.has(number) && crossEntropy === undefined,
      );
      if (open.length === 0) return undefined;
      const named = new Set(open.flatMap((asked) => asked.directions));
      const job = {
        tests: open.map(({ crossEntropy: _, ...asked }) => asked),
        directions: directions.filter(({ number }) => named.has(number)),
        selection: spec.selection,
        heldOut: spec.training.heldOut,
      };
      const results = await whileBeating(() =>
        test(dataOf(record), job, cancellationSignal()).catch((error: unknown) => {
          throw asFailure(error);
        }),
      );
      await store.saveTestResults(sweep, results);
      return undefined;
    }),
});

async function evidenceOf(store: SweepStore, sweep: SweepId): Promise<Evidence> {
  const { spec, dataset } = await mustRead(store, sweep);
  const [trials, evidence] = await Promise.all([
    store.readTrials(sweep),
    store.readEvidence(sweep),
  ]);
  return { spec, dataset, trials: trials.map(trialEvidence), ...evidence };
}

function trialEvidence({ trial, state, generators }: TrialRecord): Evidence["trials"][number] {
  switch (state) {
    case "queued":
    case "running":
      return { trial, ending: "failed", generators: [] };
    case "failed":
    case "cancelled":
      return { trial, ending: state, generators: [] };
    case "converged":
    case "settled":
    case "detected":
    case "collapsed":
    case "diverged":
      return { trial, ending: state, generators: state === "diverged" ? [] : generators };
  }
}
