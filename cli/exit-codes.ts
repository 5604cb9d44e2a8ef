/** What scripts can rely on. */
export const EXIT = {
  /** A verdict, found or none; or the command did what it says. */
  ok: 0,
  fault: 1,
  badInput: 2,
  /** Inconclusive, or not decided yet. */
  undecided: 3,
  /** Ctrl-C, as a shell counts it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
