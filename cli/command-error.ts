import { EXIT } from "./exit-codes.ts";

/**
 * A command cannot do what it was asked. The message is the whole answer for the person at the
 * terminal: what was seen, why it is wrong, what to do.
 */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: 1 | 2;

  constructor(exitCode: 1 | 2, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
  }
}

/** The user's to mend: a file, a name, a flag. */
export const badInput = (message: string, cause?: unknown): CommandError =>
  new CommandError(EXIT.badInput, message, cause);

/** Something around us does not work. */
export const fault = (message: string, cause?: unknown): CommandError =>
  new CommandError(EXIT.fault, message, cause);
