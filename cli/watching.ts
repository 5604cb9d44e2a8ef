import { setTimeout as sleep } from "node:timers/promises";
import { addresses } from "../local/index.ts";
import type { Progress, SweepStore } from "../store/index.ts";
import { isOutage } from "../store/outages.ts";
import { type SweepId, selectionWorkflowId } from "../sweep/index.ts";
import { CommandError, fault } from "./command-error.ts";
import { connectServer, connectStore } from "./connect.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { readKnownSweep } from "./known-sweep.ts";
import { type ProgressDisplay, progressDisplay } from "./progress-display.ts";
import { showSweep, type Written } from "./show.ts";
import type { SweepServer } from "./temporal.ts";
import { say, type Terminal } from "./terminal.ts";

/** How often a watcher looks, all in milliseconds. Each look is one query of about a millisecond. */
export interface WatchPace {
  readonly lookMs: number;
  /** Trials that wait this long with none running have no worker. */
  readonly idleMs: number;
  /** How often Temporal is asked whether the workflow is still there. */
  readonly workflowMs: number;
}

const PACE: WatchPace = { lookMs: 500, idleMs: 15_000, workflowMs: 10_000 };

/** Only its workflow says that a selection anew is over, so it is asked more often. */
const SELECTION_PACE: WatchPace = { ...PACE, workflowMs: 1000 };

/**
 * Follows a sweep to its end and prints its verdict.
 *
 * It asks rows only, so it needs no worker; a database that goes away is waited for. Ctrl-C detaches.
 */
export async function watchSweep(
  terminal: Terminal,
  sweep: SweepId,
  written: Written,
  pace: WatchPace = PACE,
): Promise<ExitCode> {
  return follow(terminal, sweep, pace, {
    end: (watcher) => watcher.untilFinal(),
    written,
    farewell: `The sweep goes on; come back with \`liesweep watch ${sweep}\`.`,
  });
}

/** The same of a selection anew, by its workflow: its sweep has ended before. */
export async function watchSelection(
  terminal: Terminal,
  sweep: SweepId,
  written: Written,
): Promise<ExitCode> {
  return follow(terminal, sweep, SELECTION_PACE, {
    end: (watcher) => watcher.untilSelected(),
    written,
    farewell: `The selection goes on; \`liesweep show ${sweep}\` has its verdict when it has ended.`,
  });
}

interface Following {
  readonly end: (watcher: Watcher) => Promise<void>;
  readonly written: Written;
  /** To whoever detaches. */
  readonly farewell: string;
}

async function follow(
  terminal: Terminal,
  sweep: SweepId,
  pace: WatchPace,
  { end, written, farewell }: Following,
): Promise<ExitCode> {
  const detached = new AbortController();
  using _handler = terminal.onInterrupt(() => detached.abort());
  await using watcher = await Watcher.attach(terminal, sweep, pace, detached.signal, written);
  try {
    await end(watcher);
    watcher.display.end();
    return await showSweep(terminal, watcher.store, await addresses(terminal.env), sweep, written);
  } catch (error) {
    watcher.display.end();
    if (!detached.signal.aborted) throw error;
    say(terminal, farewell);
    return EXIT.interrupted;
  }
}

class Watcher {
  readonly display: ProgressDisplay;
  readonly #terminal: Terminal;
  readonly #sweep: SweepId;
  readonly #pace: WatchPace;
  readonly #signal: AbortSignal;
  /** Words that a worker for it needs. */
  readonly #label: string;
  #store: SweepStore;
  #busyAt = performance.now();
  #askedAt = performance.now();
  #gone = 0;

  private constructor(
    terminal: Terminal,
    sweep: SweepId,
    pace: WatchPace,
    signal: AbortSignal,
    written: Written,
    store: SweepStore,
    queue: string | undefined,
  ) {
    this.display = progressDisplay(terminal, sweep, written);
    this.#terminal = terminal;
    this.#sweep = sweep;
    this.#pace = pace;
    this.#signal = signal;
    this.#store = store;
    this.#label = queue === undefined ? "" : ` --queue ${queue}`;
  }

