import type { Command } from "commander";
import type { ExportFormat } from "../export/index.ts";
import type { Extension } from "../sweep/index.ts";
import type { AnswerFormat } from "./answer-text.ts";
import type { ExitCode } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/** One command of the table in main.ts. */
export interface CommandEntry {
  /** As commander writes it: `submit <file>`. */
  readonly usage: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** Command lines that work, for its help. */
  readonly examples: readonly string[];
  /** What more its help says: the shape of its JSON, what it costs. */
  readonly notes?: string;
  options?(command: Command): void;
  /** `argument` and `second` are empty where the command line has none. */
  act(terminal: Terminal, argument: string, options: Options, second: string): Promise<ExitCode>;
}

/** Of all commands together; each knows which it declared. */
export interface Options {
  readonly json?: boolean;
  readonly wait?: boolean;
  readonly measure?: boolean;
  readonly slots?: number;
  readonly engine?: "onnx" | "tfjs";
  readonly backend?: string;
  readonly checkpoints?: string;
  readonly checkpointSeconds?: number;
  readonly drainSeconds?: number;
  readonly queue?: string;
  readonly metrics?: { readonly host: string; readonly port: number };
  readonly tolerance?: number;
  readonly displacement?: number;
  readonly concurrency?: number;
  readonly priority?: number;
  readonly seeds?: number;
  readonly add?: Extension["add"];
  readonly trial?: number;
  readonly level?: number;
  readonly format?: ExportFormat | AnswerFormat;
  readonly output?: string;
  readonly file?: string;
  readonly url?: string;
  readonly token?: string;
}

export const jsonOption = (command: Command): void => {
  command.option("--json", "print JSON on stdout, for scripts");
};
