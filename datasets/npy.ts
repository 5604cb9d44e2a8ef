import { DatasetError, type Place } from "./errors.ts";

/** Shape and numbers of one `.npy` file, versions 1 to 3 of the format (NEP 1), as float64. */
export function parseNpy(
  bytes: Uint8Array,
  place: Place,
): { readonly shape: readonly number[]; readonly values: Float64Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { header, start } = readHeader(bytes, view, place);
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const dimensions = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (dimensions === undefined) throw damaged(place, `its header has no shape: ${header.trim()}`);
  if (type === undefined)
    throw refused(place, "it is a record array", "Save each field as an array of its own");
  if (/'fortran_order':\s*True/.test(header))
    throw refused(
      place,
      "it is stored in Fortran (column-major) order",
      "Save numpy.ascontiguousarray of it",
    );
  const read = readers[type.replace(/^[|=]/, "<")];
  if (!read)
    throw refused(
      place,
      `its type is ${type === "|O" ? "object" : `"${type}"`}`,
      "Save it as little-endian numbers, for instance .astype(numpy.float32)",
    );
  const shape = dimensions
    .split(",")
    .map((size) => size.trim())
    .filter((size) => size !== "")
    .map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  const [size, get] = read;
  if (start + count * size > bytes.length)
    throw damaged(
      place,
      `shape (${shape.join(", ")}) of ${type} needs ${count * size} bytes, the entry has ${bytes.length - start}`,
    );
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = get(view, start + i * size);
  return { shape, values };
}

function readHeader(bytes: Uint8Array, view: DataView, place: Place) {
  if (bytes.length < 12 || String.fromCharCode(...bytes.subarray(1, 6)) !== "NUMPY")
    throw damaged(place, "the entry is not a NumPy array");
  const wide = view.getUint8(6) > 1;
  const start = (wide ? 12 : 10) + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  return { header: new TextDecoder().decode(bytes.subarray(wide ? 12 : 10, start)), start };
}

type Read = readonly [bytes: number, get: (view: DataView, at: number) => number];

/**
 * 64-bit integers beyond 2⁵³ lose their last bits. Ids that large stay distinct unless they differ in
 * those bits alone; measurements do not notice.
 */
const readers: Readonly<Record<string, Read>> = {
  "<f4": [4, (view, at) => view.getFloat32(at, true)],
  "<f8": [8, (view, at) => view.getFloat64(at, true)],
  "<i1": [1, (view, at) => view.getInt8(at)],
  "<i2": [2, (view, at) => view.getInt16(at, true)],
  "<i4": [4, (view, at) => view.getInt32(at, true)],
  "<i8": [8, (view, at) => Number(view.getBigInt64(at, true))],
  "<u1": [1, (view, at) => view.getUint8(at)],
  "<u2": [2, (view, at) => view.getUint16(at, true)],
  "<u4": [4, (view, at) => view.getUint32(at, true)],
  "<u8": [8, (view, at) => Number(view.getBigUint64(at, true))],
  "<b1": [1, (view, at) => (view.getUint8(at) === 0 ? 0 : 1)],
};

const refused = (place: Place, seen: string, remedy: string) =>
  new DatasetError(place, `${seen}, which is not read here`, remedy);

const damaged = (place: Place, seen: string) =>
  new DatasetError(place, seen, "Write the file again with numpy.savez");
