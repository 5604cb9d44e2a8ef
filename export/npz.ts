import { type Zippable, zipSync } from "fflate";
import type { Carried } from "./carried.ts";

/**
 * An archive for `numpy.load`: `level_1`, … of shape (dim 𝔤, n, n) in float64, and `metadata`, one
 * text that holds as JSON everything but the matrices. The same export gives the same bytes.
 */
export function npzOf(carried: Carried): Uint8Array {
  const levels = carried.levels.map(({ basis: _, ...facts }) => facts);
  const entries: Zippable = {
    "metadata.npy": text(JSON.stringify({ ...carried, levels })),
  };
  for (const { level, groupDimension: n, basis } of carried.levels)
    entries[`level_${level}.npy`] = npy("<f8", [basis.length, n, n], float64Bytes(basis.flat(2)));
  return zipSync(entries, { mtime: ZIP_EPOCH });
}

/** A text as NumPy keeps one: an array without axes, of UTF-32. */
function text(value: string): Uint8Array {
  const points = Array.from(value, (letter) => letter.codePointAt(0) ?? 0);
  const bytes = new DataView(new ArrayBuffer(4 * points.length));
  for (const [i, point] of points.entries()) bytes.setUint32(4 * i, point, true);
  return npy(`<U${points.length}`, [], bytes);
}

function float64Bytes(values: readonly number[]): DataView {
  const bytes = new DataView(new ArrayBuffer(8 * values.length));
  for (const [i, value] of values.entries()) bytes.setFloat64(8 * i, value, true);
  return bytes;
}

/** Version 1.0 of the format (NEP 1): header and data begin at multiples of 64. */
function npy(type: string, shape: readonly number[], data: DataView): Uint8Array {
  const sizes = shape.map((size) => `${size}, `).join("");
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const padded = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`;
  const bytes = new Uint8Array(10 + padded.length + data.byteLength);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0]);
  new DataView(bytes.buffer).setUint16(8, padded.length, true);
  bytes.set(new TextEncoder().encode(padded), 10);
  bytes.set(new Uint8Array(data.buffer), 10 + padded.length);
  return bytes;
}

/** The first moment that a zip can name. */
const ZIP_EPOCH = new Date(1980, 0, 1);
