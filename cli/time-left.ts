import type { Progress } from "../store/index.ts";
import type { Timing } from "./progress-text.ts";

interface Sample {
  readonly atMs: number;
  readonly epochsDone: number;
}

/** Estimates how long training goes on, from how fast it went of late: workers come and go. */
export class Stopwatch {
  #samples: Sample[] = [];

  observe(
    { startedAt, finishedAt, epochsDone, epochsPlanned, trials }: Progress,
    nowMs: number,
  ): Timing {
    // A pack that lost its worker begins again: what was done before says nothing of what is left.
    if ((this.#samples.at(-1)?.epochsDone ?? 0) > epochsDone) this.#samples = [];
    this.#samples = this.#samples.filter(({ atMs }) => nowMs - atMs < WINDOW_MS);
    this.#samples.push({ atMs: nowMs, epochsDone });
    if (startedAt === undefined) return { elapsedSeconds: undefined, leftSeconds: undefined };
    const elapsedMs = (finishedAt?.getTime() ?? nowMs) - startedAt.getTime();
    const perMs = this.#recentRate() ?? epochsDone / Math.max(1, elapsedMs);
    const left = epochsPlanned - epochsDone;
    return {
      elapsedSeconds: elapsedMs / 1000,
      leftSeconds: trials.running > 0 && left > 0 && perMs > 0 ? left / perMs / 1000 : undefined,
    };
  }

  /** Trial-epochs per millisecond; undefined until it was watched for long enough. */
  #recentRate(): number | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last.atMs - first.atMs < LEAST_MS) return undefined;
    return (last.epochsDone - first.epochsDone) / (last.atMs - first.atMs);
  }
}

const WINDOW_MS = 60_000;

/** Whole packs report at once: a shorter look sees a leap or nothing. */
const LEAST_MS = 20_000;
