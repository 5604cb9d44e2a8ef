import { agreementOf, type ConfigurationAgreement } from "../agreement.ts";
import type { ReportData } from "../data.ts";
import { type Figure, median, type Panel, SOFT, WIDE } from "./figure.ts";

/** One row a configuration: the angles between what its seeds found, and to the verdict. */
export function agreementFigure(data: ReportData): Figure | undefined {
  const agreement = agreementOf(data);
  if (agreement === undefined) return undefined;
  const { dimension, configurations } = agreement;
  const order = configurations.toSorted(
    (a, b) =>
      (median(a.between) ?? 90) - (median(b.between) ?? 90) || a.configuration - b.configuration,
  );
  const shown = order.slice(0, MOST_ROWS);
  const hasVerdict = shown.some(({ toVerdict }) => toVerdict.length > 0);
  const what = dimension === 1 ? "the best direction" : `the ${dimension} best directions`;
  const hasEta = new Set(configurations.map(({ overlapWeight }) => overlapWeight)).size > 1;
  return {
    panels: [
      ...(shown.some(({ between }) => between.length > 0)
        ? [angles(shown, ({ between }) => between, "Between two seeds", hasEta, true)]
        : []),
      ...(hasVerdict
        ? [
            angles(
              shown,
              ({ toVerdict }) => toVerdict,
              "From the verdict to each seed",
              hasEta,
              false,
            ),
          ]
        : []),
    ],
    legend: [
      {
        label: hasVerdict ? "a pair of seeds, or a seed" : "a pair of seeds",
        color: "var(--accepted)",
        mark: "circle",
      },
      { label: "20°: the same direction", color: SOFT, mark: "dashed" },
      { label: "spans drawn at random, their median", color: "var(--invalid)", mark: "line" },
    ],
    caption:
      `Largest principal angle between the spans of ${what} of two seeds of one configuration` +
      (hasVerdict ? ", and between the verdict's span and all that a seed found" : "") +
      ". 0°: the same, 90°: nothing in common." +
      (shown.length < order.length
        ? ` The ${shown.length} that agree best of ${order.length} are drawn.`
        : ""),
  };
}

function angles(
  shown: readonly ConfigurationAgreement[],
  of: (one: ConfigurationAgreement) => readonly number[],
  heading: string,
  hasEta: boolean,
  hasRandom: boolean,
): Panel {
  const nameOf = ({
    groupDimension,
    basisCount,
    regularization,
    overlapWeight,
  }: ConfigurationAgreement) =>
    `n ${groupDimension}  K ${basisCount}  λ ${Number(regularization.toPrecision(3))}${hasEta ? `  η ${overlapWeight}` : ""}`;
  const points = shown.flatMap((one) =>
    of(one).map((angle) => ({
      row: nameOf(one),
      angle,
      title: `${nameOf(one)}: ${angle.toFixed(1)}°`,
    })),
  );
  const random = shown.flatMap((one) =>
    hasRandom && one.random !== undefined ? [{ row: nameOf(one), angle: one.random }] : [],
  );
  const rows = shown.map(nameOf);
  return {
    heading,
    label: `${heading}, in degrees: ${shown
      .map(
        (one) =>
          `${nameOf(one)}: ${of(one)
            .map((angle) => angle.toFixed(0))
            .join(", ")}`,
      )
      .join("; ")}`,
    spec: {
      width: WIDE.width,
      height: Math.max(120, 52 + 17 * rows.length),
      autosize: { type: "fit", contains: "padding" },
      encoding: {
        y: {
          field: "row",
          type: "ordinal",
          title: null,
          scale: { domain: rows },
          axis: {
            minExtent: 108,
            maxExtent: 108,
            domain: false,
            ticks: false,
            grid: true,
            labelLimit: 0,
            labelFontSize: 10.5,
          },
        },
        x: {
          field: "angle",
          type: "quantitative",
          title: "angle, degrees",
          scale: { domain: [0, 90], nice: false },
          axis: { values: [0, 30, 60, 90] },
        },
      },
      layer: [
        {
          data: { values: [{ at: 20 }] },
          mark: { type: "rule", strokeDash: [4, 3], color: SOFT },
          encoding: {
            x: { field: "at", type: "quantitative" },
            y: { value: 0 },
            y2: { value: "height" },
          },
        },
        {
          data: { values: random },
          mark: { type: "tick", color: "var(--invalid)", thickness: 2, size: 10 },
        },
        {
          data: { values: points },
          mark: {
            aria: true,
            type: "point",
            filled: true,
            size: 42,
            color: "var(--accepted)",
            opacity: 0.75,
          },
          encoding: { description: { field: "title" } },
        },
      ],
    },
  };
}

const MOST_ROWS = 24;
