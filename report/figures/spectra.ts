import type { ReportData } from "../data.ts";
import { type Learned, learnedDirections } from "../learned.ts";
import { decimals } from "../quantities.ts";
import { distinct, type Figure, median, type Panel, SMALL, SOFT, thinned } from "./figure.ts";
import { drawingOrder, standingColor, standingLegend, standingShape } from "./standings.ts";

/** Extents of the singular directions of every trial, by rank, and the widest gap between two ranks. */
export function spectraFigure(data: ReportData): Figure | undefined {
  const learned = learnedDirections(data).filter(({ direction }) => direction.extent > 0);
  if (learned.length === 0) return undefined;
  const shapes = distinct(learned.map(({ trial }) => trial.basisCount)).flatMap((K) => {
    const withK = learned.filter(({ trial }) => trial.basisCount === K);
    return distinct(withK.map(({ trial }) => trial.groupDimension)).map((n) => ({
      n,
      K,
      own: withK.filter(({ trial }) => trial.groupDimension === n),
    }));
  });
  const spread = shapes.filter(({ K }) => K > 1);
  const chosen = (spread.length > 0 ? spread : shapes).slice(0, MOST_PANELS);
  const top = Math.max(...learned.map(({ direction }) => direction.extent));
  const left = (spread.length > 0 ? spread : shapes).length - chosen.length;
  return {
    panels: chosen.map(({ n, K, own }) => spectrum(n, K, own, top)),
    legend: [
      ...standingLegend(learned),
      { label: "widest gap between medians", color: "var(--band)", mark: "band" },
    ],
    caption:
      "Singular values of each trial's generators in the displacement inner product: how far a trial moved the data along its " +
      "first, second, … direction. One line is one trial. Surplus generators fall to 0; a wide gap tells how many a trial needs." +
      (spread.length > 0 && shapes.length > spread.length
        ? " Trials with K = 1 have one value and are not drawn."
        : "") +
      (left > 0 ? ` ${left} more pairs of n and K are left out.` : ""),
  };
}

function spectrum(n: number, K: number, own: readonly Learned[], top: number): Panel {
  const gap = widestGap(own);
  const trials = new Set(thinned(distinct(own.map(({ trial }) => trial.number)), MOST_LINES));
  const points = drawingOrder(own.filter(({ trial }) => trials.has(trial.number))).map(
    ({ direction, trial, standing }) => ({
      rank: (direction.rank ?? 0) + 1,
      extent: direction.extent,
      trial: trial.number,
      standing,
      title: `trial ${trial.number} (λ ${trial.regularization}, seed ${trial.seed}), rank ${(direction.rank ?? 0) + 1}: extent ${direction.extent.toFixed(4)}, ${standing}`,
    }),
  );
  const told =
    gap === undefined
      ? "one value a trial"
      : `gap × ${decimals(gap.ratio, gap.ratio < 10 ? 1 : 0)} after rank ${gap.after}`;
  return {
    heading: `n = ${n}, K = ${K}`,
    label: `Extents by rank of the trials with n = ${n} and K = ${K}: ${told}`,
    spec: {
      ...SMALL,
      autosize: { type: "fit", contains: "padding" },
      title: {
        text: told,
        fontSize: 11,
        fontWeight: "normal",
        color: SOFT,
        anchor: "end",
        offset: 4,
      },
      data: { values: points },
      encoding: {
        x: {
          field: "rank",
          type: "quantitative",
          title: "rank",
          scale: { domain: [0.6, K + 0.4], nice: false },
          axis: { values: Array.from({ length: K }, (_, i) => i + 1), format: "d" },
        },
        y: {
          field: "extent",
          type: "quantitative",
          title: "extent",
          scale: { domain: [0, top * 1.04], nice: false },
          axis: { tickCount: 4 },
        },
      },
      layer: [
        ...(gap === undefined
          ? []
          : [
              {
                data: { values: [gap] },
                mark: { type: "rect" as const, color: "var(--band)" },
                encoding: {
                  x: { value: 0 },
                  x2: { value: "width" as const },
                  y: { field: "high", type: "quantitative" as const },
                  y2: { field: "low" },
                },
              },
            ]),
        {
          mark: { type: "line", strokeWidth: 0.7, color: SOFT, opacity: 0.45 },
          encoding: { detail: { field: "trial" } },
        },
        {
          mark: { aria: true, type: "point", filled: true, size: 30, opacity: 0.9 },
          encoding: { color: standingColor, shape: standingShape, description: { field: "title" } },
        },
      ],
    },
  };
}

interface Gap {
  readonly after: number;
  readonly high: number;
  readonly low: number;
  readonly ratio: number;
}

/** Between the median extents of two neighbouring ranks, the pair of largest ratio. */
function widestGap(own: readonly Learned[]): Gap | undefined {
  const medians = distinct(own.map(({ direction }) => direction.rank ?? 0)).map((rank) => ({
    rank,
    value:
      median(
        own
          .filter(({ direction }) => direction.rank === rank)
          .map(({ direction }) => direction.extent),
      ) ?? 0,
  }));
  const gaps = medians.slice(1).map(({ value: low }, i): Gap => {
    const { rank, value: high } = medians[i] ?? { rank: 0, value: 0 };
    return {
      after: rank + 1,
      high,
      low,
      ratio: high / Math.max(low, 1e-3 * high, Number.MIN_VALUE),
    };
  });
  return gaps.toSorted((a, b) => b.ratio - a.ratio)[0];
}

const MOST_PANELS = 12;

/** Lines of one picture; more are a grey wall. */
const MOST_LINES = 120;
