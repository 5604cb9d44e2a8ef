import type { ReportData } from "../data.ts";
import { type Controls, controlsOf, type Learned, learnedDirections } from "../learned.ts";
import { decimals } from "../quantities.ts";
import { type Figure, median, type Panel, SOFT, thinned, WIDE } from "./figure.ts";
import { drawingOrder, standingColor, standingLegend, standingShape } from "./standings.ts";

/** Every learned direction: how far it moves the data, and whether a fresh classifier notices. */
export function validityFigure(data: ReportData): Figure | undefined {
  const learned = learnedDirections(data);
  const tested = learned.filter(({ crossEntropy }) => crossEntropy !== undefined);
  if (tested.length === 0) return undefined;
  const controls = controlsOf(data);
  const { zero, random } = controls;
  const middle = median(random);
  const shown = drawingOrder(thinned(tested, MOST_POINTS));
  const limit =
    zero === undefined || middle === undefined
      ? undefined
      : zero - data.record.spec.selection.tolerance * (zero - middle);
  const entropies = tested.flatMap(({ crossEntropy }) => crossEntropy ?? []);
  const top = Math.max(Math.LN2, zero ?? 0, ...entropies);
  const bottom = Math.min(top - 0.01, ...entropies, ...random);
  const room = (top - bottom) / 16;
  const near = limit === undefined ? bottom : top - 4 * (top - limit);
  const isCrowded = near > bottom + (top - bottom) / 4;
  const overview = scatter(shown, controls, limit, { top: top + room, bottom: bottom - room });
  return {
    panels: [
      { ...overview, heading: "All that was tested" },
      ...(isCrowded
        ? [
            {
              ...scatter(shown, controls, limit, { top: top + (top - near) / 12, bottom: near }),
              heading: "The same near the top",
            },
          ]
        : []),
    ],
    legend: [
      ...standingLegend(tested),
      ...(zero === undefined
        ? []
        : [{ label: "unmoved data", color: "var(--ink)", mark: "line" } as const]),
      ...(limit === undefined
        ? []
        : [{ label: "the sweep's tolerance", color: SOFT, mark: "dashed" } as const]),
      ...(random.length === 0
        ? []
        : [{ label: "random matrices", color: "var(--band)", mark: "band" } as const]),
    ],
    caption:
      `Cross entropy of a fresh classifier that tells data moved by ${controls.displacement} of their size from data, on samples that ` +
      `training never saw, over the extent that the trial gave the direction. ln 2 = ${decimals(Math.LN2, 4)}: it goes unnoticed.` +
      (shown.length < tested.length
        ? ` ${shown.length} of ${tested.length} directions are drawn.`
        : ""),
  };
}

interface Window {
  readonly top: number;
  readonly bottom: number;
}

function scatter(
  shown: readonly Learned[],
  { zero, random }: Controls,
  limit: number | undefined,
  { top, bottom }: Window,
): Panel {
  const digits = top - bottom < 0.05 ? ".3f" : ".2f";
  const points = shown.map(({ direction, trial, standing, score, crossEntropy }) => ({
    extent: direction.extent,
    entropy: crossEntropy,
    standing,
    title: `direction ${direction.number} of trial ${trial.number} (n ${trial.groupDimension}, K ${trial.basisCount}, λ ${trial.regularization}, seed ${trial.seed}): extent ${direction.extent.toFixed(4)}, entropy ${crossEntropy?.toFixed(5)}, score ${decimals(score)}, ${standing}`,
  }));
  const level = (at: number, mark: object) => ({
    data: { values: [{ at }] },
    mark: { type: "rule" as const, ...mark },
    encoding: {
      y: { field: "at", type: "quantitative" as const },
      x: { value: 0 },
      x2: { value: "width" as const },
    },
  });
  return {
    label: `Cross entropy over extent of ${shown.length} directions; unmoved data ${decimals(zero, 4)}, random matrices ${decimals(random[0], 3)} to ${decimals(random.at(-1), 3)}`,
    spec: {
      ...WIDE,
      autosize: { type: "fit", contains: "padding" },
      data: { values: points.filter(({ entropy = 0 }) => entropy >= bottom) },
      encoding: {
        x: {
          field: "extent",
          type: "quantitative",
          title: "extent",
          scale: { zero: true, nice: false, domainMin: 0, padding: 8 },
          axis: { tickCount: 5 },
        },
        y: {
          field: "entropy",
          type: "quantitative",
          title: "cross entropy",
          scale: { domain: [bottom, top], nice: false, zero: false },
          axis: { tickCount: 5, format: digits, minExtent: 40, maxExtent: 40 },
        },
      },
      layer: [
        ...(random.length === 0
          ? []
          : [
              {
                data: { values: [{ low: random[0], high: random.at(-1) }] },
                mark: { type: "rect" as const, color: "var(--band)", clip: true },
                encoding: {
                  x: { value: 0 },
                  x2: { value: "width" as const },
                  y: { field: "low", type: "quantitative" as const },
                  y2: { field: "high" },
                },
              },
            ]),
        ...(zero === undefined ? [] : [level(zero, { color: "var(--ink)", strokeWidth: 1.2 })]),
        ...(limit === undefined ? [] : [level(limit, { color: SOFT, strokeDash: [4, 3] })]),
        {
          mark: { aria: true, type: "point", filled: true, size: 34, opacity: 0.85, clip: true },
          encoding: { color: standingColor, shape: standingShape, description: { field: "title" } },
        },
      ],
    },
  };
}

const MOST_POINTS = 1500;
