import { resolutionOf } from "../../selection/index.ts";
import type { Level } from "../../sweep/index.ts";
import type { ReportData } from "../data.ts";
import { ladderOf, type Rung } from "../ladder.ts";
import { decimals } from "../quantities.ts";
import { closureText, holdingText } from "../words.ts";
import {
  type Figure,
  INK,
  type LegendEntry,
  type Panel,
  SOFT,
  seriesColor,
  WIDE,
} from "./figure.ts";

/** The levels over tolerance, how far each holds, and the answers of the classifiers behind that. */
export function filtrationFigure({ record, verdict, evidence }: ReportData): Figure | undefined {
  const levels = verdict?.levels ?? [];
  if (levels.length === 0) return undefined;
  const { tolerance, displacement } = record.spec.selection;
  const names = levels.map(({ name }, i) => (levels.length > 1 ? `${i + 1}. ${name}` : name));
  const curves = levels.map((level) => ladderOf(level, evidence));
  const { samples } = record.dataset;
  const resolution = resolutionOf(samples * record.spec.training.heldOut);
  const law = curves.flatMap((curve, i) =>
    curve.law.map((point) => ({ ...point, level: names[i] })),
  );
  const map = curves.flatMap((curve, i) =>
    levels[i]?.map === undefined ? [] : curve.map.map((point) => ({ ...point, level: names[i] })),
  );
  const noticed = (
    points: typeof law,
    heading: string,
    title: string,
    threshold: number,
  ): readonly Panel[] =>
    points.length < 2 ? [] : [answers(points, names, heading, title, threshold)];
  return {
    panels: [
      staircase(levels, names, tolerance),
      ranges(levels, names, displacement),
      ...noticed(law, "The law at rising displacements", "nats noticed", resolution),
      ...noticed(map, "The map at rising displacements", "nats betrayed by y", 2 * resolution),
    ],
    legend: [
      ...names.map((label, i): LegendEntry => ({ label, color: seriesColor(i), mark: "line" })),
      { label: "the sweep's tolerance, its displacement", color: SOFT, mark: "dashed" },
      { label: "what chance alone gives", color: "var(--band)", mark: "band" },
    ],
    caption:
      "A level is an algebra that stays the whole answer while the tolerance grows. Law: the distribution of the data stays. " +
      "Map: y follows x, whatever becomes of the law of x. Each was tested by fresh classifiers at rising displacements, " +
      "in units of the size of the data.",
    table: {
      title: "The levels in numbers",
      head: [
        "tolerance",
        "algebra",
        "dim",
        "n",
        "K",
        "score",
        "law",
        "map",
        "support",
        "closure",
        "symmetric",
      ],
      rows: levels.map((level) => [
        decimals(level.tolerance, 4),
        level.name,
        String(level.dimension),
        String(level.groupDimension),
        String(level.basisCount ?? "–"),
        decimals(level.score, 4),
        holdingText(level.law),
        holdingText(level.map),
        `${Math.round(100 * level.support)} %`,
        closureText(level.closureDefect).replace(/[ :(].*$/, ""),
        level.symmetricShare.toFixed(2),
      ]),
    },
  };
}

function staircase(levels: readonly Level[], names: readonly string[], tolerance: number): Panel {
  const end = 1.35 * Math.max(tolerance, ...levels.map((level) => level.tolerance));
  const top = Math.max(...levels.map(({ dimension }) => dimension));
  const corners = levels.map((level, i) => ({
    tolerance: Math.max(0, level.tolerance),
    dimension: level.dimension,
    below: levels[i - 1]?.dimension ?? 0,
    until: Math.max(0, levels[i + 1]?.tolerance ?? end),
    name: names[i],
    text: shortened(names[i] ?? "", 26),
    title: `${names[i]}: dimension ${level.dimension} from tolerance ${level.tolerance}`,
  }));
  return {
    heading: "Levels over tolerance",
    label: `Dimension over tolerance: ${corners.map(({ title }) => title).join("; ")}`,
    spec: {
      ...WIDE,
      autosize: { type: "fit", contains: "padding" },
      data: { values: corners },
      encoding: {
        x: {
          field: "tolerance",
          type: "quantitative",
          title: "tolerance (score)",
          scale: { domain: [0, end], nice: false },
          axis: { tickCount: 5 },
        },
        y: {
          field: "dimension",
          type: "quantitative",
          title: "dimension",
          scale: { domain: [0, top + Math.max(0.5, top / 5)], nice: false },
          axis: { tickMinStep: 1, format: "d", tickCount: Math.min(top + 1, 6) },
        },
      },
      layer: [
        {
          data: { values: [{ at: tolerance }] },
          mark: { type: "rule", strokeDash: [4, 3], color: SOFT },
          encoding: { x: { field: "at" }, y: { value: 0 }, y2: { value: "height" } },
        },
        {
          mark: { type: "rule", strokeWidth: 1.2, color: SOFT },
          encoding: { y: { field: "below" }, y2: { field: "dimension" } },
        },
        {
          mark: { aria: true, type: "rule", strokeWidth: 3.5, strokeCap: "round" },
          encoding: {
            x2: { field: "until" },
            color: levelColor(names),
            description: { field: "title" },
          },
        },
        {
          transform: [{ filter: `datum.tolerance <= ${end / 2}` }],
          mark: { type: "text", align: "left", dx: 5, dy: -9, fontSize: 12, fontWeight: 600 },
          encoding: { text: { field: "text" } },
        },
        {
          transform: [{ filter: `datum.tolerance > ${end / 2}` }],
          mark: { type: "text", align: "right", dy: -9, fontSize: 12, fontWeight: 600 },
          encoding: { x: { field: "until" }, text: { field: "text" } },
        },
      ],
    },
  };
}

const levelColor = (names: readonly string[]) => ({
  field: "name",
  type: "nominal" as const,
  scale: { domain: [...names], range: names.map((_, i) => seriesColor(i)) },
});

/** Bars from the left as far as each holds, on the ladder of displacements. */
function ranges(levels: readonly Level[], names: readonly string[], displacement: number): Panel {
  const [from, to] = [displacement / 5, displacement * 14];
  const rows = levels.flatMap(({ law, map }, i) =>
    [
      { what: "law", holding: law },
      { what: "map", holding: map },
    ].map(({ what, holding }) => ({
      name: names[i],
      row: `${shortened(names[i] ?? "", 14)} ${what}`,
      from,
      to: holding === undefined || holding.range === 0 ? from : holding.exact ? to : holding.range,
      note:
        holding === undefined
          ? "cannot be tested"
          : holding.exact
            ? "exact"
            : holding.range > 0
              ? `to ${holding.range}`
              : "noticed at once",
      inside: holding?.exact === true,
      title: `${names[i]}, ${what}: ${holdingText(holding)}`,
    })),
  );
  return {
    heading: "How far each holds",
    label: rows.map(({ title }) => title).join("; "),
    spec: {
      width: WIDE.width,
      height: Math.max(110, 50 + 26 * rows.length),
      autosize: { type: "fit", contains: "padding" },
      data: { values: rows },
      encoding: {
        y: {
          field: "row",
          type: "ordinal",
          sort: null,
          title: null,
          axis: { minExtent: 104, maxExtent: 104, domain: false, ticks: false, labelLimit: 0 },
          scale: { paddingInner: 0.35, paddingOuter: 0.2 },
        },
        x: {
          field: "from",
          type: "quantitative",
          title: "displacement of the data",
          scale: { type: "log", domain: [from, to], nice: false },
          axis: {
            values: LADDER.map((rung) => rung * displacement),
            format: "~g",
            labelOverlap: false,
            labelFontSize: 10,
          },
        },
      },
      layer: [
        // Behind the bars, so that it strikes no note through.
        {
          data: { values: [{ at: displacement }] },
          mark: { type: "rule", strokeDash: [4, 3], color: SOFT },
          encoding: { x: { field: "at" }, y: { value: 0 }, y2: { value: "height" } },
        },
        {
          mark: { type: "bar", color: "var(--hair)", cornerRadius: 2 },
          encoding: { x2: { datum: to } },
        },
        {
          transform: [{ filter: "datum.to > datum.from" }],
          mark: { aria: true, type: "bar", cornerRadius: 2 },
          encoding: {
            x2: { field: "to" },
            color: levelColor(names),
            description: { field: "title" },
          },
        },
        {
          transform: [{ filter: "!datum.inside" }],
          mark: { type: "text", align: "left", dx: 5, color: INK },
          encoding: { x: { field: "to" }, text: { field: "note" } },
        },
        {
          transform: [{ filter: "datum.inside" }],
          mark: {
            type: "text",
            align: "right",
            dx: -6,
            color: "var(--on-series)",
            fontWeight: 600,
          },
          encoding: { x: { field: "to" }, text: { field: "note" } },
        },
      ],
    },
  };
}

const shortened = (name: string, most: number): string =>
  name.length > most ? `${name.slice(0, most - 1)}…` : name;

/** Displacements that selection tests a level at, in units of the sweep's. */
const LADDER = [0.25, 0.5, 1, 2.5, 5, 10];

function answers(
  points: readonly (Rung & { readonly level: string | undefined })[],
  names: readonly string[],
  heading: string,
  title: string,
  threshold: number,
): Panel {
  const most = Math.max(0.02, ...points.map(({ nats }) => nats));
  return {
    heading,
    label: `${heading}, ${title}: ${points.map(({ level, displacement, nats }) => `${level} at ${displacement}: ${nats.toFixed(4)}`).join("; ")}`,
    spec: {
      ...WIDE,
      autosize: { type: "fit", contains: "padding" },
      data: {
        values: points.map((point) => ({
          ...point,
          name: point.level,
          title: `${point.level} at ${point.displacement}: ${point.nats} nats`,
        })),
      },
      encoding: {
        x: {
          field: "displacement",
          type: "quantitative",
          title: "displacement of the data",
          scale: { type: "log", nice: false, padding: 10 },
          axis: {
            values: [...new Set(points.map(({ displacement }) => displacement))],
            format: "~g",
          },
        },
        y: {
          field: "nats",
          type: "quantitative",
          title,
          scale: {
            domain: [Math.min(0, ...points.map(({ nats }) => nats)) - most / 20, most * 1.05],
            nice: false,
          },
          axis: { tickCount: 5, format: "~g", minExtent: 42, maxExtent: 42 },
        },
      },
      layer: [
        {
          data: { values: [{ low: -threshold, high: threshold }] },
          mark: { type: "rect", color: "var(--band)", clip: true },
          encoding: {
            x: { value: 0 },
            x2: { value: "width" },
            y: { field: "low" },
            y2: { field: "high" },
          },
        },
        { mark: { type: "line", strokeWidth: 1.5 }, encoding: { color: levelColor(names) } },
        {
          mark: { aria: true, type: "point", filled: true, size: 45, opacity: 1 },
          encoding: { color: levelColor(names), description: { field: "title" } },
        },
      ],
    },
  };
}
