import { parseArgs } from "node:util";
import { writeDocument } from "./document.ts";
import { carriedFrom } from "./downstream/orbits.ts";
import { type GroupName, linesOf, nameOf } from "./downstream/python.ts";
import { askedWords, commandText, table } from "./machine.ts";
import { median } from "./measurements.ts";
import { count } from "./options.ts";

/**
 * EMLP, the public package, with the group that a sweep of two-body orbits found and with the true one:
 * what the equivariance of its layers is worth.
 */
const HELP = `npm run setup:emlp && npm run bench:emlp -- [options]

  --data ../shared/data   folder of two-body-orbits.npz
  --basis FILE            as of \`npm run bench:downstream\`
  --seeds 5               networks of each kind
  --write                 put the table into docs/benchmarks.md
`;

const { values: options } = parseArgs({
  options: {
    data: { type: "string", default: "../shared/data" },
    basis: { type: "string" },
    seeds: { type: "string", default: "5" },
    write: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

/** A line of equivariance.py; what a model without a group has not is absent. */
interface Line {
  readonly group: GroupName;
  readonly maps?: number;
  readonly allMaps?: number;
  readonly mapsOwn?: number;
  readonly mapsTrue?: number;
  readonly networkOwn?: number;
  readonly networkTrue: number;
}

async function main(): Promise<void> {
  if (options.help) return console.log(HELP);
  const seeds = count("seeds", options.seeds);
  const carried = await carriedFrom(options.data, options.basis);
  const words = ["--seeds", String(seeds)];
  const lines = await linesOf<Line>("equivariance.py", carried, options.data, words);
  const text = [
    `- Command: \`${commandText("bench:emlp", askedWords())}\`; medians over ${seeds} seeds`,
    "",
    ...table(
      [
        ...["layers of", "linear maps of a state", "their error, own elements", "true elements"],
        ...["error of a network, own elements", "true elements"],
      ],
      ([null, "discovered", "true"] as const).map((group) =>
        rowOf(
          group === null ? "no group (MLP)" : nameOf(group),
          lines.filter((line) => line.group === group),
        ),
      ),
    ),
  ].join("\n");
  console.log(text);
  if (options.write) await writeDocument("emlp", text);
}

function rowOf(name: string, lines: readonly Line[]): readonly string[] {
  const [first] = lines;
  const middle = (of: (line: Line) => number | undefined): string => {
    const values = lines.flatMap((line) => of(line) ?? []);
    return values.length === 0 ? "–" : median(values).toExponential(1);
  };
  return [
    name,
    first?.maps === undefined ? "all" : `${first.maps} of ${first.allMaps}`,
    middle(({ mapsOwn }) => mapsOwn),
    middle(({ mapsTrue }) => mapsTrue),
    middle(({ networkOwn }) => networkOwn),
    middle(({ networkTrue }) => networkTrue),
  ];
}

await main();
