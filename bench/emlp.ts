import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { type Carried, exported } from "../export/index.ts";
import { cacheHome } from "../local/home.ts";
import { sweepId } from "../sweep/index.ts";
import { writeDocument } from "./document.ts";
import { carriedFrom, firstLevel, orbitsFile } from "./downstream/orbits.ts";
import { commandText, table } from "./machine.ts";
import { median } from "./measurements.ts";
import { count } from "./options.ts";

/**
 * EMLP, the public package, with the group that a sweep of two-body orbits found and with the true one:
 * what the equivariance of its layers is worth.
 */
const HELP = `npm run setup:emlp && npm run bench:emlp -- [options]

  --data ../shared/data   folder of two-body-orbits.npz
  --basis FILE            JSON of \`liesweep export\` of a sweep of these orbits; without such a file
                          the orbits are swept first, and what was found is written there
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
  readonly group: "discovered" | "true" | null;
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
  const lines = await linesOf(await carriedFrom(options.data, options.basis), seeds);
  const text = [
    `- Command: \`${commandText(
      "bench:emlp",
      process.argv.slice(2).filter((word) => word !== "--write"),
    )}\`; medians over ${seeds} seeds`,
    "",
    ...table(
      [
        ...["layers of", "linear maps of a state", "their error, own elements", "true elements"],
        ...["error of a network, own elements", "true elements"],
      ],
      ([null, "discovered", "true"] as const).map((group) =>
        rowOf(
          NAMES[group ?? "none"],
          lines.filter((line) => line.group === group),
        ),
      ),
    ),
  ].join("\n");
  console.log(text);
  if (options.write) await writeDocument("emlp", text);
}

/** Exports both groups and lets EMLP load them. */
async function linesOf(carried: Carried, seeds: number): Promise<readonly Line[]> {
  const truth: Carried = {
    ...carried,
    sweep: sweepId("true"),
    levels: [{ ...firstLevel(carried), basis: [J] }],
  };
  const folder = await mkdtemp(join(tmpdir(), "liesweep-emlp-"));
  try {
    const groups = Object.entries({ discovered: carried, true: truth }).map(
      async ([name, group]) => {
        const file = join(folder, `${name}.py`);
        await writeFile(file, await exported(group, "emlp"));
        return ["--group", `${name}=${file}`];
      },
    );
    const { stdout } = await promisify(execFile)(join(cacheHome(), "emlp/bin/python"), [
      fileURLToPath(new URL("downstream/equivariance.py", import.meta.url)),
      orbitsFile(options.data),
      ...(await Promise.all(groups)).flat(),
      ...["--seeds", String(seeds)],
    ]);
    return stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);
  } finally {
    await rm(folder, { recursive: true });
  }
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

const J = [
  [0, -1],
  [1, 0],
];

const NAMES = {
  none: "no group (MLP)",
  discovered: "the discovered group",
  true: "the true SO(2)",
};

await main();
