import type { Band, CurveBand } from "../../store/index.ts";
import type { ReportData } from "../data.ts";
import { distinct, type Figure, type Panel, SMALL, SOFT, seriesColor } from "./figure.ts";

const METRICS = [
  { metric: "discriminatorLoss", title: "discriminator loss", level: Math.LN2 },
  { metric: "largestExtent", title: "largest extent", level: undefined },
] as const;

/** How training went: by n, one band for each K. */
export function curvesFigure({ curves }: ReportData): Figure | undefined {
  if (curves.length === 0) return undefined;
  const sizes = distinct(curves.map(({ groupDimension }) => groupDimension));
  const counts = distinct(curves.map(({ basisCount }) => basisCount));
  const shown = sizes.slice(0, MOST_SIZES);
  return {
    panels: METRICS.flatMap(({ metric, title, level }) => {
      const bands = curves.flatMap((curve) => curve[metric] ?? []);
      const domain = [
        Math.min(level ?? Number.POSITIVE_INFINITY, ...bands.map(({ low }) => low)),
        Math.max(level ?? 0, ...bands.map(({ high }) => high)),
      ] as const;
      return shown.map((n) =>
        bandPanel(
          curves.filter(({ groupDimension }) => groupDimension === n),
          { n, counts, title, level, domain, bandOf: (curve) => curve[metric] },
        ),
      );
    }),
    legend: [
      ...counts.map((K, i) => ({
        label: `K = ${K}`,
        color: seriesColor(i),
        mark: "line" as const,
      })),
      { label: "ln 2: nothing can be told apart", color: SOFT, mark: "dashed" },
    ],
    caption:
      "Lines are medians over the trials of one n and K, whatever their λ and seed; bands hold the middle 80 % of them." +
      (shown.length < sizes.length ? ` Only n = ${shown.join(", ")} are drawn.` : ""),
  };
}

interface BandLook {
  readonly n: number;
  readonly counts: readonly number[];
  readonly title: string;
  readonly level: number | undefined;
  readonly domain: readonly [number, number];
  readonly bandOf: (curve: CurveBand) => Band | undefined;
}

function bandPanel(
  curves: readonly CurveBand[],
  { n, counts, title, level, domain: [least, most], bandOf }: BandLook,
): Panel {
  const room = (most - least) / 20;
  const rows = curves.flatMap((curve) => {
    const band = bandOf(curve);
    return band === undefined
      ? []
      : [{ ...band, epoch: curve.epoch, series: String(curve.basisCount) }];
  });
  const last = rows.filter(({ epoch }) => epoch === Math.max(...rows.map((row) => row.epoch)));
  const color = {
    field: "series",
    type: "nominal" as const,
    scale: { domain: counts.map(String), range: counts.map((_, i) => seriesColor(i)) },
  };
  return {
    heading: `${title}, n = ${n}`,
    label: `Medians of ${title} for n = ${n} at the last epoch: ${last.map(({ series, middle }) => `K = ${series}: ${middle.toFixed(3)}`).join("; ")}`,
    spec: {
      ...SMALL,
      autosize: { type: "fit", contains: "padding" },
      data: { values: rows },
      encoding: {
        x: {
          field: "epoch",
          type: "quantitative",
          title: "epoch",
          scale: { nice: false, zero: false },
          axis: { tickCount: 5, tickMinStep: 1, format: "d" },
        },
        y: {
          field: "middle",
          type: "quantitative",
          title: null,
          scale: { domain: [least - room, most + room], nice: false, zero: false },
          axis: { tickCount: 4, format: "~g" },
        },
      },
      layer: [
        ...(level === undefined
          ? []
          : [
              {
                data: { values: [{ level }] },
                mark: { type: "rule" as const, strokeDash: [4, 3], color: SOFT },
                encoding: {
                  x: { value: 0 },
                  x2: { value: "width" as const },
                  y: { field: "level", type: "quantitative" as const },
                },
              },
            ]),
        {
          mark: { type: "area", opacity: 0.2 },
          encoding: { y: { field: "low", type: "quantitative" }, y2: { field: "high" }, color },
        },
        { mark: { type: "line", strokeWidth: 1.6 }, encoding: { color } },
      ],
    },
  };
}

const MOST_SIZES = 6;
