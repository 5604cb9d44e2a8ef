import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { carriedOf, exported } from "../../export/index.ts";
import {
  addScaled,
  algebras,
  bracket,
  expm,
  type Matrix,
  matrix,
  norm,
  scale,
  zeros,
} from "../../lie/index.ts";
import { type Level, sweepId } from "../../sweep/index.ts";
import { facts, found } from "../store/samples.ts";
import { arbitraryMatrix, tolerance } from "../support/arbitrary.ts";
import { answerOf, pythonWith } from "../support/python.ts";
import { foundBy } from "./samples.ts";

const python = pythonWith();
const withEmlp = pythonWith("emlp");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "liesweep-python-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes the module of a sweep whose one level has this basis, x of one vector and y of two labels. */
async function moduleOf(
  basis: readonly Matrix[],
  format: "python" | "emlp",
  labels = 2,
): Promise<void> {
  const n = basis[0]?.dim ?? 0;
  const [first] = found.levels;
  const level = { ...first, groupDimension: n, basis: basis.map(({ data }) => data) } as Level;
  const carried = carriedOf({
    sweep: sweepId("any-sweep"),
    dataset: { ...facts(), title: 'a "title"\n\\', dimension: n, outputBlocks: 0, labels },
    verdict: foundBy([level]),
    version: "0.1.0",
  });
  await writeFile(join(folder, "group.py"), await exported(carried, format));
}

const rowsOf = ({ dim, data }: Matrix): number[][] =>
  Array.from({ length: dim }, (_, i) => Array.from(data.slice(i * dim, (i + 1) * dim)));

/** Of the basis, with these coefficients. */
const combined = (basis: readonly Matrix[], z: readonly number[]): Matrix =>
  basis.reduce((sum, l, k) => addScaled(sum, z[k] ?? 0, l), zeros(basis[0]?.dim ?? 0));

const distance = (rows: unknown, to: Matrix): number =>
  norm(addScaled(matrix(rows as number[][]), -1, to)) / Math.max(1, norm(to));

describe.skipIf(python === undefined)("the Python module", () => {
  const coefficients = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
    minLength: 2,
    maxLength: 2,
  });

  it("has the exponential and the bracket of lie/", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .integer({ min: 1, max: 4 })
          .chain((dim) => fc.tuple(arbitraryMatrix(dim), arbitraryMatrix(dim))),
        coefficients,
        async (basis, z) => {
          await moduleOf(basis, "python");
          const [element, ofZero, product] = answerOf(
            python ?? "",
            [
              "import group",
              `z = ${JSON.stringify(z)}`,
              "zero = [[0.0] * group.N] * group.N",
              "print(json.dumps([group.element(z), group.exponential(zero), group.bracket(*group.BASIS)]))",
            ],
            folder,
          ) as unknown[];
          expect(distance(element, expm(combined(basis, z)))).toBeLessThan(tolerance.rounding);
          expect(distance(ofZero, expm(zeros(basis[0].dim)))).toBe(0);
          expect(distance(product, bracket(...basis))).toBeLessThan(tolerance.rounding);
        },
      ),
      { numRuns: 12 },
    );
  });

  it("holds the basis to the bit, the metadata, and acts on every vector of a sample", async () => {
    const third = scale(1 / 3, algebras.so2[0]);
    await moduleOf([third], "python");
    const [basis, metadata, moved] = answerOf(
      python ?? "",
      [
        "import group",
        "moved = group.act([[0.0, -1.0], [1.0, 0.0]], [1, 2, 3, 4])",
        "print(json.dumps([group.BASIS, group.METADATA, moved]))",
      ],
      folder,
    ) as unknown[];
    expect(basis).toEqual([rowsOf(third)]);
    expect(metadata).toMatchObject({
      sweep: "any-sweep",
      version: "0.1.0",
      data: { title: 'a "title"\n\\', sha256: "a".repeat(64) },
      y: "scalar",
      level: 1,
      name: "so(2)",
      groupDimension: 2,
      basisCount: 1,
      law: { exact: false, range: 0.2 },
      map: { exact: true, range: 2 },
      labels: 2,
    });
    expect(moved).toEqual([-2, 1, -4, 3]);
  });

  it("draws the same element for the same seed, an orthogonal one from so(3)", async () => {
    await moduleOf(algebras.so3, "python");
    const [same, other, gram] = answerOf(
      python ?? "",
      [
        "import group",
        "a, b, c = (group.random_element(seed, scale=2.0) for seed in (7, 7, 8))",
        "print(json.dumps([a == b, a == c, group.multiply(a, list(zip(*a)))]))",
      ],
      folder,
    ) as unknown[];
    expect([same, other]).toEqual([true, false]);
    expect(distance(gram, expm(zeros(3)))).toBeLessThan(tolerance.rounding);
  });
});

describe("the EMLP module", () => {
  it.skipIf(python === undefined)("is Python", async () => {
    await moduleOf(algebras.so3, "emlp");
    const lines = ["import ast", "ast.parse(open('group.py').read())", "print(json.dumps(True))"];
    expect(answerOf(python ?? "", lines, folder)).toBe(true);
  });

  it.skipIf(withEmlp === undefined)(
    "has a group whose equivariant maps are those of its algebra, and representations of x and y",
    async () => {
      await moduleOf(
        [
          addScaled(
            algebras.so2[0],
            0.01,
            matrix([
              [1, 0],
              [0, 0],
            ]),
          ),
        ],
        "emlp",
        1,
      );
      const answer = answerOf(
        withEmlp ?? "",
        [
          "import group",
          "from emlp.reps import V",
          "from emlp.reps.representation import equivariance_error",
          "g = group.DiscoveredGroup()",
          "v = V(g)",
          "maps = (v >> v).equivariant_basis()",
          "error = float(equivariance_error(maps, v, v, g))",
          "sizes = [group.REP_IN(g).size(), group.REP_OUT(g).size()]",
          "print(json.dumps([repr(g), maps.shape[1], error < 1e-5, sizes]))",
        ],
        folder,
      );
      // What commutes with one matrix of two eigenvalues is of dimension 2.
      expect(answer).toEqual(["DiscoveredGroup('any-sweep'1)", 2, true, [2, 1]]);
    },
    180_000,
  );
});
