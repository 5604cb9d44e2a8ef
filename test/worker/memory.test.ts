import fc from "fast-check";
import { expect, test } from "vitest";
import { openDataset } from "../../datasets/index.ts";
import type { SweepSpec } from "../../sweep/index.ts";
import { planMemory } from "../../worker/index.ts";
import { newSpec } from "../store/samples.ts";

const dataset = await openDataset({ kind: "asymmetric", samples: 100, seed: 1 });

const specOf = (seeds: number, limits: SweepSpec["limits"]): SweepSpec => ({
  ...newSpec(),
  search: { ...newSpec().search, groupDimension: [3], basisCount: [1], seeds },
  limits,
});

test("the trials of a pack that wait need no memory: those trained at once do", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 8 }),
      (packSize, turns, concurrentPacks) => {
        const limits = { packSize, concurrentPacks };
        const { packBytes } = planMemory(specOf(packSize * turns, limits), dataset, 1);
        const full = planMemory(specOf(packSize, { packSize, concurrentPacks: 1 }), dataset, 1);
        expect(packBytes).toBeLessThanOrEqual(full.packBytes);
        if (concurrentPacks === 1) expect(packBytes).toBe(full.packBytes);
      },
    ),
  );
});
