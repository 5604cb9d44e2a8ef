import { afterAll, describe, expect, test } from "vitest";
import { DatasetError, describeDataset, openDataset, reopenDataset } from "../../datasets/index.ts";
import type { DatasetSpec } from "../../sweep/index.ts";
import { tolerance } from "../support/arbitrary.ts";
import { npzFolder, type Written } from "../support/npz.ts";

const files = await npzFolder();
afterAll(() => files.remove());

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const window = { input: 1, output: 1 };
const series = (file: string, more = {}): DatasetSpec => ({
  kind: "series",
  file,
  series: "paths",
  window,
  ...more,
});
const pairs = (file: string, more = {}): DatasetSpec => ({
  kind: "pairs",
  file,
  x: "x",
  target: "none",
  ...more,
});
const x: Written = { shape: [4, 2], values: [1, 2, 3, 4, 5, 6, 7, 8] };

test("data that are opened again are what they were, or refused", async () => {
  const file = await files.write({ x });
  const dataset = await openDataset(pairs(file));
  const { sha256 } = describeDataset(dataset);
  expect(await reopenDataset({ ...pairs(file), sha256 })).toEqual(dataset);
  const changed = await files.write({ x: { ...x, values: [9, ...x.values.slice(1)] } });
  await expect(reopenDataset({ ...pairs(changed), sha256 })).rejects.toThrow(
    new RegExp(`changed since they were asked about .sha256 ${sha256.slice(0, 12)}`),
  );
  expect(await reopenDataset(pairs(changed))).toEqual(await openDataset(pairs(changed)));
});

describe("series", () => {
  test("are cut into all windows but the last legal one, columns as listed", async () => {
    const file = await files.write({ paths: { shape: [2, 5, 3], values: range(30) } });
    const data = await openDataset(
      series(file, { columns: [2, 0], window: { input: 2, output: 1 } }),
    );
    expect([data.samples, data.dimension, data.inputBlocks, data.outputBlocks]).toEqual([
      4, 2, 2, 1,
    ]);
    expect([...data.groups]).toEqual([0, 0, 1, 1]);
    expect([...data.values.subarray(0, 12)]).toEqual([2, 0, 5, 3, 8, 6, 5, 3, 8, 6, 11, 9]);
    expect([...data.values.subarray(12, 14)]).toEqual([17, 15]);
  });
});

