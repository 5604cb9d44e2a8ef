export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
  /** Cut, with an ellipsis, where the table is wider than the terminal. */
  readonly shrinks?: boolean;
}

/** Rows of cells as aligned lines, two spaces apart, the titles first. */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly string[] {
  const widths = columns.map(({ title }, i) =>
    Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const total = widths.reduce((sum, each) => sum + each + GAP.length, -GAP.length);
  const shrinking = columns.findIndex(({ shrinks }) => shrinks);
  const natural = widths[shrinking];
  if (total > width && natural !== undefined)
    widths[shrinking] = Math.max(LEAST, natural - (total - width));
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, i) => {
        const cell = cut(cells[i] ?? "", widths[i] ?? 0);
        return align === "left" ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0);
      })
      .join(GAP)
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...rows.map(line)];
}

/** The text in at most `width` letters. */
export const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;

/** Words in lines of at most `width`; a longer word has a line of its own. */
export function wrapped(text: string, width: number, indent = ""): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, indent + line];
}

const GAP = "  ";

/** A column narrower than this says nothing. */
const LEAST = 8;
