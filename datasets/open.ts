import type { Dataset, DatasetSpec } from "../sweep/index.ts";
import { asymmetric } from "./asymmetric.ts";
import { DatasetError } from "./errors.ts";
import { fingerprint } from "./facts.ts";
import { readPairs } from "./pairs.ts";
import { readSeries } from "./series.ts";
import { synthetic } from "./synthetic.ts";
import { twoBody } from "./two-body.ts";

/**
 * The samples a sweep asks for: the same spec (and file) gives the same numbers on every machine.
 *
 * @throws DatasetError for every fault of the data
 */
export async function openDataset(spec: DatasetSpec): Promise<Dataset> {
  switch (spec.kind) {
    case "two-body":
      return twoBody(spec);
    case "asymmetric":
      return asymmetric(spec);
    case "synthetic":
      return synthetic(spec);
    case "series":
      return await readSeries(spec);
    case "pairs":
      return await readPairs(spec);
  }
}

/** What a sweep was asked about: where its data come from, and their fingerprint then, where that is known. */
export type AskedData = DatasetSpec & { readonly sha256?: string };

/**
 * The same data once more, for whoever works on the sweep. What is generated is what its spec says; a file may
 * have changed since.
 *
 * @throws DatasetError for every fault of the data, and where they are others by now
 */
export async function reopenDataset(asked: AskedData): Promise<Dataset> {
  const dataset = await openDataset(asked);
  const { sha256 } = asked;
  if (sha256 === undefined || !("file" in asked)) return dataset;
  const now = fingerprint(dataset);
  if (now === sha256) return dataset;
  throw new DatasetError(
    { file: asked.file },
    `the data have changed since they were asked about (sha256 ${sha256.slice(0, 12)}… then, ${now.slice(0, 12)}… now)`,
    "Restore the file, or ask about the new data under another name",
  );
}
