import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";

/** One array to be written, numbers little-endian and row-major. */
export interface Written {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  /** NumPy's name of the type. @defaultValue "<f8" */
  readonly type?: string;
  readonly fortran?: boolean;
  /** Version of the format. @defaultValue 1 */
  readonly version?: 1 | 2 | 3;
}

/** A folder of `.npz` files that lasts as long as the tests of one file. */
export async function npzFolder() {
  const folder = await mkdtemp(join(tmpdir(), "liesweep-npz-"));
  let count = 0;
  return {
    folder,
    async write(arrays: Readonly<Record<string, Written>>): Promise<string> {
      const entries = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, npy(array)]);
      return await this.writeBytes(zipSync(Object.fromEntries(entries)));
    },
    async writeBytes(bytes: Uint8Array): Promise<string> {
      const file = join(folder, `${count++}.npz`);
      await writeFile(file, bytes);
      return file;
    },
    async remove(): Promise<void> {
      await rm(folder, { recursive: true });
    },
  };
}

function npy({ shape, values, type = "<f8", fortran = false, version = 1 }: Written): Uint8Array {
  const sizes = shape.map((size) => `${size},`).join(" ");
  const text = `{'descr': '${type}', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': (${sizes}), }\n`;
  const header = new TextEncoder().encode(text);
  const wide = version > 1;
  const start = (wide ? 12 : 10) + header.length;
  const write = writers[type] ?? writers["<f8"]!;
  const bytes = new Uint8Array(start + values.length * write[0]);
  const view = new DataView(bytes.buffer);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), version, 0]);
  if (wide) view.setUint32(8, header.length, true);
  else view.setUint16(8, header.length, true);
  bytes.set(header, wide ? 12 : 10);
  for (const [i, value] of values.entries()) write[1](view, start + i * write[0], value);
  return bytes;
}

type Write = readonly [bytes: number, set: (view: DataView, at: number, value: number) => void];

const writers: Readonly<Record<string, Write>> = {
  "<f4": [4, (view, at, value) => view.setFloat32(at, value, true)],
  "<f8": [8, (view, at, value) => view.setFloat64(at, value, true)],
  "|i1": [1, (view, at, value) => view.setInt8(at, value)],
  "<i2": [2, (view, at, value) => view.setInt16(at, value, true)],
  "<i4": [4, (view, at, value) => view.setInt32(at, value, true)],
  "<i8": [8, (view, at, value) => view.setBigInt64(at, BigInt(value), true)],
  "|u1": [1, (view, at, value) => view.setUint8(at, value)],
  "<u2": [2, (view, at, value) => view.setUint16(at, value, true)],
  "<u4": [4, (view, at, value) => view.setUint32(at, value, true)],
  "<u8": [8, (view, at, value) => view.setBigUint64(at, BigInt(value), true)],
  "|b1": [1, (view, at, value) => view.setUint8(at, value)],
};
