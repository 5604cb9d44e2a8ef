/**
 * The local stack cannot be brought to the state that was asked for.
 *
 * The message is the whole answer for the person at the terminal: what was seen, why it is wrong,
 * what to do. Print it without a stack trace.
 */
export class StackError extends Error {
  override readonly name = "StackError";
}

/** Tells the person waiting what is going on, one line at a time. */
export type Say = (line: string) => void;

export const silently: Say = () => {};

/** The environment a function reads; tests pass their own. */
export type Environment = Readonly<Record<string, string | undefined>>;
