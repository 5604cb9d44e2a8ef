import type { FailureClass, FailureCount, SweepSpec, Verdict } from "../sweep/index.ts";

/**
 * The verdict of a sweep of which more trials have failed than `limits.failures` allows; undefined where that is
 * not so, or nothing is said. Trials of a worker that was stopped, or given up as a sweep ended, have not failed.
 *
 * @param planned - trials of the sweep
 */
export function overBudget(
  { sweep, limits }: Pick<SweepSpec, "sweep" | "limits">,
  planned: number,
  failures: readonly FailureCount[],
): Verdict | undefined {
  if (limits.failures === undefined) return undefined;
  const counted = failures.flatMap(({ failureClass, trials }) => {
    const advice = ADVICE[failureClass];
    return trials > 0 && advice !== undefined ? { failureClass, trials, advice } : [];
  });
  const failed = counted.reduce((sum, { trials }) => sum + trials, 0);
  const allowed = allowedOf(limits.failures, planned);
  if (failed <= allowed) return undefined;
  const classes = counted.map(({ failureClass, trials }) => `${trials} of class ${failureClass}`);
  const advice = counted.map((own) => own.advice);
  return {
    status: "inconclusive",
    dimension: 0,
    basis: [],
    levels: [],
    directions: [],
    reason:
      `${failed} of ${planned} planned trials failed (${classes.join(", ")}), and limits.failures allows ${allowed}: ` +
      `the sweep was ended early. ${advice.join(" ")} Then \`liesweep retry ${sweep}\` trains what is missing, ` +
      `or \`liesweep select ${sweep}\` judges what was trained.`,
  };
}

/** A share is of the planned trials. Just below a whole number it is that number: 0.29 · 100 is 28.999… */
const allowedOf = (failures: number, planned: number): number =>
  failures < 1 ? Math.floor(failures * planned + 1e-9) : failures;

/** What to do; undefined for what is no failure. */
const ADVICE: Readonly<Record<FailureClass, string | undefined>> = {
  machine: "See what the logs of the workers say.",
  memory: "Lower limits.packSize or training.hiddenWidth, or give workers fewer slots.",
  configuration:
    "Ask for values that can be trained: the messages of the attempts say which cannot.",
  data: "Restore the data.",
  interrupted: undefined,
  abandoned: undefined,
};
