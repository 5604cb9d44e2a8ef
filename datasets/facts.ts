import { createHash } from "node:crypto";
import type { Dataset, DatasetFacts } from "../sweep/index.ts";
import { whiten } from "./whiten.ts";

/** What a sweep keeps of its data: shape, fingerprint and the second moment of whole d-vectors. */
export function describeDataset(dataset: Dataset): DatasetFacts {
  const { title, samples, dimension, inputBlocks, outputBlocks, labels } = dataset;
  const { rank, secondMoment } = whiten(dataset, dimension);
  return {
    title,
    sha256: fingerprint(dataset),
    samples,
    groups: new Set(dataset.groups).size,
    dimension,
    inputBlocks,
    outputBlocks,
    labels,
    rank,
    secondMoment,
  };
}

/** Of everything that trials see, in hexadecimal. */
export function fingerprint({
  samples,
  dimension,
  inputBlocks,
  outputBlocks,
  ...rest
}: Dataset): string {
  const shape = [samples, dimension, inputBlocks, outputBlocks, rest.labels].join(" ");
  return createHash("sha256")
    .update(`${shape}\n`)
    .update(bytes(rest.values))
    .update(bytes(rest.groups))
    .digest("hex");
}

const bytes = ({ buffer, byteOffset, byteLength }: Float64Array | Int32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
