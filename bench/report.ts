import type { Field, Role } from "./contenders.ts";
import { machineText, table } from "./machine.ts";
import {
  type Case,
  fastest,
  gigaflops,
  median,
  medianMs,
  PRODUCT_SIZE,
  type Product,
  sgemmRate,
} from "./measurements.ts";
import { essentialFlop } from "./pack.ts";

export interface Measured {
  readonly field: Field;
  readonly cases: readonly Case[];
  readonly products: readonly Product[];
  readonly rounds: number;
  readonly steps: number;
  readonly command: string;
  /** Processes that wanted a core in the minute before. */
  readonly load: number;
}

/** Everything measured, as Markdown. */
export const reportText = (measured: Measured): string =>
  [
    ...header(measured),
    ...sgemmTable(measured.products),
    ...groups(measured.cases).flatMap((cases) => [
      ...timeTable(cases, measured.products),
      ...comparison(cases, measured.products),
      ...memoryTable(cases),
    ]),
    ...leftOut(measured),
  ].join("\n");

function header({ field, rounds, steps, command, load }: Measured): string[] {
  const versions = new Set([
    `Node ${process.versions.node}`,
    ...field.contenders.map(({ title, role, version }) =>
      role === "engine" ? version : `${title} ${version}`,
    ),
  ]);
  return [
    `- Machine: ${machineText()}`,
    `- Versions: ${[...versions].join("; ")}`,
    `- Date: ${new Date().toISOString().slice(0, 10)}; load before: ${load.toFixed(1)}`,
    `- Command: \`${command}\``,
    `- Medians of ${rounds} interleaved rounds, runs of ${steps} steps`,
    "",
  ];
}

function sgemmTable(products: readonly Product[]): string[] {
  const multipliers = [...new Set(products.map(({ multiplier }) => multiplier))];
  const arrangements = unique(products.map(({ arrangement }) => arrangement.title));
  return [
    `### sgemm, ${PRODUCT_SIZE} × ${PRODUCT_SIZE}, GFLOP/s`,
    "",
    ...table(
      ["", ...arrangements],
      multipliers.map((multiplier) => [
        multiplier.title,
        ...arrangements.map((title) => {
          const of = products.find(
            (p) => p.multiplier === multiplier && p.arrangement.title === title,
          );
          return of && of.gigaflops.length > 0 ? median(of.gigaflops).toFixed(0) : "–";
        }),
      ]),
    ),
  ];
}

/** Cases of one width and K, in order of appearance. */
const groups = (cases: readonly Case[]): readonly (readonly Case[])[] =>
  unique(cases.map(groupOf)).map((group) => cases.filter((of) => groupOf(of) === group));

const groupOf = ({ sizes }: Case): string => `Width ${sizes.width}, K = ${sizes.channels}`;

/** Cases that differ in T alone. */
const rowsOf = (cases: readonly Case[]): readonly (readonly Case[])[] => {
  const key = ({ contender, arrangement }: Case) => `${contender.title}, ${arrangement.title}`;
  return unique(cases.map(key)).map((row) => cases.filter((of) => key(of) === row));
};

function timeTable(cases: readonly Case[], products: readonly Product[]): string[] {
  const trials = trialsOf(cases);
  const flop = essentialFlop(cases[0]!.sizes) / 1e6;
  return [
    `### ${groupOf(cases[0]!)}: ms per trial-step (${flop.toFixed(1)} MFLOP essential)`,
    "",
    ...table(
      ["", "", ...trials.map((T) => `T=${T}`), "best (range)", "GFLOP/s", "of sgemm"],
      rowsOf(cases).map((row) => {
        const best = fastest(row);
        const { contender, arrangement } = row[0]!;
        return [
          contender.title,
          arrangement.title,
          ...trials.map((T) => cell(row, T, (of) => milliseconds(medianMs(of)))),
          ...(best
            ? [bestText(best), rounded(gigaflops(best)), shareText(best, products)]
            : ["–", "–", "–"]),
        ];
      }),
    ),
  ];
}

const bestText = (of: Case): string =>
  `**${milliseconds(medianMs(of))}** (${milliseconds(Math.min(...of.msPerTrialStep))}–` +
  `${milliseconds(Math.max(...of.msPerTrialStep))}), T=${of.sizes.trials}`;

const shareText = (of: Case, products: readonly Product[]): string =>
  `${rounded((100 * gigaflops(of)) / sgemmRate(products, of.arrangement.allCores))} %`;

/** Each engine at its best on all cores, beside each peer at its own. */
function comparison(cases: readonly Case[], products: readonly Product[]): string[] {
  const best = (of: (each: Case) => boolean) =>
    fastest(cases.filter((each) => each.arrangement.allCores && of(each)));
  const engines = cases.map(({ contender }) => contender).filter(({ role }) => role === "engine");
  const peers = (["jax", "loop"] satisfies Role[]).map((role) =>
    best(({ contender }) => contender.role === role),
  );
  const lines = [...new Set(engines)].flatMap((engine) => {
    const own = best(({ contender }) => contender === engine);
    if (!own) return [];
    const ratios = peers.flatMap((peer) =>
      peer
        ? `${(medianMs(peer) / medianMs(own)).toFixed(2)} × the speed of ${peer.contender.title} ` +
          `(${milliseconds(medianMs(peer))} ms, ${at(peer)})`
        : [],
    );
    const words = [`${shareText(own, products)} of sgemm`, ...ratios].join("; ");
    return `- ${engine.title}, ${milliseconds(medianMs(own))} ms (${at(own)}): ${words}.`;
  });
  return ["All cores, each at its own best:", "", ...lines, ""];
}

const at = ({ sizes, arrangement }: Case): string => `T=${sizes.trials}, ${arrangement.title}`;

function memoryTable(cases: readonly Case[]): string[] {
  const single = cases.filter(({ arrangement }) => arrangement.processes === 1);
  const trials = trialsOf(single);
  return [
    `Peak resident memory of one process, MB:`,
    "",
    ...table(
      ["", "", ...trials.map((T) => `T=${T}`)],
      rowsOf(single).map((row) => [
        row[0]!.contender.title,
        row[0]!.arrangement.title,
        ...trials.map((T) => cell(row, T, ({ peakBytes }) => (peakBytes / 1e6).toFixed(0))),
      ]),
    ),
  ];
}

function leftOut({ field, cases, products }: Measured): string[] {
  const failed = [
    ...cases.map((of) => [`${of.contender.title}, ${groupOf(of)}, ${at(of)}`, of.failure]),
    ...products.map((of) => [`sgemm of ${of.multiplier.title}`, of.failure]),
  ].flatMap(([what, failure]) => (failure === undefined ? [] : `${what}: ${failure}`));
  const lines = [...field.absent, ...failed];
  return lines.length === 0 ? [] : ["Not measured:", "", ...lines.map((line) => `- ${line}`), ""];
}

const trialsOf = (cases: readonly Case[]): readonly number[] =>
  unique(cases.map(({ sizes }) => sizes.trials)).toSorted((a, b) => a - b);

function cell(row: readonly Case[], trials: number, text: (of: Case) => string): string {
  const of = row.find(({ sizes }) => sizes.trials === trials);
  return of && of.msPerTrialStep.length > 0 ? text(of) : "–";
}

const rounded = (value: number): string => value.toFixed(value < 9.95 ? 1 : 0);

const milliseconds = (value: number): string => value.toFixed(value < 1 ? 3 : value < 100 ? 2 : 0);

const unique = <V>(values: readonly V[]): readonly V[] => [...new Set(values)];
