import type { Carried, CarriedLevel } from "./carried.ts";

export type Cell = string | number | boolean | null;

interface Column {
  readonly name: string;
  readonly type: "STRING" | "INT32" | "DOUBLE" | "BOOLEAN";
  readonly of: (carried: Carried, level: CarriedLevel) => Cell;
}

/** What every row of a level says alike. */
const COLUMNS: readonly Column[] = [
  { name: "sweep", type: "STRING", of: ({ sweep }) => sweep },
  { name: "version", type: "STRING", of: ({ version }) => version },
  { name: "data_sha256", type: "STRING", of: ({ data }) => data.sha256 },
  { name: "y", type: "STRING", of: ({ y }) => y },
  { name: "level", type: "INT32", of: (_, { level }) => level },
  { name: "name", type: "STRING", of: (_, { name }) => name },
  { name: "dimension", type: "INT32", of: (_, { dimension }) => dimension },
  { name: "group_dimension", type: "INT32", of: (_, { groupDimension }) => groupDimension },
  { name: "basis_count", type: "INT32", of: (_, { basisCount }) => basisCount },
  { name: "tolerance", type: "DOUBLE", of: (_, { tolerance }) => tolerance },
  { name: "score", type: "DOUBLE", of: (_, { score }) => score },
  { name: "law_exact", type: "BOOLEAN", of: (_, { law }) => law.exact },
  { name: "law_range", type: "DOUBLE", of: (_, { law }) => law.range },
  { name: "map_exact", type: "BOOLEAN", of: (_, { map }) => map?.exact ?? null },
  { name: "map_range", type: "DOUBLE", of: (_, { map }) => map?.range ?? null },
  { name: "x_copies", type: "INT32", of: (_, { xCopies }) => xCopies },
  { name: "y_copies", type: "INT32", of: (_, { yCopies }) => yCopies },
  { name: "labels", type: "INT32", of: (_, { labels }) => labels },
];

/** Where an entry stands, from 1, and what it is. */
const ENTRY = [
  { name: "generator", type: "INT32" },
  { name: "row", type: "INT32" },
  { name: "column", type: "INT32" },
  { name: "value", type: "DOUBLE" },
] as const;

/** A row for each entry of each matrix, so that tables of several sweeps can be put under one another. */
export interface Table {
  readonly columns: readonly { readonly name: string; readonly type: Column["type"] }[];
  readonly rows: readonly (readonly Cell[])[];
}

export const tableOf = (carried: Carried): Table => ({
  columns: [...COLUMNS.map(({ name, type }) => ({ name, type })), ...ENTRY],
  rows: carried.levels.flatMap((level) => {
    const facts = COLUMNS.map(({ of }) => of(carried, level));
    return level.basis.flatMap((rows, k) =>
      rows.flatMap((row, i) => row.map((value, j) => [...facts, k + 1, i + 1, j + 1, value])),
    );
  }),
});
