import type { Carried } from "./carried.ts";
import { csvOf } from "./csv.ts";
import { jsonOf } from "./json.ts";
import { npzOf } from "./npz.ts";
import { parquetOf } from "./parquet.ts";
import { emlpOf, pythonOf } from "./python.ts";

export { type Carried, carriedOf } from "./carried.ts";

export const EXPORT_FORMATS = ["npz", "json", "csv", "parquet", "python", "emlp"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** A whole file; text is UTF-8. `python` and `emlp` hold one level, the first of `carried`. */
export const exported = async (carried: Carried, format: ExportFormat): Promise<FileContent> =>
  WRITERS[format](carried);

type FileContent = string | Uint8Array;

const WRITERS: Readonly<
  Record<ExportFormat, (carried: Carried) => FileContent | Promise<FileContent>>
> = {
  npz: npzOf,
  json: jsonOf,
  csv: csvOf,
  parquet: parquetOf,
  python: pythonOf,
  emlp: emlpOf,
};
