import { ApplicationFailure, defineUpdate, setHandler } from "@temporalio/workflow";
import {
  type ChangeRequest,
  type Control,
  controlOf,
  type Extension,
  planSweep,
  type SweepChange,
  type SweepPlan,
  type SweepSpec,
  whyNot,
} from "../sweep/index.ts";
import type { UpdateName } from "./names.ts";
import { changeSweep } from "./proxies.ts";

/** What a change comes to, for whoever asked for it. */
export interface Changed {
  /** Trials that joined, or are tried again. */
  readonly trials: number;
  /** Packs in flight. */
  readonly running: number;
}

/** Everything that was asked of a sweep since it began, and what follows from it. */
export class SweepControl {
  readonly #spec: SweepSpec;
  readonly #cutBy: SweepSpec;
  readonly #dimension: () => number | undefined;
  #changes: readonly SweepChange[];
  #control: Control;
  #plan: SweepPlan;
  #making: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /**
   * @param cutBy - the spec by whose limits the sweep is cut into packs
   * @param dimension - d of the data, once it is known
   */
  constructor(
    spec: SweepSpec,
    cutBy: SweepSpec,
    changes: readonly SweepChange[],
    dimension: () => number | undefined,
  ) {
    this.#spec = spec;
    this.#cutBy = cutBy;
    this.#dimension = dimension;
    this.#changes = changes;
    this.#control = controlOf(spec, changes);
    this.#plan = planSweep(cutBy, changes);
  }

  get changes(): readonly SweepChange[] {
    return this.#changes;
  }
  get plan(): SweepPlan {
    return this.#plan;
  }
  get now(): Control {
    return this.#control;
  }

  /** @param made - hears of every change, and answers how many packs are in flight */
  takeUpdates(made: (change: SweepChange, trials: number) => number): void {
    const request = async (asked: ChangeRequest): Promise<Changed> => {
      const before = this.#plan.count;
      const change = await this.inTurn(() => this.#make(asked));
      const trials =
        change.kind === "retried"
          ? change.trials.reduce((sum, { count }) => sum + count, 0)
          : this.#plan.count - before;
      return { trials, running: made(change, trials) };
    };
    const take = <Args extends readonly unknown[]>(
      name: UpdateName,
      description: string,
      ask: (...args: Args) => ChangeRequest,
    ) =>
      setHandler(
        defineUpdate<Changed, [...Args]>(name),
        (...args: [...Args]) => request(ask(...args)),
        { description, validator: (...args: [...Args]) => this.#refuse(ask(...args)) },
      );
    take("pause", "Starts no new pack; packs in flight train to their end.", () => ({
      kind: "paused",
    }));
    take("resume", "Starts packs again.", () => ({ kind: "resumed" }));
    take("extend", "Adds trials: more seeds, new values of the axes.", (extension: Extension) => ({
      ...extension,
      kind: "extended",
    }));
    take("retry", "Trains the trials that failed once more.", () => ({ kind: "retried" }));
    take("setConcurrency", "How many packs are in flight at once.", (packs: number) => ({
      kind: "concurrency",
      packs,
    }));
    take("setPriority", "1 (first) to 5 (last), of packs from now on.", (priority: number) => ({
      kind: "priority",
      priority,
    }));
    take("cancelTrial", "Ends one trial; the others of its pack go on.", (trial: number) => ({
      kind: "dropped",
      trial,
    }));
  }

  /** The sweep takes no changes any more. */
  close(): void {
    this.#isClosed = true;
  }

  /** One after the other: what a change means depends on those before it. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#making.then(work);
    this.#making = turn.catch(() => undefined);
    return turn;
  }

  async #make(request: ChangeRequest): Promise<SweepChange> {
    this.#refuse(request); // one that was let in at the same time may have been first
    const change = await changeSweep(this.#spec.sweep, this.#changes.length + 1, request);
    this.#changes = [...this.#changes, change];
    this.#control = controlOf(this.#spec, this.#changes);
    if (change.kind === "extended" || change.kind === "retried")
      this.#plan = planSweep(this.#cutBy, this.#changes);
    return change;
  }

  #refuse(request: ChangeRequest): void {
    const { sweep } = this.#spec;
    const why = this.#isClosed
      ? "is ending and takes no changes"
      : whyNot(request, {
          control: this.#control,
          trials: this.#plan.count,
          dimension: this.#dimension(),
        });
    if (why !== undefined) throw ApplicationFailure.nonRetryable(`${sweep} ${why}.`, "Refused");
  }
}
