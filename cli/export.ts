import { extname } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import { carriedOf, EXPORT_FORMATS, type ExportFormat, exported } from "../export/index.ts";
import { sweepId } from "../sweep/index.ts";
import { type CommandEntry, jsonOption } from "./command.ts";
import { badInput } from "./command-error.ts";
import { withStore } from "./connect.ts";
import { EXIT } from "./exit-codes.ts";
import { readKnownSweep } from "./known-sweep.ts";
import { writeOutput } from "./output-file.ts";
import { printJson, say, type Terminal } from "./terminal.ts";
import { version } from "./version.ts";

export const exportBasis: CommandEntry = {
  usage: "export <sweep>",
  summary: "write the bases that a sweep found, for other programs",
  examples: [
    "liesweep export two-body --format python -o rotation.py",
    "liesweep export two-body --level 1 -o two-body.npz",
    "liesweep export two-body | jq '.levels[0].basis'",
  ],
  notes: `npz, json, csv and parquet hold every level, python and emlp the first; --level chooses one.
Without --format the ending of the file decides: .npz, .json, .csv, .parquet, .py; else it is json.
docs/carry-away.md says what each holds.
JSON: with -o {"sweep", "file", "format", "bytes"}; without it the same as --format json, which docs/json.md describes.`,
  options(command) {
    command
      .addOption(new Option("--format <name>", "of the file").choices(EXPORT_FORMATS))
      .addOption(
        new Option("--level <number>", "this level alone, 1 for the verdict's own").argParser(
          levelOf,
        ),
      )
      .option("-o, --output <file>", "where to write (default: stdout)");
    jsonOption(command);
  },
  async act(terminal, name, { level, output, json = false, format = formatOf(output) }) {
    if (json && output === undefined && format !== "json")
      throw badInput(`--json prints no ${format}. Name a file for it with -o.`);
    const sweep = sweepId(name);
    const { record, verdict } = await withStore(terminal, async (store) => ({
      record: await readKnownSweep(store, sweep),
      verdict: await store.readVerdict(sweep),
    }));
    const { dataset } = record;
    const carried = carriedOf({ sweep, dataset, verdict, version: version() }, level);
    const content = await exported(carried, format as ExportFormat);
    await write(terminal, content, output, json);
    if (json && output !== undefined)
      printJson(terminal, { sweep, file: output, format, bytes: Buffer.byteLength(content) });
    return EXIT.ok;
  },
};

async function write(
  terminal: Terminal,
  content: string | Uint8Array,
  output: string | undefined,
  quietly: boolean,
): Promise<void> {
  if (output === undefined) {
    if (typeof content !== "string" && terminal.stdout.isTTY === true)
      throw badInput("This format is no text for a terminal. Name a file with -o.");
    terminal.stdout.write(content);
    return;
  }
  await writeOutput(output, content);
  if (!quietly) say(terminal, `wrote ${output}`);
}

function formatOf(output = ""): ExportFormat {
  const ending = extname(output).slice(1).toLowerCase();
  if (ending === "py") return "python";
  return EXPORT_FORMATS.find((format) => format === ending) ?? "json";
}

function levelOf(text: string): number {
  const level = Number(text);
  if (Number.isInteger(level) && level >= 1) return level;
  throw new InvalidArgumentError("Expected an integer from 1 on.");
}
