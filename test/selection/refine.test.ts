import { describe, expect, it } from "vitest";
import { spaceOf } from "../../selection/evidence.ts";
import { formsOf } from "../../selection/refine.ts";
import { planted } from "./planted.ts";

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

  it("keeps sizes that differ, and is no other span than the one learned", () => {
    const learned = Float64Array.of(2, 0.1, 0, 0, 1, 0, 0, 0, 1.1);
    const [{ entries } = { entries: identity }] = plainest([learned]);
    expect(entries[0]! / entries[4]!).toBeCloseTo(2, 1);
    const far = Float64Array.of(1, 0, 0, 0.38, 1, 0, 0.38, 0.38, 1);
    expect(plainest([far])[0]!.entries.filter((entry) => entry === 0).length).toBeLessThan(6);
  });
});
