import { basename } from "node:path";
import type { Dataset, PairsSpec } from "../sweep/index.ts";
import { DatasetError } from "./errors.ts";
import { standardise } from "./labels.ts";
import { type Npz, type NumericArray, openNpz } from "./npz.ts";

/** Pairs (x, y) of an `.npz` file: x moves, y moves along or is a label that stays. */
export async function readPairs(spec: PairsSpec): Promise<Dataset> {
  const npz = await openNpz(spec.file);
  const x = firstVectors(vectorsOf(npz.array(spec.x)), spec);
  const samples = x.samples;
  const { vectors, labels } = readTarget(spec, npz, x);
  const groups = readGroups(spec, npz, samples);
  const count = new Set(groups).size;
  if (count < 2)
    throw new DatasetError(
      { file: spec.file, array: spec.group ?? spec.x },
      `there ${count === 1 ? "is one group" : "are no samples"}, and validity is judged on groups held out from training`,
      "Give at least 2 groups, or leave `group` out to hold out single samples",
    );
  const parts = [x, ...(vectors ? [vectors] : []), ...(labels ? [labels] : [])];
  const kept = spec.vectors === undefined ? "" : `, first ${spec.vectors} vectors`;
  return {
    title: `${basename(spec.file)}, ${samples} pairs ${spec.x}${kept}${spec.y ? ` and ${spec.y} (${spec.target})` : ""}`,
    samples,
    dimension: x.dimension,
    inputBlocks: x.blocks,
    outputBlocks: vectors?.blocks ?? 0,
    labels: labels?.width ?? 0,
    values: sideBySide(parts, samples),
    groups,
  };
}

/** Some columns of every sample. */
interface Columns {
  readonly values: Float64Array;
  readonly width: number;
}

interface Vectors extends Columns {
  readonly samples: number;
  readonly blocks: number;
  readonly dimension: number;
}

function vectorsOf(array: NumericArray): Vectors {
  const { shape, values } = array;
  const [samples, first, second, ...more] = shape;
  if (samples === undefined || first === undefined || more.length > 0)
    throw refuse(
      array,
      `shape (${shape.join(", ")}) is neither (samples, d) nor (samples, vectors, d)`,
      "Reshape it",
    );
  const [blocks, dimension] = second === undefined ? [1, first] : [first, second];
  if (blocks * dimension === 0)
    throw refuse(array, `shape (${shape.join(", ")}) is empty`, "Check how it was saved");
  return { values, samples, blocks, dimension, width: blocks * dimension };
}

/** The first m vectors of every sample; all of them where the spec does not say. */
function firstVectors(x: Vectors, { file, x: array, vectors = x.blocks }: PairsSpec): Vectors {
  if (vectors > x.blocks)
    throw new DatasetError(
      { file, array },
      `a sample has ${x.blocks} vectors, and the first ${vectors} are asked for`,
      `Use at most ${x.blocks} in dataset.vectors`,
    );
  const width = vectors * x.dimension;
  const values = new Float64Array(x.samples * width);
  for (let i = 0; i < x.samples; i++)
    values.set(x.values.subarray(i * x.width, i * x.width + width), i * width);
  return { ...x, blocks: vectors, width, values };
}

interface Target {
  readonly vectors?: Vectors;
  readonly labels?: Columns;
}

function readTarget(spec: PairsSpec, npz: Npz, x: Vectors): Target {
  if (spec.target === "none" || spec.y === undefined) return {};
  const y = npz.array(spec.y);
  if (y.shape[0] !== x.samples)
    throw refuse(
      y,
      `it has ${y.shape[0] ?? "no"} samples and "${spec.x}" has ${x.samples}`,
      "Give one y for every x",
    );
  switch (spec.target) {
    case "vector": {
      const vectors = vectorsOf(y);
      if (vectors.dimension !== x.dimension)
        throw refuse(
          y,
          `its vectors have dimension ${vectors.dimension}, those of "${spec.x}" ${x.dimension}: one matrix cannot move both`,
          "Reshape to vectors of one dimension, or use target: scalar for a y that stays",
        );
      return { vectors };
    }
    case "scalar":
      return { labels: scalarLabels(y, x.samples) };
    case "class":
      return { labels: classLabels(y, x.samples) };
  }
}

