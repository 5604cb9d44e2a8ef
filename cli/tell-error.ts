import { CommandError } from "./command-error.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { colorsOf, say, type Terminal } from "./terminal.ts";

/** Errors whose message says everything, and whose cause is the user's to mend. By name, so that help need not load every folder. */
const BAD_INPUT = new Set(["SweepSpecError", "DatasetError", "ExportError", "QueryError"]);

/** Errors whose message says everything, of what is around us. */
const TOLD = new Set([
  "StackError",
  "GrafanaPushError",
  "NoEngineError",
  "MetricsUnavailableError",
  "UnreachableDatabaseError",
  "SchemaMissingError",
  "MigrationConflictError",
  "UnknownRowError",
  "ReaderRefusedError",
]);

/** One message on stderr, without a stack trace unless LIESWEEP_DEBUG asks for it. */
export function tellError(terminal: Terminal, error: unknown): ExitCode {
  const { red } = colorsOf(terminal.stderr, terminal.env);
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  const isTold = error instanceof CommandError || BAD_INPUT.has(name) || TOLD.has(name);
  const hint = "Set LIESWEEP_DEBUG=1 to see where it happened.";
  say(terminal, `${red("error:")} ${isTold ? message : `${message || name}. ${hint}`}`);
  if (terminal.env["LIESWEEP_DEBUG"] && error instanceof Error) say(terminal, stackOf(error));
  if (error instanceof CommandError) return error.exitCode;
  return BAD_INPUT.has(name) ? EXIT.badInput : EXIT.fault;
}

const stackOf = (error: Error): string =>
  error.cause instanceof Error
    ? `${error.stack}\ncaused by ${stackOf(error.cause)}`
    : (error.stack ?? error.message);
