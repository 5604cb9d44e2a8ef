import { createHash } from "node:crypto";
import type { Config } from "vega-lite";
import type { Panel } from "./figures/figure.ts";

/**
 * A picture as SVG text, for a page that runs no script. Vega is loaded by the first.
 *
 * Its colours stay CSS variables. What Vega notes for screen readers on every mark becomes a `<title>`, which browsers
 * show under the pointer; the picture as a whole has one label.
 */
export async function drawn({ spec, label }: Panel): Promise<string> {
  const [{ parse, View }, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const view = new View(parse(compile({ ...spec, config: CONFIG }).spec), { renderer: "none" });
  try {
    return named(plain(await view.toSVG(), label), spec);
  } finally {
    view.finalize();
  }
}

const plain = (svg: string, label: string): string =>
  svg
    .replace(/<path class="(?:background|foreground)"[^>]*?\/>/g, "")
    .replace(
      /<(path|line|text) aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="[^"]*"([^>]*?)(\/>|>)/g,
      (_, tag: string, title: string, rest: string, end: string) =>
        `<${tag}${rest}><title>${title}</title>${end === "/>" ? `</${tag}>` : ""}`,
    )
    .replace(/ (?:role|aria-roledescription|aria-hidden|aria-label)="[^"]*"/g, "")
    .replace(/ (d|transform)="[^"]*"/g, (attribute) =>
      attribute.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) => String(rounded(Number(number)))),
    )
    .replace(/ font-family="[^"]*"/g, "")
    .replace(
      /^<svg [^>]*?width="(\d+)" height="(\d+)" viewBox="([^"]*)"/,
      (_, width: string, height: string, box: string) =>
        `<svg role="img" aria-label="${label.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)}" width="${width}" height="${height}" viewBox="${box}"`,
    );

/** Vega counts the names of its clips on from picture to picture; they are named after the picture instead. */
function named(svg: string, spec: Panel["spec"]): string {
  const picture = createHash("sha256").update(JSON.stringify(spec)).digest("hex").slice(0, 12);
  const names = [...new Set(svg.match(/(?<=\bid=")[^"]+/g))];
  return svg.replace(
    /(\bid="|url\(#)([^")]+)/g,
    (_, before: string, name: string) => `${before}c${picture}-${names.indexOf(name)}`,
  );
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

const CONFIG: Config = {
  background: "transparent",
  padding: 2,
  view: { stroke: null },
  // Only marks that say otherwise have words of their own: Vega-Lite would make some up for every one.
  mark: { aria: false },
  axis: {
    labelColor: "var(--soft)",
    titleColor: "var(--soft)",
    domainColor: "var(--rule)",
    tickColor: "var(--rule)",
    gridColor: "var(--hair)",
    labelFontSize: 11,
    titleFontSize: 11.5,
    titleFontWeight: "normal",
    tickSize: 4,
    aria: false,
  },
  // Vega has no fonts to measure here, so room for labels is set and not guessed.
  axisY: { minExtent: 34, maxExtent: 34, titlePadding: 4, labelPadding: 5 },
  axisX: { minExtent: 20, maxExtent: 20, titlePadding: 4, grid: false },
  legend: { disable: true },
  text: { color: "var(--ink)", fontSize: 11 },
  rule: { color: "var(--soft)" },
};
