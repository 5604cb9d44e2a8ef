import type { Carried } from "./carried.ts";
import { jsonOf } from "./json.ts";
import { tableOf } from "./table.ts";

/** The table of the CSV file with its types; what JSON says stands in the file's metadata under `liesweep`. */
export async function parquetOf(carried: Carried): Promise<Uint8Array> {
  // Not at the top: every command would wait for it.
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const { columns, rows } = tableOf(carried);
  const columnData = columns.map(({ name, type }, at) => ({
    name,
    type,
    data: rows.map((row) => row[at] ?? null),
  }));
  const kvMetadata = [{ key: "liesweep", value: jsonOf(carried) }];
  return new Uint8Array(
    parquetWriteBuffer({ columnData, kvMetadata, createdBy: `liesweep ${carried.version}` }),
  );
}