/** Every column brought to mean 0 and deviation 1. */
function scalarLabels(y: NumericArray, samples: number): Columns {
  if (y.shape.length > 2)
    throw refuse(
      y,
      `shape (${y.shape.join(", ")}) has ${y.shape.length} axes, and scalars have one or two`,
      "Reshape it to (samples,) or (samples, scalars)",
    );
  const width = y.values.length / samples;
  const values = y.values.slice();
  for (let column = 0; column < width; column++)
    if (!standardise(values, column, width))
      throw refuse(
        y,
        `column ${column} is the same for every sample, so it tells nothing about x`,
        "Leave it out, or use target: none",
      );
  return { values, width };
}

/** One column per class, in rising order of the ids: 1 for the sample's own, else 0. */
function classLabels(y: NumericArray, samples: number): Columns {
  const ids = integers(y, samples, "class ids");
  const classes = [...new Set(ids)].sort((a, b) => a - b);
  if (classes.length < 2 || classes.length > MOST_CLASSES)
    throw refuse(
      y,
      `it has ${classes.length} different classes, and 2 to ${MOST_CLASSES} can be told apart`,
      classes.length < 2 ? "Use target: none" : "Use target: scalar for measured numbers",
    );
  const width = classes.length;
  const column = new Map(classes.map((id, i) => [id, i]));
  const values = new Float64Array(samples * width);
  for (const [sample, id] of ids.entries()) values[sample * width + (column.get(id) ?? 0)] = 1;
  return { values, width };
}

/** Group ids renumbered from 0 in order of appearance; every sample its own where none are given. */
function readGroups({ group, x }: PairsSpec, npz: Npz, samples: number): Int32Array {
  if (group === undefined) return Int32Array.from({ length: samples }, (_, i) => i);
  const array = npz.array(group);
  if (array.shape[0] !== samples)
    throw refuse(
      array,
      `it has ${array.shape[0] ?? "no"} ids and "${x}" has ${samples} samples`,
      "Give one group id for every sample",
    );
  const numbers = new Map<number, number>();
  return Int32Array.from(integers(array, samples, "group ids"), (id) => {
    const number = numbers.get(id) ?? numbers.size;
    numbers.set(id, number);
    return number;
  });
}

function integers(array: NumericArray, samples: number, what: string): Float64Array {
  if (array.values.length !== samples)
    throw refuse(
      array,
      `shape (${array.shape.join(", ")}) holds ${array.values.length} numbers for ${samples} samples, and ${what} are one each`,
      "Reshape it to (samples,)",
    );
  const broken = array.values.findIndex((id) => !Number.isInteger(id));
  if (broken >= 0)
    throw refuse(
      array,
      `${what} are integers, and sample ${broken} has ${array.values[broken]}`,
      "Number them, or use target: scalar for measured numbers",
    );
  return array.values;
}

function sideBySide(parts: readonly Columns[], samples: number): Float64Array {
  const width = parts.reduce((sum, part) => sum + part.width, 0);
  const values = new Float64Array(samples * width);
  let offset = 0;
  for (const part of parts) {
    for (let i = 0; i < samples; i++)
      values.set(part.values.subarray(i * part.width, (i + 1) * part.width), i * width + offset);
    offset += part.width;
  }
  return values;
}

const refuse = ({ file, name }: NumericArray, seen: string, remedy: string) =>
  new DatasetError({ file, array: name }, seen, remedy);

/** One-hot columns beyond this outweigh any data we know; ids that many are usually measurements. */
const MOST_CLASSES = 100;
