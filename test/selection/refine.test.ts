import { describe, expect, it } from "vitest";
import {
  algebras,
  closureDefect,
  type Matrix,
  norm,
  orthonormalise,
  principalAngles,
} from "../../lie/index.ts";
import { spaceOf } from "../../selection/evidence.ts";
import { formsOf, settled } from "../../selection/refine.ts";
import { noise, planted, turned } from "./planted.ts";

const identity = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
const { dataset } = planted([{ dim: 3, data: identity }], identity, {});
const space = spaceOf(dataset);
const plainest = (basis: readonly Float64Array[]) => formsOf(space, basis, 3).at(-1)!;

describe("the plainest form of a basis", () => {
  it("has entries of 0 and ± one magnitude where what was learned is near to that", () => {
    const learned = Float64Array.of(0.9, 0.05, 0, -0.03, 1.09, 0.01, -0.05, 0.3, 0.97);
    const [{ entries } = { entries: identity }] = plainest([learned]);
    const [size = 0] = entries;
    expect([...entries]).toEqual([size, 0, 0, 0, size, 0, 0, 0, size]);
    expect(Math.hypot(...space.place(entries, 3).data)).toBeCloseTo(1, 12);
  });

  it("makes sizes one that nearly are, keeps those that differ, and is no other span than the one learned", () => {
    const learned = Float64Array.of(2, 0.1, 0, 0, 1, 0, 0, 0, 1.1);
    const [{ entries } = { entries: identity }] = plainest([learned]);
    expect(entries[0]! / entries[4]!).toBeCloseTo(2 / 1.05, 6);
    expect(entries[8]).toBe(entries[4]);
    const far = Float64Array.of(1, 0, 0, 0.38, 1, 0, 0.38, 0.38, 1);
    expect(plainest([far])[0]!.entries.filter((entry) => entry === 0).length).toBeLessThan(6);
  });
});

describe("the simplest form of a rotation, where the second moment of the samples is 7 % anisotropic", () => {
  // The rotation of an ellipse.
  const learned = Float64Array.of(0, -1.07, 0, 1 / 1.07, 0, 0, 0, 0, 0);
  const anisotropic = Float64Array.of(1.07, 0, 0, 0, 1 / 1.07, 0, 0, 0, 1);
  const simplest = (samples: number) => {
    const facts = { ...planted([], anisotropic, {}).dataset, samples, groups: samples };
    const [{ entries } = { entries: identity }] = formsOf(spaceOf(facts), [learned], 3)[0]!;
    return entries[1]! / entries[3]!;
  };

  it("is that of a circle for 500, which know it no better", () => {
    expect(simplest(500)).toBe(-1);
  });

  it("is that of the ellipse for 20,000", () => {
    expect(simplest(20_000)).toBeCloseTo(-(1.07 ** 2), 6);
  });
});

/** a ⊗ b. */
const kronecker = (a: Matrix, b: Matrix): Matrix => {
  const dim = a.dim * b.dim;
  const entry = (i: number, j: number) =>
    a.data[Math.floor(i / b.dim) * a.dim + Math.floor(j / b.dim)]! *
    b.data[(i % b.dim) * b.dim + (j % b.dim)]!;
  return {
    dim,
    data: Float64Array.from({ length: dim * dim }, (_, at) =>
      entry(Math.floor(at / dim), at % dim),
    ),
  };
};

describe("what settles", () => {
  // Three vectors of space: turned together, and mixed.
  const one: Matrix = { dim: 3, data: identity };
  const truth = algebras.so3.flatMap((turn) => [kronecker(one, turn), kronecker(turn, one)]);
  const wide = spaceOf(
    planted(
      truth,
      Float64Array.from({ length: 81 }, (_, at) => (at % 10 === 0 ? 1 : 0)),
      {
        groupDimension: [9],
      },
    ).dataset,
  );

  it.each([1, 2, 3])("is the algebra without the errors of learning (%i)", (seed) => {
    const normal = noise(seed, "errors");
    const learned = turned(
      truth.map((matrix) =>
        matrix.data.map((entry) => entry / norm(matrix) + (0.12 / 9) * normal()),
      ),
      normal,
    );
    const span = (basis: readonly Float64Array[]) =>
      orthonormalise(basis.map((data) => ({ dim: 9, data })));
    const angle = (basis: readonly Float64Array[]) =>
      principalAngles(span(basis), orthonormalise(truth)).at(-1)!;
    expect(angle(learned)).toBeGreaterThan(0.1);
    const basis = settled(wide, learned, 9) ?? [];
    expect(angle(basis)).toBeLessThan(1e-6);
    expect(closureDefect(span(basis))).toBeLessThan(1e-6);
  });
});
