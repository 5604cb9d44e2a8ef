import { decimals, durationText, percent } from "../report/quantities.ts";
import type { Progress } from "../store/index.ts";
import type { SweepId } from "../sweep/index.ts";
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

/** The live block: one line each for the bar, the trials, the epochs, the tests, the best validity. */
export function progressBlock(
  sweep: SweepId,
  progress: Progress,
  timing: Timing,
  width: number,
  { cyan, dim }: Colors,
): string {
  const { trials, tests, bestCrossEntropy } = progress;
  const trained = shareDone(progress);
  const isTesting = trained === 1 && tests.planned > 0;
  const share = isTesting ? tests.done / tests.planned : trained;
  const filled = Math.round(BAR * share);
  const name = cut(sweep, Math.max(9, width - BAR - 60)).padEnd(9);
  const rest = cut(
    ` ${percent(share)} ${isTesting ? "tested" : "trained"}, ${timingText(timing)}`,
    width - name.length - 1 - BAR,
  );
  const line = (label: string, text: string) =>
    `${dim(label.padEnd(9))} ${cut(text, width - LABEL)}`;
  return [
    `${name} ${cyan("█".repeat(filled))}${dim("░".repeat(BAR - filled))}${rest}`,
    line(
      "trials",
      `${trials.converged + trials.settled} done, ${trials.running} running, ${trials.queued} waiting, ` +
        `${lossesText(progress)} of ${total(progress)}`,
    ),
    line("epochs", `${progress.epochsDone} of ${progress.epochsPlanned}`),
    line("tests", tests.planned === 0 ? "after training" : `${tests.done} of ${tests.planned}`),
    line(
      "validity",
      bestCrossEntropy === undefined
        ? "not tested yet"
        : `best so far: entropy ${decimals(bestCrossEntropy, 4)} of ${decimals(Math.LN2, 4)} = ln 2`,
    ),
  ].join("\n");
}

/** The same in one line, less the time: it says when something changed. */
export function progressLine(progress: Progress): string {
  const { trials, tests, bestCrossEntropy } = progress;
  return [
    `${percent(shareDone(progress))} trained`,
    `trials ${trials.converged + trials.settled} done, ${trials.running} running, ${trials.queued} waiting, ${lossesText(progress)}`,
    ...(tests.planned === 0 ? [] : [`tests ${tests.done}/${tests.planned}`]),
    ...(bestCrossEntropy === undefined ? [] : [`best entropy ${decimals(bestCrossEntropy, 4)}`]),
  ].join("; ");
}

export const timingText = ({ elapsedSeconds, leftSeconds }: Timing): string =>
  [
    elapsedSeconds === undefined ? "not started" : durationText(elapsedSeconds),
    ...(leftSeconds === undefined ? [] : [`about ${durationText(leftSeconds)} left`]),
  ].join(", ");

/** Endings that are no convergence, the mathematics' and the machine's. */
function lossesText({ trials }: Progress): string {
  const early = (["detected", "collapsed", "diverged"] as const).filter(
    (state) => trials[state] > 0,
  );
  const count = early.reduce((sum, state) => sum + trials[state], 0);
  const kinds = early.map((state) => `${trials[state]} ${state}`).join(", ");
  return [
    `${count} ended early${count > 0 ? ` (${kinds})` : ""}`,
    ...(trials.failed > 0 ? [`${trials.failed} failed`] : []),
    ...(trials.cancelled > 0 ? [`${trials.cancelled} cancelled`] : []),
  ].join(", ");
}

const total = ({ trials }: Progress): number =>
  Object.values(trials).reduce((sum, count) => sum + count, 0);

const BAR = 24;
const LABEL = 10;
