import {
  allHandlersFinished,
  CancellationScope,
  ContinueAsNew,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  patched,
  setCurrentDetails,
  setHandler,
  sleep,
  startChild,
  workflowInfo,
} from "@temporalio/workflow";
import { type Pack, packTrials, packWorkflowId, type SweepSpec } from "../sweep/index.ts";
import { publish, SWEEP_ID } from "./attributes.ts";
import { type PackEnding, packEnded, packWorkflow, summaryOf } from "./pack.ts";
import { describeProgress, progressQuery, type SweepProgress } from "./progress.ts";
import { closeSweep, openSweep, silentEndings } from "./proxies.ts";
import { type SelectionResult, selectGroup } from "./selecting.ts";

/** What a run hands to the next: counters and numbers in flight, never observations. */
interface Carried {
  readonly nextPack: number;
  readonly running: readonly number[];
  readonly failed: number;
  readonly trialsDone: number;
  /** Absent in sweeps that began before {@link WAITING}. */
  readonly isWaiting?: boolean;
}

/** One sweep: train every pack, a few at a time, then ask what they agree on. */
export async function sweepWorkflow(spec: SweepSpec, carried?: Carried): Promise<SelectionResult> {
  const run = new SweepRun(spec, carried);
  try {
    await run.open();
    await run.trainPacks();
    const result = await run.selectGroup();
    await closeSweep(spec.sweep, "complete");
    run.conclude(result);
    return result;
  } catch (error) {
    if (!(error instanceof ContinueAsNew))
      await CancellationScope.nonCancellable(() => run.abandon(error));
    throw error;
  }
}

class SweepRun {
  private readonly spec: SweepSpec;
  private readonly isWaiting: boolean;
  private readonly packs: readonly Pack[];
  private readonly running: Set<number>;
  private readonly isFirst: boolean;
  private readonly startsAtOnce: number;
  private nextPack: number;
  private failed: number;
  private trialsDone: number;
  private tests: SweepProgress["tests"] = { planned: 0, done: 0 };
  private phase: SweepProgress["phase"] = "training";
  private verdict: string | undefined;
  private score: number | undefined;
  private reason: string | undefined;
  private published = "";

  constructor(spec: SweepSpec, carried: Carried | undefined) {
    this.spec = spec;
    this.isWaiting = carried ? carried.isWaiting === true : patched(WAITING);
    this.packs = packTrials(this.isWaiting ? spec : trainedAtOnce(spec));
    this.isFirst = carried === undefined;
    this.startsAtOnce = patched(TOGETHER) ? MOST_STARTS : 1;
    this.nextPack = carried?.nextPack ?? 0;
    this.running = new Set(carried?.running);
    this.failed = carried?.failed ?? 0;
    this.trialsDone = carried?.trialsDone ?? 0;
    setHandler(progressQuery, () => this.progress());
    setHandler(packEnded, (ending) => this.settle(ending));
  }

  async open(): Promise<void> {
    this.show("training");
    if (this.isFirst) await openSweep(this.spec.sweep);
  }

  /** Keeps up to `concurrentPacks` children in flight until all have ended. */
  async trainPacks(): Promise<void> {
    const watch = new CancellationScope();
    const watching = watch.run(() => this.reconcile()).catch(ignoreCancellation);
    try {
      await this.startAndAwaitPacks();
    } finally {
      watch.cancel();
      await watching;
    }
  }

  private async startAndAwaitPacks(): Promise<void> {
    const { concurrentPacks } = this.spec.limits;
    const hasRoom = () => this.running.size < concurrentPacks && this.nextPack < this.packs.length;
    const isDone = () => this.running.size === 0 && this.nextPack >= this.packs.length;
    for (;;) {
      await condition(() => hasRoom() || isDone() || workflowInfo().continueAsNewSuggested);
      if (isDone()) return;
      if (workflowInfo().continueAsNewSuggested) await this.continueInNewRun();
      const room = Math.min(concurrentPacks - this.running.size, this.startsAtOnce);
      const next = this.packs.slice(this.nextPack, this.nextPack + Math.max(0, room));
      await Promise.all(next.map((pack) => this.start(pack)));
    }
  }

