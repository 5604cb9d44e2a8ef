import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { onnxEngine } from "../engines/index.ts";
import { writeDocument } from "./document.ts";
import { askedWords, commandText, machineText, table } from "./machine.ts";
import { count } from "./options.ts";
import { BATCH_SIZE, makePack } from "./pack.ts";

/** Where the time of the compiled step goes, as ONNX Runtime's own profiler sees it. */
const HELP = `npm run bench:step-profile -- [options]

  --steps 32   of one run
  --runs 8     that are counted; one more comes before
  --write      put the table into docs/benchmarks.md
`;

const { values: options } = parseArgs({
  options: {
    steps: { type: "string", default: "32" },
    runs: { type: "string", default: "8" },
    write: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

/** Each width at the T at which it is fastest (bench:engine), in the order of the columns. */
const CASES = [
  { width: 128, trials: 8 },
  { width: 512, trials: 2 },
] as const;

/** What one node of the model took, once. */
interface Node {
  readonly op: string;
  readonly microseconds: number;
  readonly inputs: readonly (readonly number[])[];
  readonly output: readonly number[];
}

const PARTS = [
  "products with an H × H matrix",
  "passes over H × H matrices: Adam",
  "passes over activations",
  "other products",
  "the rest, small nodes",
] as const;
type Part = (typeof PARTS)[number];

function partOf({ op, inputs, output }: Node, width: number): Part {
  const isWide = (shape: readonly number[] = []) =>
    shape.at(-1) === width && shape.at(-2) === width;
  if (op.endsWith("MatMul")) return [...inputs, output].some(isWide) ? PARTS[0] : PARTS[3];
  if (isWide(output)) return PARTS[1];
  const entries = output.reduce((product, length) => product * length, 1);
  return output.includes(width) && entries >= width * LEAST_COLUMNS ? PARTS[2] : PARTS[4];
}

/** Of what counts as activations: a layer's bias has one. */
const LEAST_COLUMNS = 64;

interface Profile {
  readonly width: number;
  readonly trials: number;
  /** Nodes of all trial-steps. */
  readonly nodes: readonly Node[];
  readonly trialSteps: number;
}

async function profile(width: number, trials: number, steps: number, runs: number) {
  const folder = await mkdtemp(join(tmpdir(), "liesweep-profile-"));
  try {
    const pack = makePack({ trials, width, channels: 1, steps });
    const engine = onnxEngine({ enableProfiling: true, profileFilePrefix: join(folder, "run") });
    const session = await engine.open(pack.shape, pack.settings, pack.samples);
    let state = pack.start();
    for (let run = 0; run <= runs; run++) ({ state } = await session.run(state, pack.draw(run)));
    await session.close();
    const [file = ""] = await readdir(folder);
    const events = JSON.parse(await readFile(join(folder, file), "utf8")) as readonly Event[];
    const warm = events.filter(({ name }) => name === "model_run")[1]?.ts ?? 0;
    const nodes = events.filter(({ ts }) => ts >= warm).flatMap(nodeOf);
    return { width, trials, nodes, trialSteps: trials * steps * runs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of the profile that ONNX Runtime writes; times in microseconds. */
interface Event {
  readonly name: string;
  readonly cat: string;
  readonly ts: number;
  readonly dur: number;
  readonly args: {
    readonly op_name?: string;
    readonly input_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
    readonly output_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
  };
}

/** None of the loop around the steps, whose time is that of its nodes. */
function nodeOf({ name, cat, dur, args }: Event): readonly Node[] {
  const { op_name: op, input_type_shape: inputs = [], output_type_shape: outputs = [] } = args;
  if (cat !== "Node" || op === undefined || op === "Loop" || !name.endsWith("_kernel_time"))
    return [];
  const shapes = (of: typeof inputs) => of.flatMap((typed) => Object.values(typed));
  return [{ op, microseconds: dur, inputs: shapes(inputs), output: shapes(outputs)[0] ?? [] }];
}

function columnOf({ width, nodes, trialSteps }: Profile): readonly string[] {
  const spent = new Map<Part, number>();
  for (const node of nodes) {
    const part = partOf(node, width);
    spent.set(part, (spent.get(part) ?? 0) + node.microseconds);
  }
  const all = [...spent.values()].reduce((sum, each) => sum + each, 0);
  const cell = (part: Part) => {
    const each = spent.get(part) ?? 0;
    return `${((100 * each) / all).toFixed(0)} % (${(each / trialSteps).toFixed(0)} µs)`;
  };
  const multiplied = (spent.get(PARTS[0]) ?? 0) / trialSteps;
  return [
    ...PARTS.map(cell),
    `${(all / trialSteps).toFixed(0)} µs`,
    `${(productFlop(width) / multiplied / 1e3).toFixed(0)} GFLOP/s`,
  ];
}

/** Of one trial-step: the large layer forward and its two gradients, on 2B columns. */
const productFlop = (width: number): number => 3 * 2 * width * width * 2 * BATCH_SIZE;

async function main(): Promise<void> {
  if (options.help) return console.log(HELP);
  const [steps, runs] = [count("steps", options.steps), count("runs", options.runs)];
  const load = loadavg()[0]!;
  const columns: (readonly string[])[] = [];
  for (const { width, trials } of CASES)
    columns.push(columnOf(await profile(width, trials, steps, runs)));
  const titles = [...PARTS, "a trial-step in all", "the first line's rate"];
  const text = [
    `- Machine: ${machineText()}`,
    `- Date: ${new Date().toISOString().slice(0, 10)}; load before: ${load.toFixed(1)}; command: \`${commandText("bench:step-profile", askedWords())}\``,
    "- `onnx` on cpu, one thread, two-body sizes; shares of what ONNX Runtime's profiler saw, which slows small nodes",
    "",
    ...table(
      ["", ...CASES.map(({ width, trials }) => `H = ${width}, T = ${trials}`)],
      titles.map((title, i) => [title, ...columns.map((column) => column[i] ?? "")]),
    ),
  ].join("\n");
  console.log(text);
  if (options.write) await writeDocument("step-profile", text);
}

try {
  await main();
} catch (error) {
  console.error(`bench:step-profile: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
