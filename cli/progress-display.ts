import { createLogUpdate } from "log-update";
import type { Progress } from "../store/index.ts";
import type { SweepId } from "../sweep/index.ts";
import { progressBlock, progressLine, shareDone, timingText } from "./progress-text.ts";
import type { Written } from "./show.ts";
import { colorsOf, printJsonLine, say, type Terminal, widthOf } from "./terminal.ts";
import { Stopwatch } from "./time-left.ts";

/** Where a watcher shows what it sees. */
export interface ProgressDisplay {
  /** With a remark where there is something to say about it. */
  progress(progress: Progress, remark?: string): void;
  /** A line where there is no progress to see; the same again is said once. */
  notice(line: string): void;
  /** Leaves the screen to whoever writes next. */
  end(): void;
}

export function progressDisplay(
  terminal: Terminal,
  sweep: SweepId,
  written: Written,
): ProgressDisplay {
  if (written === "lines") return jsonDisplay(terminal, sweep);
  return terminal.stderr.isTTY === true && terminal.env["TERM"] !== "dumb"
    ? liveDisplay(terminal, sweep)
    : plainDisplay(terminal, sweep);
}

/** One block that is drawn over itself. */
function liveDisplay(terminal: Terminal, sweep: SweepId): ProgressDisplay {
  const update = createLogUpdate(terminal.stderr);
  const colors = colorsOf(terminal.stderr, terminal.env);
  const stopwatch = new Stopwatch();
  let block = "";
  let note = "";
  const draw = () => update([block, note].filter(Boolean).join("\n"));
  return {
    progress(progress, remark = "") {
      const now = Date.now();
      const width = widthOf(terminal.stderr) - 1;
      block = progressBlock(sweep, progress, stopwatch.observe(progress, now), width, colors);
      note = remark && colors.dim(remark);
      draw();
    },
    notice(line) {
      note = colors.dim(line);
      draw();
    },
    end() {
      note = "";
      draw();
      update.done();
    },
  };
}

/** JSON lines on stdout, for programs: on change only, each with the time it was seen. */
function jsonDisplay(terminal: Terminal, sweep: SweepId): ProgressDisplay {
  const stopwatch = new Stopwatch();
  let said = "";
  let noticed = "";
  const notice = (message: string) => {
    if (message !== noticed)
      printJsonLine(terminal, { event: "notice", sweep, at: new Date(), message });
    noticed = message;
  };
  return {
    progress(progress, remark) {
      const at = new Date();
      const { state, trials, tests, epochsDone, epochsPlanned, bestCrossEntropy } = progress;
      const timing = stopwatch.observe(progress, at.getTime());
      const epochs = { done: epochsDone, planned: epochsPlanned };
      const seen = { state, trials, epochs, tests, bestCrossEntropy };
      const now = JSON.stringify(seen);
      if (now !== said) {
        printJsonLine(terminal, { event: "progress", sweep, at, ...seen, ...timing });
        [said, noticed] = [now, ""];
      }
      if (remark !== undefined) notice(remark);
    },
    notice,
    end() {},
  };
}

/** Lines for logs and pipes: on change only, at most every few seconds, but each tenth of the way. */
function plainDisplay(terminal: Terminal, sweep: SweepId): ProgressDisplay {
  const stopwatch = new Stopwatch();
  let said = "";
  let saidAt = Number.NEGATIVE_INFINITY;
  let tenth = -1;
  let noticed = "";
  const notice = (line: string) => {
    if (line !== noticed) say(terminal, `${sweep}: ${line}`);
    noticed = line;
  };
  return {
    progress(progress, remark) {
      const now = Date.now();
      const timing = stopwatch.observe(progress, now);
      const line = progressLine(progress);
      const reached = Math.floor(10 * shareDone(progress));
      if (line !== said && (reached !== tenth || now - saidAt >= PAUSE_MS)) {
        say(terminal, `${sweep}: ${line}; ${timingText(timing)}`);
        [said, saidAt, tenth, noticed] = [line, now, reached, ""];
      }
      if (remark !== undefined) notice(remark);
    },
    notice,
    end() {},
  };
}

const PAUSE_MS = 5000;