  async selectGroup(): Promise<SelectionResult> {
    this.show("selecting");
    return selectGroup(this.spec.sweep, {}, (tests) => {
      this.tests = tests;
      this.show("selecting");
    });
  }

  /** The sweep is not going to end well: stop its packs, wait for them, leave no row running. */
  async abandon(error: unknown): Promise<void> {
    const stopped = isCancellation(error);
    await Promise.all(
      [...this.running].map((number) =>
        getExternalWorkflowHandle(packWorkflowId(this.spec.sweep, number))
          .cancel()
          .catch(() => this.running.delete(number)),
      ),
    );
    await condition(() => this.running.size === 0, "1 minute");
    await closeSweep(this.spec.sweep, stopped ? "cancelled" : "failed");
    if (!stopped && error instanceof Error) this.reason = error.message;
    this.show(stopped ? "cancelled" : "failed");
  }

  conclude({ status, name, score, reason }: SelectionResult): void {
    this.verdict = status === "found" ? name : status;
    this.score = score;
    this.reason = reason;
    this.show(status);
  }

  show(phase: SweepProgress["phase"]): void {
    this.phase = phase;
    const progress = this.progress();
    setCurrentDetails(describeProgress(this.spec, progress));
    const tenths = Math.floor((10 * progress.trials.done) / Math.max(1, progress.trials.planned));
    const state = `${phase} ${tenths}`;
    if (state !== this.published) publish(progress);
    this.published = state;
  }

  /** A pack ended by hand, or lost by the server, sends no word home: ask now and then. */
  private async reconcile(): Promise<void> {
    for (;;) {
      await sleep(RECONCILE_EVERY);
      const endings = await silentEndings(this.spec.sweep, [...this.running]);
      for (const ending of endings) this.settle(ending);
    }
  }

  private async start(pack: Pack): Promise<void> {
    this.nextPack++;
    this.running.add(pack.number); // before the await: a fast pack reports before the start resolves
    await startChild(packWorkflow, {
      workflowId: packWorkflowId(this.spec.sweep, pack.number),
      args: [pack],
      parentClosePolicy: "ABANDON",
      cancellationType: "ABANDON",
      typedSearchAttributes: [{ key: SWEEP_ID, value: this.spec.sweep as string }],
      staticSummary: `pack ${pack.number} · ${summaryOf(pack)}`,
    });
  }

  /** A late or repeated report changes nothing. */
  private settle({ number, kind }: PackEnding): void {
    if (!this.running.delete(number)) return;
    if (kind === "failed") this.failed++;
    this.trialsDone += this.packs[number]?.trials ?? 0;
    if (this.phase === "training") this.show("training");
  }

  private async continueInNewRun(): Promise<never> {
    await condition(allHandlersFinished);
    return continueAsNew<typeof sweepWorkflow>(this.spec, {
      nextPack: this.nextPack,
      running: [...this.running],
      failed: this.failed,
      trialsDone: this.trialsDone,
      isWaiting: this.isWaiting,
    });
  }

  private progress(): SweepProgress {
    const { running } = this;
    const planned = this.packs.reduce((sum, { trials }) => sum + trials, 0);
    return {
      phase: this.phase,
      packs: {
        planned: this.packs.length,
        running: running.size,
        done: this.nextPack - running.size,
        failed: this.failed,
      },
      trials: { planned, done: this.trialsDone },
      tests: this.tests,
      verdict: this.verdict,
      score: this.score,
      reason: this.reason,
    };
  }
}

/** Since when packs hold trials that wait. A sweep that began before keeps the packs it has. */
const WAITING = "packs hold trials that wait";

/** Since when packs are started together; one after another, each waits for the server to have started the one before. */
const TOGETHER = "packs start together";

/** Each start is a kilobyte of a workflow task, which may have four megabytes. */
const MOST_STARTS = 100;

/** With no end of workers, no trial waits for another. */
const trainedAtOnce = ({ limits, ...spec }: SweepSpec): SweepSpec => ({
  ...spec,
  limits: { ...limits, concurrentPacks: Number.POSITIVE_INFINITY },
});

const ignoreCancellation = (error: unknown): void => {
  if (!isCancellation(error)) throw error;
};

/** Silence is rare and a check costs one call a pack. */
const RECONCILE_EVERY = "10 minutes";
