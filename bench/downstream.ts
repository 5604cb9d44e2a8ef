import { parseArgs } from "node:util";
import { algebras, inner, type Matrix, matrix, norm } from "../lie/index.ts";
import { writeDocument } from "./document.ts";
import { carriedFrom, firstLevel } from "./downstream/orbits.ts";
import { type GroupName, linesOf, nameOf } from "./downstream/python.ts";
import { askedWords, commandText, table } from "./machine.ts";
import { median } from "./measurements.ts";
import { count } from "./options.ts";

/**
 * What a discovered symmetry is worth to someone else: predictors of two-body orbits, trained without a
 * symmetry, with the discovered one and with the true one, tested in a half-plane they never saw
 * (method §11).
 */
const HELP = `npm run setup:emlp && npm run bench:downstream -- [options]

  --data ../shared/data   folder of two-body-orbits.npz
  --basis FILE            JSON of \`liesweep export\` of a sweep of these orbits; without such a file
                          the orbits are swept first, and what was found is written there
  --seeds 5               predictors of each kind
  --epochs 2000
  --write                 put the table into docs/benchmarks.md
`;

const { values: options } = parseArgs({
  options: {
    data: { type: "string", default: "../shared/data" },
    basis: { type: "string" },
    seeds: { type: "string", default: "5" },
    epochs: { type: "string", default: "2000" },
    write: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

interface Line {
  readonly group: GroupName;
  readonly mse: number;
}

async function main(): Promise<void> {
  if (options.help) return console.log(HELP);
  const [seeds, epochs] = [count("seeds", options.seeds), count("epochs", options.epochs)];
  const carried = await carriedFrom(options.data, options.basis);
  const { name, groupDimension, basisCount, score, basis } = firstLevel(carried);
  const words = ["--seeds", String(seeds), "--epochs", String(epochs)];
  const lines = await linesOf<Line>("augmentation.py", carried, options.data, words);
  const text = [
    `- Command: \`${commandText(
      "bench:downstream",
      askedWords(),
    )}\`; medians and ranges over ${seeds} seeds`,
    `- Discovered: ${name}, n = ${groupDimension}, K = ${basisCount ?? "–"}, score ${score.toFixed(3)}; ` +
      `${basis.map((rows) => matrixText(matrix(rows))).join(", ")}`,
    "",
    ...table(
      ["trained with", "test MSE, median", "range", "published, one seed"],
      ([null, "discovered", "true"] as const).map((group) => {
        const errors = lines.filter((line) => line.group === group).map(({ mse }) => mse);
        const [least, most] = [Math.min(...errors), Math.max(...errors)];
        return [
          nameOf(group),
          median(errors).toExponential(2),
          `${least.toExponential(2)} – ${most.toExponential(2)}`,
          PUBLISHED[group ?? "none"],
        ];
      }),
    ),
  ].join("\n");
  console.log(text);
  if (options.write) await writeDocument("downstream", text);
}

function matrixText(x: Matrix): string {
  const rows = Array.from({ length: x.dim }, (_, i) =>
    Array.from(x.data.slice(i * x.dim, (i + 1) * x.dim), (entry) => entry.toFixed(4)).join(", "),
  );
  const truth = algebras.so2[0];
  const cosine =
    x.dim === truth.dim
      ? `, |cos| with J ${Math.abs(inner(x, truth) / (norm(x) * norm(truth))).toFixed(5)}`
      : "";
  return `[${rows.map((row) => `[${row}]`).join(", ")}]${cosine}`;
}

/** Method §10.1, seed 42; the discovered one is LieGAN's own generator. */
const PUBLISHED = { none: "–", discovered: "3.79e-5 (LieGAN)", true: "1.39e-5" };

await main();