describe("pairs", () => {
  test("y as vectors moves along", async () => {
    const y = { shape: [4, 2, 2], values: range(16) };
    const data = await openDataset(
      pairs(await files.write({ x, y }), { y: "y", target: "vector" }),
    );
    expect([data.dimension, data.inputBlocks, data.outputBlocks, data.labels]).toEqual([
      2, 1, 2, 0,
    ]);
    expect([...data.values.subarray(0, 6)]).toEqual([1, 2, 0, 1, 2, 3]);
  });

  test("x as blocks of vectors keeps them apart", async () => {
    const blocks = { shape: [2, 3, 2], values: range(12) };
    const data = await openDataset(pairs(await files.write({ x: blocks })));
    expect([data.samples, data.dimension, data.inputBlocks]).toEqual([2, 2, 3]);
  });

  test("y as a scalar is brought to mean 0 and deviation 1", async () => {
    const y = { shape: [4], values: [10, 20, 20, 30] };
    const data = await openDataset(
      pairs(await files.write({ x, y }), { y: "y", target: "scalar" }),
    );
    const labels = range(4).map((i) => data.values[i * 3 + 2]!);
    const root = Math.SQRT2;
    for (const [i, label] of labels.entries())
      expect(Math.abs(label - [-root, 0, 0, root][i]!)).toBeLessThan(tolerance.rounding);
  });

  test("y as a class becomes one column per class", async () => {
    const y = { shape: [4], values: [7, -1, 7, 3], type: "<i8" };
    const data = await openDataset(pairs(await files.write({ x, y }), { y: "y", target: "class" }));
    expect(data.labels).toBe(3);
    expect(range(4).map((i) => [...data.values.subarray(i * 5 + 2, i * 5 + 5)])).toEqual([
      [0, 0, 1],
      [1, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
    ]);
  });

  test("groups are renumbered from 0 in order of appearance; without them every sample is its own", async () => {
    const id = { shape: [4], values: [9, 4, 9, 5], type: "<u2" };
    const file = await files.write({ x, id });
    expect([...(await openDataset(pairs(file, { group: "id" }))).groups]).toEqual([0, 1, 0, 2]);
    expect([...(await openDataset(pairs(file))).groups]).toEqual([0, 1, 2, 3]);
  });
});

describe("npy", () => {
  test.each(["<f4", "<f8", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", "|b1"])(
    "type %s is read",
    async (type) => {
      const file = await files.write({ x: { shape: [4, 1], values: [1, 0, 1, 1], type } });
      expect([...(await openDataset(pairs(file))).values]).toEqual([1, 0, 1, 1]);
    },
  );

  test.each([1, 2, 3] as const)("version %i of the format is read", async (version) => {
    const file = await files.write({ x: { ...x, version } });
    expect([...(await openDataset(pairs(file))).values]).toEqual(x.values);
  });

  test("negative integers and fractions keep their value", async () => {
    const ints = { shape: [2, 1], values: [-100, 100], type: "|i1" };
    const floats = { shape: [2, 1], values: [-0.1, 1e-7], type: "<f4" };
    const file = await files.write({ x: ints, y: floats });
    const { values } = await openDataset(pairs(file, { y: "y", target: "vector" }));
    expect([values[0], values[2]]).toEqual([-100, 100]);
    expect(Math.abs(values[1]! + 0.1)).toBeLessThan(tolerance.float32);
  });
});

describe("every fault of the data is one DatasetError that names the place, the sight and the remedy", () => {
  const paths = { shape: [3, 4, 2], values: range(24) };
  const y = (values: readonly number[], shape: readonly number[] = [values.length]) => ({
    x,
    y: { shape, values },
  });
  const withNaN = (at: number) => range(24).map((v) => (v === at ? Number.NaN : v));
  const cases: readonly (readonly [
    fault: string,
    arrays: Readonly<Record<string, Written>>,
    spec: (file: string) => DatasetSpec,
    message: RegExp,
  ])[] = [
    ["a missing array", { a: x, b: x }, series, /no array "paths"; the file holds "a", "b"/],
    [
      "a wrong rank",
      { paths: x },
      series,
      /"paths": shape \(4, 2\) has 2 axes, and a series has three/,
    ],
    [
      "a pair of four axes",
      { x: { shape: [1, 1, 2, 2], values: range(4) } },
      pairs,
      /neither \(samples, d\)/,
    ],
    [
      "columns out of range",
      { paths },
      (f) => series(f, { columns: [0, 2, 5] }),
      /columns 2, 5 are out of range: there are 2/,
    ],
    [
      "NaN",
      { paths: { ...paths, values: withNaN(13) } },
      series,
      /1 of 24 numbers are NaN or infinite, the first \(NaN\) at \[1, 2, 1\]/,
    ],
    [
      "infinity",
      { x: { shape: [2, 1], values: [1, -Infinity] } },
      pairs,
      /first \(-Infinity\) at \[1, 0\]/,
    ],
    [
      "one trajectory",
      { paths: { shape: [1, 4, 2], values: range(8) } },
      series,
      /one trajectory.*at least 2/,
    ],
    [
      "one group",
      { x, id: { shape: [4], values: [1, 1, 1, 1] } },
      (f) => pairs(f, { group: "id" }),
      /one group/,
    ],
    [
      "a window too long",
      { paths },
      (f) => series(f, { window: { input: 2, output: 2 } }),
      /2 \+ 2 steps needs a series of at least 5, and this one has 4/,
    ],
    [
      "lengths that differ",
      y([1, 2]),
      (f) => pairs(f, { y: "y", target: "scalar" }),
      /it has 2 samples and "x" has 4/,
    ],
    [
      "groups that differ in length",
      y([1, 2]),
      (f) => pairs(f, { group: "y" }),
      /it has 2 ids and "x" has 4 samples/,
    ],
    [
      "y of another dimension",
      y(range(12), [4, 3]),
      (f) => pairs(f, { y: "y", target: "vector" }),
      /dimension 3, those of "x" 2/,
    ],
    [
      "class ids that are no integers",
      y([0, 1, 0.5, 1]),
      (f) => pairs(f, { y: "y", target: "class" }),
      /class ids are integers, and sample 2 has 0.5/,
    ],
    [
      "one class",
      y([1, 1, 1, 1]),
      (f) => pairs(f, { y: "y", target: "class" }),
      /1 different classes/,
    ],
    [
      "a constant scalar",
      y([3, 3, 3, 3]),
      (f) => pairs(f, { y: "y", target: "scalar" }),
      /same for every sample/,
    ],
    ["Fortran order", { x: { ...x, fortran: true } }, pairs, /Fortran.*ascontiguousarray/],
    ["objects", { x: { ...x, type: "|O" } }, pairs, /its type is object/],
    ["big-endian numbers", { x: { ...x, type: ">f8" } }, pairs, /">f8".*little-endian/],
    [
      "a truncated array",
      { x: { ...x, shape: [5, 2] } },
      pairs,
      /needs 80 bytes, the entry has 64/,
    ],
  ];

  test.each(cases)("%s", async (_, arrays, spec, message) => {
    const file = await files.write(arrays);
    const error = await faultOf(spec(file));
    expect(error.message).toMatch(message);
    expect(error.message.startsWith(file)).toBe(true);
    expect(error.file).toBe(file);
  });

  test("a missing file", async () => {
    expect((await faultOf(series(`${files.folder}/none.npz`))).message).toMatch(/no such file/);
  });

  test("a file that is no zip", async () => {
    const file = await files.writeBytes(new TextEncoder().encode("x,y\n1,2\n"));
    expect((await faultOf(series(file))).message).toMatch(/not an .npz file.*numpy.savez/);
  });
});

async function faultOf(spec: DatasetSpec): Promise<DatasetError> {
  const error = await openDataset(spec).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DatasetError)) throw new Error(`expected a DatasetError, got ${error}`);
  return error;
}
