import { readFile } from "node:fs/promises";
import { unzipSync } from "fflate";
import { DatasetError } from "./errors.ts";
import { parseNpy } from "./npy.ts";

/** One array of numbers, whatever its type on file; every entry is finite. */
export interface NumericArray {
  readonly file: string;
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float64Array;
}

/** An `.npz` archive whose arrays are unpacked as they are asked for. */
export interface Npz {
  readonly file: string;
  readonly names: readonly string[];
  /** @throws {@link DatasetError} when there is no such array, or it is no array of finite numbers. */
  array(name: string): NumericArray;
}

/** @throws {@link DatasetError} when the file is missing or is not a zip of `.npy` arrays. */
export async function openNpz(file: string): Promise<Npz> {
  const bytes = await readBytes(file);
  const names = listNames(file, bytes);
  return {
    file,
    names,
    array(name) {
      if (!names.includes(name))
        throw new DatasetError(
          { file },
          `there is no array "${name}"; the file holds ${names.map((n) => `"${n}"`).join(", ") || "none"}`,
          "Name one of those in the sweep file",
        );
      const entry = unpack(file, name, bytes);
      const array = { file, name, ...parseNpy(entry, { file, array: name }) };
      refuseInfinite(array);
      return array;
    },
  };
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new DatasetError(
      { file },
      code === "ENOENT" ? "there is no such file" : `the file cannot be read (${code})`,
      "Paths are relative to the folder of the sweep file, and must exist where the worker runs",
    );
  }
}

function listNames(file: string, bytes: Uint8Array): readonly string[] {
  const names: string[] = [];
  try {
    unzipSync(bytes, { filter: ({ name }) => names.push(name) < 0 });
  } catch {
    throw new DatasetError(
      { file },
      "this is not an .npz file (a zip of NumPy arrays)",
      "Write it with numpy.savez or numpy.savez_compressed",
    );
  }
  return names.filter((name) => name.endsWith(".npy")).map((name) => name.slice(0, -4));
}

function unpack(file: string, name: string, bytes: Uint8Array): Uint8Array {
  try {
    const entry = unzipSync(bytes, { filter: (f) => f.name === `${name}.npy` })[`${name}.npy`];
    if (entry) return entry;
  } catch {
    // Told below: a listed entry that does not unpack is damaged.
  }
  throw new DatasetError(
    { file, array: name },
    "the entry cannot be unpacked",
    "Write the file again",
  );
}

function refuseInfinite({ file, name, shape, values }: NumericArray): void {
  const first = values.findIndex((value) => !Number.isFinite(value));
  if (first < 0) return;
  const count = values.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
  throw new DatasetError(
    { file, array: name },
    `${count} of ${values.length} numbers are NaN or infinite, the first (${values[first]}) at [${position(first, shape)}]`,
    "Drop or fill those samples before the sweep",
  );
}

function position(index: number, shape: readonly number[]): string {
  let rest = index;
  return shape
    .map((_, axis) => {
      const stride = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
      const here = Math.floor(rest / stride);
      rest -= here * stride;
      return here;
    })
    .join(", ");
}
