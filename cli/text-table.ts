import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
  /** Cut, with an ellipsis, where the table is wider than the terminal; the widest such column first. */
  readonly shrinks?: boolean;
}

/** Rows of cells as aligned lines, two spaces apart, the titles first. */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly string[] {
  const natural = columns.map(({ title }, i) =>
    Math.max(stringWidth(title), ...rows.map((row) => stringWidth(row[i] ?? ""))),
  );
  const widths = shrunk(
    natural,
    columns.map(({ shrinks = false }) => shrinks),
    width - GAP.length * (columns.length - 1),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, i) => {
        const cell = cut(cells[i] ?? "", widths[i] ?? 0);
        return align === "left" ? padEnd(cell, widths[i] ?? 0) : padStart(cell, widths[i] ?? 0);
      })
      .join(GAP)
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...rows.map(line)];
}

/** The widths, of those that may shrink the widest made narrower until all fit. */
function shrunk(
  natural: readonly number[],
  mayShrink: readonly boolean[],
  width: number,
): readonly number[] {
  const widths = [...natural];
  let over = widths.reduce((sum, each) => sum + each, 0) - width;
  while (over > 0) {
    const most = Math.max(...widths.filter((_, i) => mayShrink[i]));
    if (!(most > LEAST)) return widths;
    widths[widths.findIndex((each, i) => mayShrink[i] && each === most)] = most - 1;
    over--;
  }
  return widths;
}

/** A text without colours in at most `width` columns of a terminal. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = "";
  for (const { segment } of LETTERS.segment(text)) {
    if (stringWidth(kept + segment) >= width) break;
    kept += segment;
  }
  return `${kept}…`;
}

const LETTERS = new Intl.Segmenter("en", { granularity: "grapheme" });

const padEnd = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - stringWidth(text)));

const padStart = (text: string, width: number): string =>
  " ".repeat(Math.max(0, width - stringWidth(text))) + text;

/** Words in lines of at most `width`; a word that is wider by itself is broken. */
export const wrapped = (text: string, width: number, indent = ""): readonly string[] => {
  const words = text.trim().replace(/\s+/g, " ");
  return words === ""
    ? []
    : wrapAnsi(words, width - indent.length, { hard: true })
        .split("\n")
        .map((line) => indent + line);
};

/** A name from outside, a file's for one, without what would move a terminal's cursor. */
export const plainText = (text: string): string =>
  stripVTControlCharacters(text).replace(/\p{Cc}+/gu, " ");

/** Lines beside each other, the right ones from column `at` on. */
export const beside = (
  left: readonly string[],
  right: readonly string[],
  at: number,
): readonly string[] =>
  Array.from({ length: Math.max(left.length, right.length) }, (_, i) =>
    `${padEnd(left[i] ?? "", at)}${right[i] ?? ""}`.trimEnd(),
  );

const GAP = "  ";

/** A column narrower than this says nothing. */
const LEAST = 8;
