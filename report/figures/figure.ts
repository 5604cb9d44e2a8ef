import type { TopLevelSpec } from "vega-lite";

/** One picture. Narrow enough for a telephone: wide screens put several beside each other. */
export interface Panel {
  readonly heading?: string;
  /** What is to be seen, for who cannot see it. */
  readonly label: string;
  readonly spec: TopLevelSpec;
}

/** Pictures that are read together. */
export interface Figure {
  readonly panels: readonly Panel[];
  readonly legend?: readonly LegendEntry[];
  readonly caption: string;
  /** The same in numbers. */
  readonly table?: Table;
}

export interface LegendEntry {
  readonly label: string;
  /** A CSS colour. */
  readonly color: string;
  readonly mark: "line" | "dashed" | "band" | Shape;
}

export type Shape = "circle" | "diamond" | "square" | "cross" | "triangle-up" | "stroke";

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Pixels, axes included. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export const WIDE: Size = { width: 344, height: 230 };
export const SMALL: Size = { width: 222, height: 190 };

/** Colours are variables of the page, so that one picture serves light and dark. */
export const INK = "var(--ink)";
export const SOFT = "var(--soft)";

/** Of series in an order, such as K = 1, 2, 3; repeated where there are more. */
export const seriesColor = (position: number): string => `var(--series-${(position % 6) + 1})`;

/** At most about `most` of them, evenly chosen. */
export function thinned<T>(items: readonly T[], most: number): readonly T[] {
  const step = Math.ceil(items.length / most);
  return step <= 1 ? items : items.filter((_, i) => i % step === 0);
}

export const median = (values: readonly number[]): number | undefined => {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [
    sorted[Math.ceil(sorted.length / 2) - 1],
    sorted[Math.floor(sorted.length / 2)],
  ];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
};

/** Distinct numbers, rising. */
export const distinct = (values: readonly number[]): readonly number[] =>
  [...new Set(values)].toSorted((a, b) => a - b);
