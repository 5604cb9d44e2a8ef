import { decimals } from "../quantities.ts";
import type { Figure, Panel } from "./figure.ts";

/** Matrices as heat maps, all on one scale; exact entries under the pointer and in the table. */
export function matrixFigure(
  basis: readonly Float64Array[],
  name: string,
  caption: string,
): Figure | undefined {
  const [first] = basis;
  if (first === undefined) return undefined;
  const n = Math.round(Math.sqrt(first.length));
  const largest = Math.max(...basis.flatMap((entries) => Array.from(entries, Math.abs)));
  return {
    panels: basis.map((entries, k) => heatMap(`L${subscript(k + 1)}`, entries, n, largest)),
    caption,
    table: {
      title: `Exact entries of ${name}`,
      head: ["", ...Array.from({ length: n }, (_, j) => String(j + 1))],
      rows: basis.flatMap((entries, k) =>
        Array.from({ length: n }, (_, i) => [
          `L${subscript(k + 1)}, row ${i + 1}`,
          ...Array.from(entries.slice(i * n, (i + 1) * n), String),
        ]),
      ),
    },
  };
}

function heatMap(name: string, entries: Float64Array, n: number, largest: number): Panel {
  const cell = Math.max(14, Math.min(46, Math.floor(300 / n)));
  const cells = Array.from(entries, (value, at) => ({
    row: Math.floor(at / n) + 1,
    column: (at % n) + 1,
    value,
    strength: largest === 0 ? 0 : Math.abs(value) / largest,
    text:
      Math.abs(value) < 0.005 * largest
        ? "0"
        : decimals(value, largest >= 10 ? 1 : 2).replace("-", "−"),
    title: `row ${Math.floor(at / n) + 1}, column ${(at % n) + 1}: ${value}`,
  }));
  const index = { type: "ordinal" as const, axis: n > 4 ? PLAIN : null };
  return {
    heading: name,
    label: `${name}: ${Array.from(
      { length: n },
      (_, i) =>
        `row ${i + 1}: ${cells
          .slice(i * n, (i + 1) * n)
          .map(({ text }) => text)
          .join(", ")}`,
    ).join("; ")}`,
    spec: {
      width: n * cell,
      height: n * cell,
      data: { values: cells },
      encoding: {
        x: { field: "column", ...index, title: null },
        y: { field: "row", ...index, title: null },
      },
      layer: [
        {
          mark: { aria: true, type: "rect", stroke: "var(--hair)", strokeWidth: 1 },
          encoding: {
            fill: {
              condition: { test: "datum.value < 0", value: "var(--negative)" },
              value: "var(--positive)",
            },
            fillOpacity: {
              field: "strength",
              type: "quantitative",
              scale: { domain: [0, 1], range: [0, 0.65] },
            },
            description: { field: "title" },
          },
        },
        ...(cell < 30
          ? []
          : [
              {
                mark: { type: "text" as const, fontSize: cell < 40 ? 10 : 12 },
                encoding: { text: { field: "text" } },
              },
            ]),
      ],
    },
  };
}

const PLAIN = {
  domain: false,
  ticks: false,
  labelAngle: 0,
  minExtent: 16,
  maxExtent: 16,
  labelFontSize: 9,
  labelOverlap: true,
} as const;

const subscript = (count: number): string =>
  String(count).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)] ?? digit);
