import { resolve } from "node:path";
import { comparePage, comparisonOf, readReport } from "../report/index.ts";
import type { SweepStore } from "../store/index.ts";
import { sweepId } from "../sweep/index.ts";
import { type CommandEntry, jsonOption } from "./command.ts";
import { compareText } from "./compare-text.ts";
import { withStore } from "./connect.ts";
import { EXIT } from "./exit-codes.ts";
import { readKnownSweep } from "./known-sweep.ts";
import { writeOutput } from "./output-file.ts";
import { colorsOf, print, printJson, widthOf } from "./terminal.ts";
import { version } from "./version.ts";

export const compare: CommandEntry = {
  usage: "compare <sweep> <other>",
  summary: "put two sweeps side by side: verdicts, levels, angles, settings",
  examples: ["liesweep compare two-body orbits", "liesweep compare two-body orbits -o both.html"],
  notes: `Angles are principal angles between the spans of two levels, as displacements of the data of the first
sweep: 0° is the same span. With -o the same is written as an HTML page with pictures.
JSON: both verdicts, the settings that differ and the angles, levels counted from 0 (docs/json.md).`,
  options(command) {
    command.option("-o, --output <file>", "write an HTML page there");
    jsonOption(command);
  },
  act: (terminal, first, { json = false, output }, second) =>
    withStore(terminal, async (store) => {
      const [a, b] = await Promise.all([read(store, first), read(store, second)]);
      const comparison = comparisonOf(a, b);
      if (output !== undefined) {
        const file = resolve(output);
        await writeOutput(file, await comparePage(a, b));
        if (!json) print(terminal, file);
      }
      if (json) {
        const [sweeps, verdicts] = [[a, b].map(({ record }) => record.id), [a, b].map(briefly)];
        const settings = comparison.settings.map(({ path, there, here }) => ({
          path,
          a: there,
          b: here,
        }));
        printJson(terminal, { sweeps, verdicts, ...comparison, settings });
      } else if (output === undefined) {
        const { stdout, env } = terminal;
        print(terminal, compareText(a, b, comparison, widthOf(stdout), colorsOf(stdout, env)));
      }
      return EXIT.ok;
    }),
};

const read = async (store: SweepStore, name: string) =>
  readReport(store, await readKnownSweep(store, sweepId(name)), {
    readAt: new Date(),
    version: version(),
  });

const briefly = ({ verdict }: Awaited<ReturnType<typeof read>>) =>
  verdict === undefined
    ? null
    : { status: verdict.status, name: verdict.name, dimension: verdict.dimension };
