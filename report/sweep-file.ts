import type { DatasetSpec, SweepSpec } from "../sweep/index.ts";

/** The sweep file of a spec: read again it asks the same question. Strings and lists are JSON, which is YAML too. */
export function sweepFile({
  sweep,
  dataset,
  search,
  training,
  selection,
  limits,
}: SweepSpec): string {
  return [
    `sweep: ${JSON.stringify(sweep)}`,
    ...group("dataset", datasetFields(dataset)),
    ...group("search", search),
    ...group("training", training),
    ...group("selection", selection),
    ...group("limits", limits),
    "",
  ].join("\n");
}

/** The fields of the file's form, where the kind of a file is told by what it names. */
function datasetFields(dataset: DatasetSpec): object {
  switch (dataset.kind) {
    case "two-body":
    case "asymmetric": {
      const { kind: name, ...fields } = dataset;
      return { name, ...fields };
    }
    case "synthetic": {
      const { kind: _, set: name, ...fields } = dataset;
      return { name, ...fields };
    }
    case "series":
    case "pairs": {
      const { kind: _, ...fields } = dataset;
      return fields;
    }
  }
}

/** On one line, or a line for each field where that is too long. */
function group(name: string, fields: object): readonly string[] {
  const line = `${name}: ${flow(fields)}`;
  if (line.length <= WIDTH) return [line];
  return [`${name}:`, ...inOrder(fields).map(([field, value]) => `  ${field}: ${flow(value)}`)];
}

const flow = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = inOrder(value).map(([name, field]) => `${name}: ${flow(field)}`);
  return `{ ${fields.join(", ")} }`;
};

/** The fields there are, in the order of docs/sweep-file.md: the database keeps none. */
export const inOrder = (fields: object): readonly [string, unknown][] =>
  Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => placeOf(a) - placeOf(b));

const placeOf = (name: string): number => {
  const place = ORDER.indexOf(name);
  return place === -1 ? ORDER.length : place;
};

const ORDER: readonly string[] = [
  ...["name", "trajectories", "samples", "law", "seed", "warp", "strength"],
  ...[
    "file",
    "series",
    "columns",
    "window",
    "input",
    "output",
    "x",
    "vectors",
    "y",
    "target",
    "group",
  ],
  ...["basisCount", "regularization", "overlapWeight", "groupDimension", "seeds"],
  ...["objective", "epochs", "batchSize", "hiddenWidth", "coefficientScale"],
  ...["generatorRate", "discriminatorRate", "heldOut"],
  ...["displacement", "tolerance", "classifierSteps", "packSize", "concurrentPacks"],
];

const WIDTH = 78;
