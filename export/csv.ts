import type { Carried } from "./carried.ts";
import { type Cell, tableOf } from "./table.ts";

/** RFC 4180 with line feeds: a header, then a row for each entry; null is empty. */
export function csvOf(carried: Carried): string {
  const { columns, rows } = tableOf(carried);
  const lines = [columns.map(({ name }) => name), ...rows.map((row) => row.map(cellText))];
  return lines.map((cells) => `${cells.join(",")}\n`).join("");
}

const cellText = (cell: Cell): string => {
  const text = cell === null ? "" : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
