import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openNpz } from "../../datasets/npz.ts";
import { type Carried, carriedOf, exported } from "../../export/index.ts";
import { sweepId } from "../../sweep/index.ts";
import { facts, found } from "../store/samples.ts";
import { answerOf, pythonWith } from "../support/python.ts";
import { carried, entriesOf } from "./samples.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "liesweep-export-"));
});
afterAll(() => rm(folder, { recursive: true }));

const source = {
  sweep: sweepId("two"),
  dataset: facts(),
  verdict: found,
  version: "0.1.0",
};

const bytesOf = async (of: Carried, format: "npz" | "parquet"): Promise<Uint8Array> => {
  const content = await exported(of, format);
  if (typeof content === "string") throw new Error(`${format} is no text`);
  return content;
};

async function written(of: Carried, format: "npz" | "parquet"): Promise<string> {
  const file = join(folder, `any.${format}`);
  await writeFile(file, await bytesOf(of, format));
  return file;
}

describe("every format gives back what went in, to the bit", () => {
  it("json", async () => {
    await fc.assert(
      fc.asyncProperty(carried, async (of) => {
        const text = String(await exported(of, "json"));
        // JSON has one zero.
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(of)));
      }),
    );
  });

  it("csv", async () => {
    await fc.assert(
      fc.asyncProperty(carried, async (of) => {
        const [header, ...lines] = String(await exported(of, "csv"))
          .trimEnd()
          .split("\n");
        const value = header?.split(",").indexOf("value") ?? -1;
        // The name of so(1,3) ⊕ ℝ is quoted and has the only other comma.
        const cells = lines.map((line) => line.replace(/"[^"]*"/, "quoted").split(","));
        expect(cells.map((row) => Number(row[value]) + 0)).toEqual(
          entriesOf(of).map((entry) => entry + 0),
        );
      }),
    );
  });

  it("npz, read by our own reader, and the same bytes again", async () => {
    await fc.assert(
      fc.asyncProperty(carried, async (of) => {
        const npz = await openNpz(await written(of, "npz"));
        for (const { level, dimension, groupDimension: n, basis } of of.levels) {
          const array = npz.array(`level_${level}`);
          expect(array.shape).toEqual([dimension, n, n]);
          expect(array.values).toEqual(Float64Array.from(basis.flat(2)));
        }
        expect(await bytesOf(of, "npz")).toEqual(await bytesOf(of, "npz"));
      }),
      { numRuns: 50 },
    );
  });

  it("parquet, read by hyparquet, with the metadata", async () => {
    await fc.assert(
      fc.asyncProperty(carried, async (of) => {
        const { buffer } = await bytesOf(of, "parquet");
        const file = buffer as ArrayBuffer;
        const rows = await parquetReadObjects({ file });
        expect(rows.map(({ value }) => value)).toEqual(entriesOf(of));
        const facts = rows.map(({ level, name, map_exact }) => ({ level, name, map_exact }));
        expect(facts).toEqual(
          of.levels.flatMap(({ level, name, map, basis }) =>
            basis.flat(2).map(() => ({ level, name, map_exact: map?.exact ?? null })),
          ),
        );
        const metadata = parquetMetadata(file).key_value_metadata;
        expect(metadata).toContainEqual({
          key: "liesweep",
          value: await exported(of, "json"),
        });
      }),
      { numRuns: 50 },
    );
  });
});

describe("Python's own readers", () => {
  const withNumpy = pythonWith("numpy");
  it.skipIf(withNumpy === undefined)("numpy takes the npz without pickles", async () => {
    const of = carriedOf(source);
    await written(of, "npz");
    const read = answerOf(
      withNumpy ?? "",
      [
        "import numpy",
        "file = numpy.load('any.npz')",
        "arrays = [file[name].tolist() for name in sorted(file.files) if name != 'metadata']",
        "print(json.dumps([str(file['level_1'].dtype), arrays, json.loads(str(file['metadata']))]))",
      ],
      folder,
    );
    expect(read).toEqual([
      "float64",
      of.levels.map(({ basis }) => basis),
      { ...of, levels: of.levels.map(({ basis: _, ...facts }) => facts) },
    ]);
  });

  const withPandas = pythonWith("pandas", "pyarrow");
  it.skipIf(withPandas === undefined)("pandas takes parquet and csv for one table", async () => {
    const of = carriedOf(source);
    await written(of, "parquet");
    await writeFile(join(folder, "any.csv"), await exported(of, "csv"));
    const read = answerOf(
      withPandas ?? "",
      [
        "import pandas",
        "parquet, csv = pandas.read_parquet('any.parquet'), pandas.read_csv('any.csv')",
        "same = all(parquet[c].dropna().tolist() == csv[c].dropna().tolist() for c in csv)",
        "print(json.dumps([same, list(parquet.columns) == list(csv.columns), parquet.value.tolist()]))",
      ],
      folder,
    );
    expect(read).toEqual([true, true, entriesOf(of)]);
  });
});

describe("what is carried", () => {
  it("is every level, or the one asked for", () => {
    expect(carriedOf(source).levels.map(({ level }) => level)).toEqual([1, 2]);
    expect(carriedOf(source, 2).levels.map(({ level }) => level)).toEqual([2]);
    expect(() => carriedOf(source, 3)).toThrow(
      "two has no level 3: its levels are numbered 1 to 2",
    );
  });

  it("counts the vectors that one matrix moves, and says what becomes of y", () => {
    const dataset = { ...facts(), dimension: 8, inputBlocks: 2 };
    const copies = (outputBlocks: number, labels: number) => {
      const { y, levels } = carriedOf({
        ...source,
        dataset: { ...dataset, outputBlocks, labels },
      });
      return [y, levels[0]?.xCopies, levels[0]?.yCopies, levels[0]?.labels];
    };
    expect(copies(1, 0)).toEqual(["vector", 8, 4, 0]);
    expect(copies(0, 1)).toEqual(["scalar", 8, 0, 1]);
    expect(copies(0, 0)).toEqual(["none", 8, 0, 0]);
  });

  it("is nothing where no group was found, and the error says so", () => {
    const { levels: _, ...rest } = found;
    for (const status of ["none", "inconclusive"] as const)
      expect(() => carriedOf({ ...source, verdict: { ...rest, status, levels: [] } })).toThrow(
        `two has no basis to export: its verdict is ${status}.`,
      );
    expect(() => carriedOf({ ...source, verdict: undefined })).toThrow("it has no verdict yet");
  });
});
