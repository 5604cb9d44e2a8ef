import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { inner, norm } from "../lie/index.ts";
import type {
  DatasetSpec,
  Ending,
  EpochReport,
  Objective,
  Trial,
  TwoBodySpec,
} from "../sweep/index.ts";
import { createTrainer } from "../worker/tools.ts";
import { writeDocument } from "./document.ts";
import { commandText, machineText, table } from "./machine.ts";
import { count, counts } from "./options.ts";
import { usualTraining } from "./training.ts";

/** `npm run bench:objective`: where the conditional objective finds the symmetry better than that of the law. */
const HELP = `npm run bench:objective -- [options]

  --seeds 6             trainings of each
  --weights 0.1,1       λ
  --epochs 40
  --width 128           H
  --trajectories 814    of two-body, 18 windows each
  --write               put the table into docs/benchmarks.md
`;

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "6" },
    weights: { type: "string", default: "0.1,1" },
    epochs: { type: "string", default: "40" },
    width: { type: "string", default: "128" },
    trajectories: { type: "string", default: "814" },
    write: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

/** Trainings that differ by seed and λ alone. */
interface Case {
  readonly law: TwoBodySpec["law"];
  readonly objective: Objective;
}

/** Where a training ended. */
interface Outcome {
  readonly trial: Trial;
  /** |cos| of the late average with J. */
  readonly cosine: number;
  readonly report: EpochReport;
  readonly ending: Ending | undefined;
}

const J = { dim: 2, data: Float64Array.of(0, -1, 1, 0) };

async function main(): Promise<void> {
  if (options.help) return console.log(HELP);
  const [seeds, load] = [count("seeds", options.seeds), loadavg()[0]!];
  const weights = options.weights.split(",").map(Number);
  const laws = ["half-plane", "full-angle"] as const;
  const cases = laws.flatMap((law) =>
    (["law", "conditional"] as const).map((objective): Case => ({ law, objective })),
  );
  const queue = [...cases];
  const found = new Map<Case, readonly Outcome[]>();
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      for (let of = queue.shift(); of; of = queue.shift()) {
        found.set(of, await outcomesOf(of, weights, seeds));
        console.error(`${of.law}, ${of.objective}: done`);
      }
    }),
  );
  const rows = cases.flatMap((of) =>
    weights.map((weight) =>
      rowOf(
        of,
        weight,
        found.get(of)!.filter(({ trial }) => trial.regularization === weight),
      ),
    ),
  );
  const text = [
    `- Machine: ${machineText()}`,
    `- Date: ${new Date().toISOString().slice(0, 10)}; load before: ${load.toFixed(1)}`,
    `- Command: \`${commandText("bench:objective")}\``,
    `- Onnx on cpu, two-body, n = 2, K = 1, H = ${options.width}, ${options.epochs} epochs, seeds 1 to ${seeds} in order`,
    "",
    ...table(
      [...["data", "objective", "λ", "\\|cos J\\|", "extent"], ...["ℓ_D", "ℓ_Dx − ℓ_D", "endings"]],
      rows,
    ),
  ].join("\n");
  console.log(text);
  if (options.write) await writeDocument("objective", text);
}

async function outcomesOf(
  { law, objective }: Case,
  weights: readonly number[],
  seeds: number,
): Promise<readonly Outcome[]> {
  const dataset: DatasetSpec = {
    ...{ kind: "two-body", law, seed: 1, warp: 0 },
    trajectories: count("trajectories", options.trajectories),
  };
  const training = {
    ...usualTraining,
    objective,
    epochs: count("epochs", options.epochs),
    hiddenWidth: counts("width", options.width)[0]!,
  };
  const trials = weights.flatMap((regularization, configuration) =>
    Array.from(
      { length: seeds },
      (_, seed): Trial => ({
        ...{ number: configuration * seeds + seed, configuration, regularization },
        ...{ basisCount: 1, overlapWeight: 1, groupDimension: 2, seed: seed + 1 },
      }),
    ),
  );
  const trainer = createTrainer({ engine: "onnx", backend: "cpu" }, Number.POSITIVE_INFINITY);
  const job = { trials, slots: trials.length, channels: 1, training };
  const outcomes = new Map<number, Outcome>();
  for await (const { report } of trainer.train(dataset, job, new AbortController().signal))
    for (const [slot, own] of report.reports.entries()) {
      const data = report.generators[slot]!.generators[0]!;
      const learned = { dim: 2, data };
      outcomes.set(own.trial, {
        trial: trials[own.trial]!,
        cosine: Math.abs(inner(learned, J)) / (norm(learned) * norm(J)),
        report: own,
        ending: report.endings.find(({ trial }) => trial === own.trial)?.ending,
      });
    }
  return trials.map(({ number }) => outcomes.get(number)!);
}

function rowOf(
  { law, objective }: Case,
  weight: number,
  outcomes: readonly Outcome[],
): readonly string[] {
  const each = (of: (outcome: Outcome) => string) => outcomes.map(of).join(", ");
  const told = ({ inputLoss, discriminatorLoss }: EpochReport) =>
    inputLoss === undefined ? "–" : (inputLoss - discriminatorLoss).toFixed(3);
  return [
    ...[law, objective, `${weight}`],
    each(({ cosine }) => cosine.toFixed(4)),
    each(({ report }) => report.largestExtent.toFixed(2)),
    each(({ report }) => report.discriminatorLoss.toFixed(3)),
    objective === "law" ? "–" : each(({ report }) => told(report)),
    endingsText(outcomes),
  ];
}

/** `4 settled, 2 detected`. */
function endingsText(outcomes: readonly Outcome[]): string {
  const counted = new Map<string, number>();
  for (const { ending = "none" } of outcomes) counted.set(ending, (counted.get(ending) ?? 0) + 1);
  return [...counted].map(([ending, times]) => `${times} ${ending}`).join(", ");
}

try {
  await main();
} catch (error) {
  console.error(`bench:objective: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
