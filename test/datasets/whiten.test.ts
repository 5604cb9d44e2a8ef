import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openDataset, splitGroups, whiten, whitenedSamples } from "../../datasets/index.ts";
import { embed, expm, scale, toData, toWhitened } from "../../lie/index.ts";
import type { Dataset } from "../../sweep/index.ts";
import { antisymmetric, arbitraryMatrix, distance, tolerance } from "../support/arbitrary.ts";

const orbits = await openDataset({
  kind: "two-body",
  trajectories: 40,
  law: "full-angle",
  seed: 3,
  warp: 0,
});
const control = await openDataset({ kind: "asymmetric", samples: 500, seed: 1 });

describe.each([
  [orbits, 2, 2],
  [orbits, 4, 4],
  [orbits, 8, 4],
  [control, 3, 3],
] as const)("whitening of $title", (data: Dataset, n: number, rank: number) => {
  const whitening = whiten(data, n);
  const samples = whitenedSamples(data, whitening);
  const vectors = samples.inputBlocks + samples.outputBlocks;
  const width = vectors * rank + samples.labels;

  test(`n = ${n} finds rank ${rank} and the blocks`, () => {
    expect(whitening.rank).toBe(rank);
    expect(samples.inputBlocks).toBe((data.inputBlocks * data.dimension) / n);
    expect(samples.outputBlocks).toBe((data.outputBlocks * data.dimension) / n);
    expect(samples.values.length).toBe(data.samples * width);
  });

  test("the pooled second moment of the whitened vectors is 1", () => {
    const moment = new Float64Array(rank * rank);
    for (let sample = 0; sample < data.samples; sample++)
      for (let block = 0; block < vectors; block++)
        for (let i = 0; i < rank; i++)
          for (let j = 0; j < rank; j++) {
            const at = sample * width + block * rank;
            moment[i * rank + j]! +=
              (samples.values[at + i]! * samples.values[at + j]!) / (data.samples * vectors);
          }
    for (const [at, value] of moment.entries())
      expect(Math.abs(value - (at % (rank + 1) === 0 ? 1 : 0))).toBeLessThan(1e-5);
  });

  test("labels stay as they are", () => {
    const wide = data.values.length / data.samples;
    for (let sample = 0; sample < data.samples; sample++)
      for (let label = 0; label < data.labels; label++)
        expect(samples.values[sample * width + vectors * rank + label]).toBe(
          Math.fround(data.values[sample * wide + wide - data.labels + label]!),
        );
  });

  test("moving whitened data is moving the data: W exp(zL)x = exp(zL̃)Wx, per block", () => {
    fc.assert(
      fc.property(antisymmetric(rank), (x) => {
        const whitened = scale(0.2, x);
        const generator = expm(embed(toData(whitening, whitened), data.dimension));
        const moved = move(data, generator.data);
        const [there, g] = [whitenedSamples(moved, whitening), expm(whitened)];
        for (let sample = 0; sample < 20; sample++)
          for (let block = 0; block < vectors; block++)
            for (let i = 0; i < rank; i++) {
              const at = sample * width + block * rank;
              let expected = 0;
              for (let j = 0; j < rank; j++)
                expected += g.data[i * rank + j]! * samples.values[at + j]!;
              expect(Math.abs(there.values[at + i]! - expected)).toBeLessThan(1e-4);
            }
      }),
      { numRuns: 5 },
    );
  });

  test("a generator that acts on the support comes back from whitened coordinates", () => {
    fc.assert(
      fc.property(arbitraryMatrix(rank), (x) => {
        const back = toWhitened(whitening, toData(whitening, x));
        expect(distance(back, x)).toBeLessThan(tolerance.conditioned);
      }),
    );
  });
});

test("a group dimension that does not divide d is refused, naming both", () => {
  expect(() => whiten(orbits, 3)).toThrow(/group dimension 3 does not divide the dimension 8/);
});

describe("the split", () => {
  const shares = fc.double({ min: 0.01, max: 0.99, noNaN: true });

  test("keeps groups whole and every sample once, whatever the share and seed", () => {
    fc.assert(
      fc.property(shares, fc.nat(), (share, seed) => {
        const { train, heldOut } = splitGroups(orbits, share, seed);
        const all = [...train, ...heldOut].sort((a, b) => a - b);
        expect(all).toEqual(Array.from({ length: orbits.samples }, (_, i) => i));
        const trained = new Set([...train].map((i) => orbits.groups[i]));
        const held = new Set([...heldOut].map((i) => orbits.groups[i]));
        expect([...held].filter((group) => trained.has(group))).toEqual([]);
        expect(held.size).toBe(Math.min(39, Math.max(1, Math.round(share * 40))));
      }),
      { numRuns: 30 },
    );
  });

  test("is a function of the seed", () => {
    expect(splitGroups(orbits, 0.25, 1)).toEqual(splitGroups(orbits, 0.25, 1));
    expect(splitGroups(orbits, 0.25, 1)).not.toEqual(splitGroups(orbits, 0.25, 2));
  });
});

/** The data set with every d-vector multiplied by one matrix (d, d). */
function move(data: Dataset, matrix: Float64Array): Dataset {
  const { dimension: d, samples } = data;
  const width = data.values.length / samples;
  const values = data.values.slice();
  for (let sample = 0; sample < samples; sample++)
    for (let block = 0; block < data.inputBlocks + data.outputBlocks; block++)
      for (let i = 0; i < d; i++) {
        const at = sample * width + block * d;
        let sum = 0;
        for (let j = 0; j < d; j++) sum += matrix[i * d + j]! * data.values[at + j]!;
        values[at + i] = sum;
      }
  return { ...data, values };
}
