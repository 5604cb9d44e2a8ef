import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import type { DatasetSpec, Ending } from "../sweep/index.ts";
import { writeDocument } from "./document.ts";
import { commandText, machineText, table } from "./machine.ts";
import { count, counts } from "./options.ts";
import { type Case, type Problem, type Standing, standingsOf } from "./standings.ts";

/**
 * `npm run bench:defaults`: what a hidden width and a number of epochs buy, and cost, on data whose
 * symmetry is known.
 */
const HELP = `npm run bench:defaults -- [options]

  --widths 64,128,256,512     H, hidden widths
  --epochs 5,10,20,40         where a training is looked at
  --seeds 3                   trainings of each
  --trajectories 814          of two-body, 18 windows each
  --samples 14652             of kepler-3d
  --write                     put the tables into docs/benchmarks.md
`;

const { values: options } = parseArgs({
  options: {
    widths: { type: "string", default: "64,128,256,512" },
    epochs: { type: "string", default: "5,10,20,40" },
    seeds: { type: "string", default: "3" },
    trajectories: { type: "string", default: "814" },
    samples: { type: "string", default: "14652" },
    write: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

/** Radians within which a direction counts as found: a classifier sees no less (5.7° = 0.1, at best). */
const FOUND_WITHIN = 0.1;

async function main(): Promise<void> {
  if (options.help) return console.log(HELP);
  const [widths, epochs] = [counts("widths", options.widths), counts("epochs", options.epochs)];
  const [seeds, load] = [count("seeds", options.seeds), loadavg()[0]!];
  const twoBody: DatasetSpec = {
    kind: "two-body",
    trajectories: count("trajectories", options.trajectories),
    law: "half-plane",
    seed: 1,
    warp: 0,
  };
  const kepler: DatasetSpec = {
    kind: "synthetic",
    set: "kepler-3d",
    samples: count("samples", options.samples),
    seed: 1,
    warp: 0,
  };
  const problems: readonly Problem[] = [
    { title: "two-body, n=2, K=2", spec: twoBody, groupDimension: 2, basisCount: 2 },
    { title: "two-body, n=4, K=2", spec: twoBody, groupDimension: 4, basisCount: 2 },
    { title: "kepler-3d, n=3, K=3", spec: kepler, groupDimension: 3, basisCount: 3 },
  ];
  // the longest first, so that no core is left with one at the end
  const queue = widths
    .toSorted((a, b) => b - a)
    .flatMap((width) => problems.map((problem): Case => ({ problem, width })));
  const cases = [...queue];
  const found = new Map<Case, readonly Standing[]>();
  const started = performance.now();
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      for (let of = queue.shift(); of; of = queue.shift()) {
        found.set(of, await standingsOf(of, epochs, seeds));
        console.error(`${of.problem.title}, H=${of.width}: done`);
      }
    }),
  );
  const standings = problems.flatMap((problem) =>
    widths.flatMap((width) => {
      const of = cases.find((each) => each.problem === problem && each.width === width)!;
      return found.get(of)!;
    }),
  );
  const minutes = (performance.now() - started) / 60_000;
  const head = [
    `- Machine: ${machineText()}`,
    `- Date: ${new Date().toISOString().slice(0, 10)}; load before: ${load.toFixed(1)}; took ${minutes.toFixed(1)} min`,
    `- Command: \`${commandText("bench:defaults")}\``,
    `- Onnx on cpu, ${availableParallelism()} processes of one thread, packs of ${seeds}; seconds of one process`,
    "",
  ];
  const text = [...head, ...summary(standings), ...caseTable(standings)].join("\n").trimEnd();
  console.log(text);
  if (options.write) await writeDocument("defaults", text);
}

const caseTable = (standings: readonly Standing[]): readonly string[] =>
  table(
    ["data", "H", "epochs", "angle to the truth, rad, by seed", "found", "trial-steps", "seconds"],
    standings.map((standing) => [
      ...[standing.of.problem.title, `${standing.of.width}`, `${standing.epochs}`],
      standing.angles.map((angle, i) => angleText(angle, standing.endings[i])).join(", "),
      shareText(foundBy([standing])),
      standing.trialSteps.toLocaleString("en-US"),
      standing.seconds.toFixed(1),
    ]),
  );

/** What a default would do on all problems together. */
const summary = (standings: readonly Standing[]): readonly string[] => {
  const choices = [...new Set(standings.map(choiceOf))];
  return table(
    ["H", "epochs", `found, within ${FOUND_WITHIN} rad`, "seconds a trial"],
    choices.map((choice) => {
      const same = standings.filter((standing) => choiceOf(standing) === choice);
      const trials = same.flatMap(({ angles }) => angles).length;
      const seconds = same.reduce((sum, each) => sum + each.seconds, 0);
      return [
        ...[`${same[0]!.of.width}`, `${same[0]!.epochs}`, shareText(foundBy(same))],
        (seconds / trials).toFixed(2),
      ];
    }),
  );
};

const choiceOf = ({ of, epochs }: Standing): string => `${of.width} ${epochs}`;

interface Share {
  readonly part: number;
  readonly whole: number;
}

function foundBy(standings: readonly Standing[]): Share {
  const angles = standings.flatMap((standing) => standing.angles);
  return {
    part: angles.filter((angle) => angle <= FOUND_WITHIN).length,
    whole: angles.length,
  };
}

const shareText = ({ part, whole }: Share): string => `${part} of ${whole}`;

/** With how the trial ended, if that was not by its epochs. */
const angleText = (angle: number, ending: Ending | undefined): string =>
  `${angle.toFixed(3)}${ending === undefined || ending === "converged" ? "" : ` (${ending})`}`;

try {
  await main();
} catch (error) {
  console.error(`bench:defaults: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
