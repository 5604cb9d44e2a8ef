import type { Dataset, DatasetSpec } from "../sweep/index.ts";
import { asymmetric } from "./asymmetric.ts";
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
