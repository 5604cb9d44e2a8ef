import { groupBy } from "../agreement.ts";
import type { ReportData } from "../data.ts";
import { learnedDirections } from "../learned.ts";
import { decimals } from "../quantities.ts";
import { distinct, type Figure, INK, median, type Panel } from "./figure.ts";

/** One configuration, all its seeds together. */
interface Cell {
  readonly n: number;
  readonly eta: number;
  readonly K: number;
  readonly lambda: number;
  /** Median over seeds of the least score of a direction; undefined before the verdict. */
  readonly score: number | undefined;
  readonly trials: number;
  readonly trained: number;
  readonly lost: number;
  readonly waiting: number;
}

/** Which K, λ and n found something that goes unnoticed. */
export function overviewFigure(data: ReportData): Figure | undefined {
  const cells = cellsOf(data);
  if (cells.length === 0) return undefined;
  const etas = distinct(cells.map(({ eta }) => eta));
  const panels = distinct(cells.map(({ n }) => n)).flatMap((n) =>
    etas.map((eta) =>
      grid(
        cells.filter((cell) => cell.n === n && cell.eta === eta),
        `n = ${n}${etas.length > 1 ? `, η = ${eta}` : ""}`,
      ),
    ),
  );
  return {
    panels: panels.slice(0, MOST_PANELS),
    legend: [
      {
        label: "0: goes unnoticed",
        color: "color-mix(in srgb, var(--accepted) 50%, var(--hair))",
        mark: "band",
      },
      { label: "1: as noticed as a random motion", color: "var(--hair)", mark: "band" },
    ],
    caption:
      "Each cell is one configuration: the score of the best direction of a trial, in the middle over its seeds, and how many of its trials were " +
      "trained to an end that counts." +
      (panels.length > MOST_PANELS ? ` ${panels.length - MOST_PANELS} more are left out.` : ""),
    table: {
      title: "The configurations in numbers",
      head: ["n", "K", "λ", "η", "score", "trials", "trained", "lost", "waiting"],
      rows: cells
        .slice(0, MOST_ROWS)
        .map((cell) => [
          ...[cell.n, cell.K, cell.lambda, cell.eta].map(String),
          decimals(cell.score, 4),
          ...[cell.trials, cell.trained, cell.lost, cell.waiting].map(String),
        ]),
    },
  };
}

function cellsOf(data: ReportData): readonly Cell[] {
  const scores = groupBy(
    learnedDirections(data).filter(({ score }) => score !== undefined && Number.isFinite(score)),
    ({ trial }) => trial.number,
  );
  const bestOf = (trial: number): readonly number[] => {
    const own = (scores.get(trial) ?? []).flatMap(({ score }) => score ?? []);
    return own.length === 0 ? [] : [Math.min(...own)];
  };
  return [...groupBy(data.trials, ({ trial }) => trial.configuration).values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const count = (states: readonly string[]) =>
      own.filter(({ state }) => states.includes(state)).length;
    return [
      {
        n: first.trial.groupDimension,
        eta: first.trial.overlapWeight,
        K: first.trial.basisCount,
        lambda: first.trial.regularization,
        score: median(own.flatMap(({ trial }) => bestOf(trial.number))),
        trials: own.length,
        trained: count(["converged", "settled"]),
        lost: count(["detected", "collapsed", "diverged", "failed", "cancelled"]),
        waiting: count(["queued", "running"]),
      },
    ];
  });
}

function grid(cells: readonly Cell[], heading: string): Panel {
  const [lambdas, counts] = [
    distinct(cells.map(({ lambda }) => lambda)),
    distinct(cells.map(({ K }) => K)),
  ];
  const width = Math.max(46, Math.min(84, Math.floor(280 / lambdas.length)));
  const height = 44;
  const values = cells.map((cell) => ({
    K: cell.K,
    lambda: Number(cell.lambda.toPrecision(3)),
    strength: cell.score === undefined ? 0 : Math.max(0, 1 - Math.max(0, cell.score)) ** 2,
    text: decimals(cell.score, 3),
    below: `${cell.trained}/${cell.trials}`,
    title: `K ${cell.K}, λ ${cell.lambda}: score ${decimals(cell.score, 4)}; ${cell.trained} of ${cell.trials} trained, ${cell.lost} lost, ${cell.waiting} waiting`,
  }));
  return {
    heading,
    label: `${heading}: ${values.map(({ title }) => title).join(". ")}`,
    spec: {
      width: width * lambdas.length,
      height: height * counts.length,
      data: { values },
      encoding: {
        x: {
          field: "lambda",
          type: "ordinal",
          title: "λ",
          axis: { labelAngle: 0, domain: false, ticks: false },
        },
        y: {
          field: "K",
          type: "ordinal",
          title: "K",
          axis: { domain: false, ticks: false, minExtent: 14, maxExtent: 14 },
        },
      },
      layer: [
        {
          mark: { type: "rect", color: "var(--hair)", stroke: "var(--paper)", strokeWidth: 2 },
          encoding: {},
        },
        {
          mark: {
            aria: true,
            type: "rect",
            color: "var(--accepted)",
            stroke: "var(--paper)",
            strokeWidth: 2,
          },
          encoding: {
            fillOpacity: {
              field: "strength",
              type: "quantitative",
              scale: { domain: [0, 1], range: [0, 0.5] },
            },
            description: { field: "title" },
          },
        },
        {
          mark: { type: "text", dy: -6, fontSize: 11.5, fontWeight: 600 },
          encoding: { text: { field: "text" } },
        },
        {
          mark: { type: "text", dy: 9, fontSize: 10, color: INK },
          encoding: { text: { field: "below" } },
        },
      ],
    },
  };
}

const MOST_PANELS = 12;
const MOST_ROWS = 200;
