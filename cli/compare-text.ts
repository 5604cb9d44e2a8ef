import {
  anglesText,
  type Comparison,
  comparedFacts,
  comparedLevels,
  type Pair,
} from "../report/index.ts";
import type { SweepReport } from "./report-text.ts";
import type { Colors } from "./terminal.ts";
import { beside, plainText, wrapped } from "./text-table.ts";

/** Two sweeps in two columns, what differs set off. */
export function compareText(
  a: SweepReport,
  b: SweepReport,
  { sameData, settings, angles, withoutAngles }: Comparison,
  width: number,
  { bold, yellow }: Colors,
): string {
  const columns = columnsOf(width, []);
  const pairs = (rows: readonly Pair[]) =>
    rows.flatMap(([name, ofA, ofB]) =>
      inColumns(name, ofA, ofB, columns).map((line) => (ofA === ofB ? line : yellow(line))),
    );
  const levels = comparedLevels(a, b);
  const nameOf = ({ verdict }: SweepReport, level: number) =>
    `${level + 1} ${verdict?.levels[level]?.name ?? ""}`;
  const sections: readonly (readonly string[])[] = [
    [...inColumns("", a.record.id, b.record.id, columns).map(bold), ...pairs(comparedFacts(a, b))],
    levels.length === 0 ? [] : [bold("Levels, by tolerance"), ...pairs(levels)],
    [
      bold("Angles between what they found"),
      ...(withoutAngles === undefined
        ? angles.map(
            ({ levelA, levelB, degrees }) =>
              `${nameOf(a, levelA)} and ${nameOf(b, levelB)}: ${anglesText(degrees)}`,
          )
        : [`none: ${withoutAngles}`]
      ).flatMap((line) => wrapped(line, width, "  ")),
      ...(withoutAngles === undefined && !sameData
        ? wrapped(
            `as displacements of the data of ${a.record.id}; those of ${b.record.id} are others`,
            width,
            "  ",
          )
        : []),
    ],
    [
      bold("Settings that differ"),
      ...(settings.length === 0
        ? ["  none"]
        : settings.flatMap(({ path, there, here }) =>
            inColumns(
              path,
              there,
              here,
              columnsOf(
                width,
                settings.map((field) => field.path),
              ),
            ),
          )),
    ],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

interface Columns {
  readonly name: number;
  readonly each: number;
}

/** The names' column is as wide as the longest, where that leaves room. */
const columnsOf = (width: number, names: readonly string[]): Columns => {
  const longest = Math.max(LEAST, ...names.map((name) => name.length + 2));
  const name = Math.min(longest, Math.floor(width / 3));
  return { name, each: Math.min(MOST, Math.floor((width - name - 4) / 2)) };
};

/** Lines of a name and two texts, each wrapped in its column. */
function inColumns(
  name: string,
  a: string,
  b: string,
  { name: first, each }: Columns,
): readonly string[] {
  const names = wrapped(name, first - 2).map((line) => `  ${line}`);
  const left = wrapped(plainText(a), each);
  const right = wrapped(plainText(b), each);
  return beside(beside(names, left, first + 2), right, first + each + 4);
}

const LEAST = 18;

/** Columns wider than this are hard to read beside each other. */
const MOST = 60;
