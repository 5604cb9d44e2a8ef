import { resolve } from "node:path";
import { sweepId } from "../sweep/index.ts";
import { type CommandEntry, jsonOption } from "./command.ts";
import { withStore } from "./connect.ts";
import { EXIT } from "./exit-codes.ts";
import { readKnownSweep } from "./known-sweep.ts";
import { writeOutput } from "./output-file.ts";
import { print, printJson } from "./terminal.ts";
import { version } from "./version.ts";

export const report: CommandEntry = {
  usage: "report <sweep>",
  summary: "write a sweep as one HTML page with pictures, which needs no network",
  examples: ["liesweep report two-body", "liesweep report two-body -o /srv/www/two-body.html"],
  notes: `The page holds what there is, so a sweep that runs can be reported too. It has no script; light and dark follow
the reader's system, and it prints. An existing file is replaced.
JSON: {"sweep", "file", "bytes"}.`,
  options(command) {
    command.option("-o, --output <file>", "where to write it (default: <sweep>.html here)");
    jsonOption(command);
  },
  act: (terminal, name, { output = `${name}.html`, json }) =>
    withStore(terminal, async (store) => {
      const record = await readKnownSweep(store, sweepId(name));
      const { readReport, reportPage } = await import("../report/index.ts");
      const page = await reportPage(
        await readReport(store, record, { readAt: new Date(), version: version() }),
      );
      const file = resolve(output);
      await writeOutput(file, page);
      if (json) printJson(terminal, { sweep: name, file, bytes: Buffer.byteLength(page) });
      else print(terminal, file);
      return EXIT.ok;
    }),
};
