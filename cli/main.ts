import { Command, CommanderError } from "commander";
import { cancel } from "./cancel.ts";
import type { CommandEntry, Options } from "./command.ts";
import { compare } from "./compare.ts";
import { doctor } from "./doctor.ts";
import { down } from "./down.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { exportBasis } from "./export.ts";
import { extend } from "./extend.ts";
import { grafana } from "./grafana.ts";
import { list } from "./list.ts";
import { pause } from "./pause.ts";
import { plan } from "./plan.ts";
import { report } from "./report.ts";
import { resume } from "./resume.ts";
import { retry } from "./retry.ts";
import { run } from "./run.ts";
import { select } from "./select.ts";
import { set } from "./set.ts";
import { show } from "./show.ts";
import { sql } from "./sql.ts";
import { submit } from "./submit.ts";
import { tellError } from "./tell-error.ts";
import { colorsOf, processTerminal, say, type Terminal, widthOf } from "./terminal.ts";
import { traced } from "./traced.ts";
import { up } from "./up.ts";
import { version } from "./version.ts";
import { watch } from "./watch.ts";
import { worker } from "./worker.ts";

export const COMMANDS: readonly CommandEntry[] = [
  run,
  submit,
  watch,
  show,
  report,
  compare,
  select,
  exportBasis,
  sql,
  list,
  plan,
  pause,
  resume,
  extend,
  set,
  retry,
  cancel,
  worker,
  up,
  down,
  doctor,
  grafana,
];

/** Carries out one command line, `["show", "two-body"]`, and returns the code to exit with. */
export async function main(
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
): Promise<number> {
  let code: ExitCode = EXIT.ok;
  const program = programFor(terminal, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    // Commander has said by now what was wrong with the command line.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
    return tellError(terminal, error);
  }
}

function programFor(terminal: Terminal, end: (code: ExitCode) => void): Command {
  const program = new Command("liesweep")
    .description("Which continuous symmetry does a data set have? Sweeps of LieGAN trials answer.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      getOutHelpWidth: () => Math.min(100, widthOf(terminal.stdout)),
      getErrHelpWidth: () => Math.min(100, widthOf(terminal.stderr)),
      getOutHasColors: () => colorsOf(terminal.stdout, terminal.env).isColorSupported,
      getErrHasColors: () => colorsOf(terminal.stderr, terminal.env).isColorSupported,
    })
    .addHelpText(
      "after",
      "\nExit codes: 0 done, or a verdict (found, none); 1 a fault; 2 bad input; 3 inconclusive" +
        "\n\nExample:\n  liesweep run examples/two-body.yaml",
    );
  for (const entry of COMMANDS) {
    const command = program
      .command(entry.usage)
      .description(entry.summary)
      .addHelpText("after", helpAfter(entry));
    entry.options?.(command);
    command.action(async (...words: unknown[]) => {
      const [argument = "", second = ""] = words.filter((word) => typeof word === "string");
      const act = () => entry.act(terminal, argument, command.opts<Options>(), second);
      end(await traced(command.name(), argument, terminal, act));
    });
  }
  // Without a command there is nothing to do, and help is the answer; to a script it is bad input.
  program.action(() => {
    say(terminal, program.helpInformation());
    end(EXIT.badInput);
  });
  return program;
}

const helpAfter = ({ examples, notes }: CommandEntry): string =>
  [
    `\nExample${examples.length > 1 ? "s" : ""}:`,
    ...examples.map((line) => `  ${line}`),
    ...(notes ? [`\n${notes}`] : []),
  ].join("\n");
