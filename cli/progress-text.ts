import { countText, decimals, durationText, percent } from "../report/quantities.ts";
import type { Progress } from "../store/index.ts";
import type { SweepId } from "../sweep/index.ts";
import { gauge } from "./bars.ts";
import type { Colors } from "./terminal.ts";
import { cut } from "./text-table.ts";

/** Time, as a watcher sees it; undefined where it cannot tell. */
export interface Timing {
  readonly elapsedSeconds: number | undefined;
  /** Of training; what the tests take is not known beforehand. */
  readonly leftSeconds: number | undefined;
}

/** The share of trial-epochs done; 0 before the trials are planned. */
export const shareDone = ({ epochsDone, epochsPlanned }: Progress): number =>
  epochsPlanned === 0 ? 0 : Math.min(1, epochsDone / epochsPlanned);

/** The live block: a line each for the time, the trials, the epochs, the tests and the best validity. */
export function progressBlock(
  sweep: SweepId,
  progress: Progress,
  timing: Timing,
  width: number,
  { bold, cyan, dim }: Colors,
): string {
  const { epochsDone, epochsPlanned, tests, bestCrossEntropy } = progress;
  const trained = shareDone(progress);
  const isTesting = trained === 1 && tests.planned > 0;
  const share = isTesting ? tests.done / tests.planned : trained;
  const track = Math.min(MOST_BAR, Math.max(LEAST_BAR, width - LABEL - TEXT));
  const line = (label: string, text: string, bars = "") =>
    `${dim(label.padEnd(LABEL - 1))} ${bars}${cut(text, width - LABEL - (bars === "" ? 0 : track))}`;
  const measured = (part: number, text: string) => {
    const [done, left] = gauge(part, track);
    return [`  ${text}`, cyan(done) + dim(left)] as const;
  };
  const head = ` ${percent(share)} ${isTesting ? "tested" : "trained"}, ${timingText(timing)}`;
  const name = cut(sweep, Math.max(LABEL - 1, width - head.length)).padEnd(LABEL - 1);
  const losses = lossesOf(progress);
  return [
    `${bold(name)}${cut(head, width - name.length)}`,
    line(
      "trials",
      `  ${trialsText(progress)} of ${countText(total(progress))}`,
      trialsBar(progress, track, cyan, dim),
    ),
    ...(losses === "" ? [] : [line("", losses)]),
    line("epochs", ...measured(trained, `${countText(epochsDone)} of ${countText(epochsPlanned)}`)),
    line(
      "tests",
      ...(tests.planned === 0
        ? measured(0, "after training")
        : measured(
            tests.done / tests.planned,
            `${countText(tests.done)} of ${countText(tests.planned)} so far`,
          )),
    ),
    line(
      "validity",
      bestCrossEntropy === undefined
        ? "not tested yet"
        : `best so far: entropy ${decimals(bestCrossEntropy, 4)} of ${decimals(Math.LN2, 4)} = ln 2`,
    ),
  ].join("\n");
}

/** Ended, running and waiting trials, as parts of one bar. */
function trialsBar(
  progress: Progress,
  track: number,
  cyan: Colors["cyan"],
  dim: Colors["dim"],
): string {
  const { queued, running } = progress.trials;
  const all = Math.max(1, total(progress));
  const waiting = Math.round((track * queued) / all);
  const ended = Math.min(track - waiting, Math.round((track * (all - queued - running)) / all));
  return cyan("█".repeat(ended) + "▒".repeat(track - waiting - ended)) + dim("░".repeat(waiting));
}

const trialsText = ({ trials }: Progress): string =>
  `${countText(trials.converged + trials.settled)} done, ${countText(trials.running)} running, ${countText(trials.queued)} waiting`;

/** The same in one line, less the time: it says when something changed. */
export function progressLine(progress: Progress): string {
  const { tests, bestCrossEntropy } = progress;
  return [
    `${percent(shareDone(progress))} trained`,
    [`trials ${trialsText(progress)}`, ...[lossesOf(progress)].filter(Boolean)].join(", "),
    ...(tests.planned === 0 ? [] : [`tests ${tests.done}/${tests.planned}`]),
    ...(bestCrossEntropy === undefined ? [] : [`best entropy ${decimals(bestCrossEntropy, 4)}`]),
  ].join("; ");
}

export const timingText = ({ elapsedSeconds, leftSeconds }: Timing): string =>
  [
    elapsedSeconds === undefined ? "not started" : durationText(elapsedSeconds),
    ...(leftSeconds === undefined ? [] : [`about ${durationText(leftSeconds)} left`]),
  ].join(", ");

/** Endings that are no convergence, the mathematics' and the machine's; empty where there is none. */
function lossesOf({ trials }: Progress): string {
  const early = (["detected", "collapsed", "diverged"] as const).filter(
    (state) => trials[state] > 0,
  );
  const count = early.reduce((sum, state) => sum + trials[state], 0);
  const kinds = early.map((state) => `${countText(trials[state])} ${state}`).join(", ");
  return [
    ...(count > 0 ? [`${countText(count)} ended early (${kinds})`] : []),
    ...(trials.failed > 0 ? [`${countText(trials.failed)} failed`] : []),
    ...(trials.cancelled > 0 ? [`${countText(trials.cancelled)} cancelled`] : []),
  ].join(", ");
}

const total = ({ trials }: Progress): number =>
  Object.values(trials).reduce((sum, count) => sum + count, 0);

/** Where what follows a label begins. */
const LABEL = 10;

/** Columns of bars, and of the text beside them where the terminal is narrow. */
const LEAST_BAR = 12;
const MOST_BAR = 60;
const TEXT = 48;