  /** @throws CommandError if nobody answers now, or has heard of the sweep */
  static async attach(
    terminal: Terminal,
    sweep: SweepId,
    pace: WatchPace,
    signal: AbortSignal,
    written: Written,
  ) {
    const store = await connectStore(await addresses(terminal.env));
    try {
      const { spec } = await readKnownSweep(store, sweep);
      return new Watcher(terminal, sweep, pace, signal, written, store, spec.limits.queue);
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** The one that answers now; outages replace it. */
  get store(): SweepStore {
    return this.#store;
  }

  async untilFinal(): Promise<void> {
    for (;;) {
      const progress = await this.#look();
      this.display.progress(progress, await this.#remark(progress));
      if (progress.state !== "planned" && progress.state !== "running") return;
      await this.#askWorkflow();
      await this.#pause();
    }
  }

  /** Time counts from now, not from the start of the sweep. */
  async untilSelected(): Promise<void> {
    const since = { startedAt: new Date(), finishedAt: undefined };
    let answered: number | undefined;
    for (;;) {
      // Before the rows: what they say of a workflow that has closed is final.
      const isOver = await this.#selectionIsOver();
      const progress = await this.#look();
      if (progress.tests.done !== answered) this.#busyAt = performance.now();
      answered = progress.tests.done;
      this.display.progress({ ...progress, ...since }, await this.#missingWorker("is tested"));
      if (isOver) return;
      await this.#pause();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store.close().catch(() => undefined);
  }

  /** Through any outage of the database. */
  async #look(): Promise<Progress> {
    for (;;) {
      try {
        return await this.#orDetached(this.#store.readProgress(this.#sweep));
      } catch (error) {
        if (this.#signal.aborted || !isOutage(error)) throw error;
        this.display.notice("reconnecting: the database does not answer");
        await this.#reconnect();
      }
    }
  }

  /** A stack that was restarted may have another address, so it is looked up anew. */
  async #reconnect(): Promise<void> {
    await this.#store.close().catch(() => undefined);
    for (;;) {
      await this.#pause();
      try {
        this.#store = await this.#orDetached(connectStore(await addresses(this.#terminal.env)));
        return;
      } catch (error) {
        // A stack that is down has no address at all, which is an outage here too.
        if (this.#signal.aborted || !(isOutage(error) || error instanceof CommandError))
          throw error;
      }
    }
  }

  /** Why nothing happens, where nothing happens. */
  async #remark({ trials, isPaused }: Progress): Promise<string | undefined> {
    if (isPaused) return `paused: no new pack begins until \`liesweep resume ${this.#sweep}\``;
    if (trials.running > 0 || trials.queued === 0) this.#busyAt = performance.now();
    if (!this.#isIdle()) return undefined;
    const { workerPid, workerLog } = await addresses(this.#terminal.env);
    return workerPid === undefined
      ? this.#missingWorker("trains")
      : `nothing trains yet; what worker ${workerPid} says is in ${workerLog}${this.#label && `, and this sweep waits for one with${this.#label}`}`;
  }

  /** Where nothing happens and no worker lives: it may have found its servers away, or no engine. */
  async #missingWorker(what: string): Promise<string | undefined> {
    if (!this.#isIdle()) return undefined;
    const { workerPid } = await addresses(this.#terminal.env);
    if (workerPid !== undefined) return undefined;
    return `nothing ${what}: no worker runs on this machine; start one with \`liesweep worker${this.#label}\``;
  }

  #isIdle(): boolean {
    return performance.now() - this.#busyAt >= this.#pace.idleMs;
  }

  /** A workflow that was ended by hand leaves rows that wait for ever; a server that is away does not matter. */
  async #askWorkflow(): Promise<void> {
    const now = performance.now();
    if (now - this.#askedAt < this.#pace.workflowMs) return;
    this.#askedAt = now;
    const standing = await this.#orDetached(this.#ask((server) => server.standing(this.#sweep)));
    if (standing === undefined) this.display.notice("reconnecting: Temporal does not answer");
    if (standing === undefined || standing.kind === "running") this.#gone = 0;
    // Twice, as the last rows are written just before the workflow closes.
    else if (++this.#gone > 1)
      throw fault(
        `The workflow of ${this.#sweep} is ${standing.kind === "missing" ? "not known to Temporal" : standing.status.toLowerCase()}, ` +
          "and no verdict was written. Submit the same file again to take it up.",
      );
  }

  /** @throws CommandError if it ended without a verdict */
  async #selectionIsOver(): Promise<boolean> {
    const now = performance.now();
    if (now - this.#askedAt < this.#pace.workflowMs) return false;
    this.#askedAt = now;
    const id = selectionWorkflowId(this.#sweep);
    const standing = await this.#orDetached(this.#ask((server) => server.standing(id)));
    if (standing === undefined) this.display.notice("reconnecting: Temporal does not answer");
    if (standing === undefined || standing.kind === "running") return false;
    if (standing.kind === "closed" && standing.status === "COMPLETED") return true;
    const reason =
      standing.kind === "missing"
        ? "it is not known to Temporal"
        : await this.#orDetached(this.#ask((server) => server.failureOf(id)));
    throw fault(`The selection of ${this.#sweep} ended without a verdict: ${reason ?? "unknown"}.`);
  }

  /** Undefined where the server does not answer. */
  async #ask<T>(question: (server: SweepServer) => Promise<T>): Promise<T | undefined> {
    try {
      const server = await connectServer(await addresses(this.#terminal.env));
      try {
        return await question(server);
      } finally {
        await server.close();
      }
    } catch {
      return undefined;
    }
  }

  async #pause(): Promise<void> {
    await sleep(this.#pace.lookMs, undefined, { signal: this.#signal });
  }

  /** A query that hangs must not hold back a Ctrl-C. */
  async #orDetached<T>(work: Promise<T>): Promise<T> {
    const signal = this.#signal;
    signal.throwIfAborted();
    let release = () => {};
    const aborted = new Promise<never>((_, reject) => {
      const refuse = () => reject(new Error("detached"));
      signal.addEventListener("abort", refuse, { once: true });
      release = () => signal.removeEventListener("abort", refuse);
    });
    work.catch(() => undefined);
    return Promise.race([work, aborted]).finally(release);
  }
}
