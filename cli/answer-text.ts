import type { Answer } from "../store/index.ts";
import { badInput } from "./command-error.ts";
import { type Column, textTable } from "./text-table.ts";

export const ANSWER_FORMATS = ["table", "csv", "json"] as const;

export type AnswerFormat = (typeof ANSWER_FORMATS)[number];

/** An answer for people, for spreadsheets or for programs. */
export function answerText(answer: Answer, format: AnswerFormat): string {
  switch (format) {
    case "table":
      return tableText(answer);
    case "csv":
      return csvText(answer);
    case "json":
      return jsonText(answer);
  }
}

/** Lines of any length: what is cut here, nobody can ask for again. */
function tableText({ columns, rows }: Answer): string {
  const titles = columns.map(
    ({ name, isNumber }): Column => ({ title: name, align: isNumber ? "right" : "left" }),
  );
  const cells = rows.map((row) => row.map((cell) => cell?.replaceAll("\n", " ") ?? "–"));
  return textTable(titles, cells, Number.POSITIVE_INFINITY).join("\n");
}

/** RFC 4180, with empty cells for null. */
const csvText = ({ columns, rows }: Answer): string =>
  [columns.map(({ name }) => name), ...rows]
    .map((row) => row.map((cell) => quoted(cell ?? "")).join(","))
    .join("\r\n");

const quoted = (cell: string): string =>
  /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

/** An array with an object for each row; what is no finite number is null, as JSON has none. */
function jsonText({ columns, rows }: Answer): string {
  const twice = columns.find(({ name }, i) => columns.findIndex((one) => one.name === name) < i);
  if (twice !== undefined)
    throw badInput(
      `Two columns are named "${twice.name}", and an object has one value for a name. Rename one with "as".`,
    );
  const objects = rows.map((row) =>
    Object.fromEntries(
      columns.map(({ name, parse }, i) => {
        const cell = row[i] ?? null;
        return [name, cell === null ? null : parse(cell)];
      }),
    ),
  );
  return JSON.stringify(objects, null, 2);
}
