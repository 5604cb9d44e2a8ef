import { decimals } from "../report/quantities.ts";

/**
 * A square matrix, row-major, as aligned rows between brackets; where those are too wide, its largest entries by row
 * and column from 1. What is exactly zero is `0`.
 */
export function matrixText(name: string, entries: Float64Array, width: number): readonly string[] {
  const n = Math.round(Math.sqrt(entries.length));
  const number = numberFormat(entries);
  const cells = Array.from(entries, number);
  const cell = Math.max(...cells.map((text) => text.length));
  const head = `${name} = `;
  if (head.length + 4 + n * (cell + 2) - 2 > width) return largest(name, entries, n, number);
  return Array.from({ length: n }, (_, i) => {
    const row = cells.slice(i * n, (i + 1) * n).map((text) => text.padStart(cell));
    return `${i === 0 ? head : " ".repeat(head.length)}[ ${row.join("  ")} ]`;
  });
}

function largest(
  name: string,
  entries: Float64Array,
  n: number,
  number: (value: number) => string,
): readonly string[] {
  const order = [...entries.entries()].sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  return [
    `${name}, ${n} × ${n}, largest entries:`,
    ...order
      .filter(([, value]) => value !== 0)
      .slice(0, SHOWN)
      .map(
        ([at, value]) =>
          `  (${Math.floor(at / n) + 1}, ${(at % n) + 1})  ${number(value).padStart(9)}`,
      ),
  ];
}

/** Fixed point where it shows every entry that matters; else the exponent of each. */
function numberFormat(entries: Float64Array): (value: number) => string {
  const size = entries.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
  const isPlain = size === 0 || (size >= 0.05 && size < 1000);
  return (value) => (value === 0 ? "0" : isPlain ? decimals(value) : value.toExponential(2));
}

const SHOWN = 12;
