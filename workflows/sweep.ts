import {
  ApplicationFailure,
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
import { type Pack, packWorkflowId, type SweepSpec, USUAL_PRIORITY } from "../sweep/index.ts";
import { publish, SWEEP_ID } from "./attributes.ts";
import type { Carried } from "./carried.ts";
import { SweepControl } from "./control.ts";
import { failureIn } from "./failures.ts";
import { type PackEnding, packEnded, packWorkflow, summaryOf } from "./pack.ts";
import { describeProgress, progressQuery, type SweepProgress } from "./progress.ts";
import {
  advanceSelection,
  closeSweep,
  judgeFailures,
  openSweep,
  silentEndings,
} from "./proxies.ts";
import { answer, type SelectionResult, testCounter } from "./selecting.ts";

/**
 * One sweep: train every pack, a few at a time, then ask what they agree on; and again, as long as
 * trials join meanwhile.
 *
 * @param carried - from the run before, or from the rows of a sweep that had ended and goes on
 */
export async function sweepWorkflow(spec: SweepSpec, carried?: Carried): Promise<SelectionResult> {
  const run = new SweepRun(spec, carried);
  try {
    await run.open();
    for (;;) {
      const early = await run.trainPacks();
      if (early) return await run.endEarly(early);
      const result = await run.selectGroup();
      if (result && (await run.close())) return run.conclude(result);
    }
  } catch (error) {
    if (!(error instanceof ContinueAsNew))
      await CancellationScope.nonCancellable(() => run.abandon(error));
    throw error;
  }
}

class SweepRun {
  private readonly spec: SweepSpec;
  private readonly isWaiting: boolean;
  private readonly control: SweepControl;
  private readonly running: Set<number>;
  private readonly isFirst: boolean;
  private readonly isReopened: boolean;
  private readonly startsAtOnce: number;
  private nextPack: number;
  private failed: number;
  private trialsDone: number;
  private dimension: number | undefined;
  private tests: SweepProgress["tests"] = { planned: 0, done: 0 };
  private phase: SweepProgress["phase"] = "training";
  private verdict: string | undefined;
  private score: number | undefined;
  private reason: string | undefined;
  private fault: string | undefined;
  private isUnjudged: boolean;
  private published = "";

  constructor(spec: SweepSpec, carried: Carried | undefined) {
    this.spec = spec;
    this.isWaiting = carried ? carried.isWaiting === true : patched(WAITING);
    this.dimension = carried?.dimension;
    this.control = new SweepControl(
      spec,
      this.isWaiting ? spec : trainedAtOnce(spec),
      carried?.changes ?? [],
      () => this.dimension,
    );
    this.isFirst = carried === undefined;
    this.isReopened = carried?.isReopened === true;
    this.startsAtOnce = patched(TOGETHER) ? MOST_STARTS : 1;
    this.nextPack = carried?.nextPack ?? 0;
    this.running = new Set(carried?.running);
    this.failed = carried?.failed ?? 0;
    this.trialsDone = carried?.trialsDone ?? 0;
    this.fault = carried?.fault;
    this.isUnjudged = carried !== undefined;
    setHandler(progressQuery, () => this.progress());
    setHandler(packEnded, (ending) => this.settle(ending));
    this.control.takeUpdates((change, trials) => {
      if (change.kind === "retried") this.trialsDone -= trials;
      this.show(this.phase);
      return this.running.size;
    });
  }

  async open(): Promise<void> {
    this.show("training");
    if (this.isFirst) this.dimension = (await openSweep(this.spec.sweep))?.dimension;
    // Where it was refused after all, the sweep is judged as before, and ends.
    if (this.isReopened) {
      const { length } = this.control.changes;
      await condition(() => this.control.changes.length > length, "1 minute");
    }
  }

  private get packs(): readonly Pack[] {
    return this.control.plan.packs;
  }

  private get hasPacksLeft(): boolean {
    return this.nextPack < this.packs.length;
  }

  /** Keeps up to `concurrentPacks` children in flight until all have ended, or too many trials have failed: the verdict then. */
  async trainPacks(): Promise<SelectionResult | undefined> {
    const watch = new CancellationScope();
    const watching = watch.run(() => this.reconcile()).catch(ignoreCancellation);
    try {
      return await this.startAndAwaitPacks();
    } finally {
      watch.cancel();
      await watching;
    }
  }

  private async startAndAwaitPacks(): Promise<SelectionResult | undefined> {
    const room = () => {
      const { isPaused, concurrentPacks } = this.control.now;
      return isPaused ? 0 : Math.max(0, concurrentPacks - this.running.size);
    };
    const hasRoom = () => room() > 0 && this.hasPacksLeft;
    const isDone = () => this.running.size === 0 && !this.hasPacksLeft;
    for (;;) {
      await condition(
        () =>
          this.fault !== undefined ||
          this.mustJudge ||
          hasRoom() ||
          isDone() ||
          workflowInfo().continueAsNewSuggested,
      );
      if (this.fault !== undefined)
        throw ApplicationFailure.nonRetryable(this.fault, "DatasetError");
      if (this.mustJudge) {
        this.isUnjudged = false;
        const early = await judgeFailures(this.spec.sweep);
        if (early) return early;
        continue;
      }
      if (isDone()) return undefined;
      if (workflowInfo().continueAsNewSuggested) await this.continueInNewRun();
      const count = Math.min(room(), this.startsAtOnce);
      const next = this.packs.slice(this.nextPack, this.nextPack + count);
      await Promise.all(next.map((pack) => this.start(pack)));
    }
  }

  /** Whether packs have ended since failures were counted, where any count. */
  private get mustJudge(): boolean {
    return this.isUnjudged && this.spec.limits.failures !== undefined;
  }

  /** Undefined where trials joined before there was a verdict; what was tested is kept. */
  async selectGroup(): Promise<SelectionResult | undefined> {
    this.show("selecting");
    const count = testCounter((tests) => {
      this.tests = tests;
      this.show("selecting");
    });
    for (;;) {
      await condition(() => !this.control.now.isPaused || this.hasPacksLeft);
      // In turn with the changes: no verdict is drawn from trials that have only just joined.
      const turn = await this.control.inTurn(async () =>
        this.hasPacksLeft ? undefined : advanceSelection(this.spec.sweep, {}),
      );
      if (turn === undefined) return undefined;
      if (turn.kind === "verdict") {
        const { status, name, score, reason } = turn;
        return { status, name, score, reason };
      }
      const { priority } = this.control.now;
      await answer(
        this.spec.sweep,
        turn,
        count,
        priority === USUAL_PRIORITY ? undefined : priority,
      );
    }
  }

  /** Ends the rows, unless something was asked meanwhile: false then, and the sweep goes on by that. */
  async close(): Promise<boolean> {
    await condition(allHandlersFinished);
    const { length } = this.control.changes;
    if (this.hasPacksLeft) return false;
    await closeSweep(this.spec.sweep, "complete", length);
    await condition(allHandlersFinished);
    return this.control.changes.length === length;
  }

  /** Ends the sweep by a verdict that is written, and its packs. What they have not trained may be tried again. */
  async endEarly(result: SelectionResult): Promise<SelectionResult> {
    this.control.close();
    await condition(allHandlersFinished);
    await closeSweep(this.spec.sweep, "complete");
    await this.stopPacks();
    return this.conclude(result);
  }

  /** The sweep is not going to end well: stop its packs, wait for them, leave no row running. */
  async abandon(error: unknown): Promise<void> {
    this.control.close();
    const stopped = isCancellation(error);
    if (!stopped) this.reason = failureIn(error).message;
    // First where the data stop it: the trials of packs that are cancelled then have failed, and may be tried again.
    if (!stopped && this.fault !== undefined) {
      await condition(allHandlersFinished);
      await closeSweep(this.spec.sweep, "failed", undefined, this.reason);
    }
    await this.stopPacks();
    if (stopped) await closeSweep(this.spec.sweep, "cancelled");
    else if (this.fault === undefined)
      await closeSweep(this.spec.sweep, "failed", undefined, this.reason);
    this.show(stopped ? "cancelled" : "failed");
  }

  private async stopPacks(): Promise<void> {
    await Promise.all(
      [...this.running].map((number) =>
        getExternalWorkflowHandle(packWorkflowId(this.spec.sweep, number))
          .cancel()
          .catch(() => this.running.delete(number)),
      ),
    );
    await condition(() => this.running.size === 0, "1 minute");
  }

  conclude(result: SelectionResult): SelectionResult {
    const { status, name, score, reason } = result;
    this.verdict = status === "found" ? name : status;
    this.score = score;
    this.reason = reason;
    this.show(status);
    return result;
  }

  show(phase: SweepProgress["phase"]): void {
    this.phase = phase;
    const progress = this.progress();
    setCurrentDetails(describeProgress(this.spec, progress));
    const tenths = Math.floor((10 * progress.trials.done) / Math.max(1, progress.trials.planned));
    const state = `${phase} ${tenths}${progress.isPaused ? " paused" : ""}`;
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
    const { priority } = this.control.now;
    const { queue } = this.spec.limits;
    this.nextPack++;
    this.running.add(pack.number); // before the await: a fast pack reports before the start resolves
    // A start that is cancelled never resolves where the child is to be abandoned, and the sweep would wait for ever.
    await CancellationScope.nonCancellable(() =>
      startChild(packWorkflow, {
        workflowId: packWorkflowId(this.spec.sweep, pack.number),
        args: queue === undefined ? [pack] : [pack, queue],
        parentClosePolicy: "ABANDON",
        cancellationType: "ABANDON",
        typedSearchAttributes: [{ key: SWEEP_ID, value: this.spec.sweep as string }],
        staticSummary: `pack ${pack.number} · ${summaryOf(pack)}`,
        ...(priority !== USUAL_PRIORITY && { priority: { priorityKey: priority } }),
      }),
    );
  }

  /** A late or repeated report changes nothing. */
  private settle({ number, kind, failure }: PackEnding): void {
    if (!this.running.delete(number)) return;
    if (kind === "failed") this.failed++;
    this.isUnjudged = true;
    if (failure?.failureClass === "data" && patched(DATA_STOP)) this.fault ??= failure.message;
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
      changes: this.control.changes,
      ...(this.dimension !== undefined && { dimension: this.dimension }),
      ...(this.fault !== undefined && { fault: this.fault }),
    });
  }

  private progress(): SweepProgress {
    const { running } = this;
    const { isPaused, concurrentPacks, priority, search } = this.control.now;
    return {
      phase: this.phase,
      isPaused,
      concurrentPacks,
      priority,
      search,
      packs: {
        planned: this.packs.length,
        running: running.size,
        done: this.nextPack - running.size,
        failed: this.failed,
      },
      trials: { planned: this.control.plan.count, done: this.trialsDone },
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

/** Since when data that are missing or have changed stop the sweep, and not their pack alone. */
const DATA_STOP = "data stop a sweep";

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
