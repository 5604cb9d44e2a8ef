import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { describeDataset, openDataset } from "../../datasets/index.ts";
import type { Dataset, TwoBodySpec } from "../../sweep/index.ts";
import { leastMomentChange } from "../support/moments.ts";

const spec: TwoBodySpec = {
  kind: "two-body",
  trajectories: 814,
  law: "half-plane",
  seed: 1,
  warp: 0,
};
const shared = fileURLToPath(
  new URL("../../../shared/data/two-body-half-plane.npz", import.meta.url),
);

describe("two-body orbits against the measured properties of the paper's file", async () => {
  const data = await openDataset(spec);
  const facts = measure(data);

  test("814 trajectories give 14,652 windows of a state and the next, grouped by trajectory", () => {
    expect(data.samples).toBe(14_652);
    expect([data.dimension, data.inputBlocks, data.outputBlocks, data.labels]).toEqual([
      8, 1, 1, 0,
    ]);
    expect([...data.groups.subarray(16, 20)]).toEqual([0, 0, 1, 1]);
    expect([...data.values.subarray(8, 16)]).toEqual([...data.values.subarray(16, 24)]);
  });

  test("body 2 is the exact mirror of body 1, so the states fill 4 of 8 dimensions", () => {
    const mirrored = data.values.every(
      (value, at) => at % 8 < 4 || value === -data.values[at - 4]!,
    );
    expect(mirrored).toBe(true);
    expect(describeDataset(data).rank).toBe(4);
  });

  test("r² starts uniform on [2.25, 9]", () => {
    expect(facts.leastSquare).toBeGreaterThan(2.25);
    expect(facts.greatestSquare).toBeLessThan(9);
    expect(facts.meanSquare).toBeCloseTo(5.625, 0);
  });

  test("speed is circular to 7.2e-4 along the orbit and 1.4e-3 across it", () => {
    expect(Math.abs(facts.tangentialNoise / 7.2e-4 - 1)).toBeLessThan(0.1);
    expect(Math.abs(facts.radialNoise / 1.4e-3 - 1)).toBeLessThan(0.1);
  });

  test("one step turns 0.039 to 0.112 rad, anticlockwise", () => {
    expect(facts.leastTurn).toBeGreaterThan(0.0385);
    expect(facts.greatestTurn).toBeLessThan(0.1125);
  });

  test("energy drifts by less than 1e-6 along every trajectory", () => {
    expect(facts.greatestDrift).toBeLessThan(1e-6);
  });

  test("body 1 starts in (−π, 0] and spreads over the bins of the paper's file", () => {
    const paper = [1473, 3362, 3739, 3623, 2188, 263, 4, 0];
    for (const [bin, count] of facts.angles.entries())
      expect(Math.abs(count - paper[bin]!) / data.samples).toBeLessThan(0.02);
  });

  test.skipIf(!existsSync(shared))(
    "the figures are those of the shared file (skipped where ../shared is not checked out)",
    async () => {
      const window = { input: 1, output: 1 };
      const file = { kind: "series", file: shared, series: "train", window } as const;
      const other = await openDataset(file);
      const theirs = measure(other);
      expect(other.samples).toBe(data.samples);
      expect(facts.meanSquare / theirs.meanSquare).toBeCloseTo(1, 1);
      expect(Math.abs(facts.tangentialNoise / theirs.tangentialNoise - 1)).toBeLessThan(0.1);
      expect(Math.abs(facts.radialNoise / theirs.radialNoise - 1)).toBeLessThan(0.1);
      for (const [bin, count] of facts.angles.entries())
        expect(Math.abs(count - theirs.angles[bin]!) / data.samples).toBeLessThan(0.02);
      const [mine, moment] = [describeDataset(data), describeDataset(other)];
      expect(moment.rank).toBe(mine.rank);
      for (const [i, value] of mine.secondMoment.entries())
        expect(Math.abs(value - moment.secondMoment[i]!)).toBeLessThan(0.1);
    },
  );
});

describe("a generated data set", () => {
  test("is a function of its spec", async () => {
    const hash = async (other: Partial<TwoBodySpec>) =>
      describeDataset(await openDataset({ ...spec, trajectories: 5, ...other })).sha256;
    expect(await hash({})).toBe(await hash({}));
    const all = await Promise.all(
      [{}, { seed: 2 }, { law: "full-angle" }, { warp: 0.1 }, { trajectories: 6 }].map((other) =>
        hash(other as Partial<TwoBodySpec>),
      ),
    );
    expect(new Set(all).size).toBe(all.length);
  });

  test("begins with the shorter one of the same seed", async () => {
    const [short, long] = await Promise.all(
      [3, 7].map((trajectories) => openDataset({ ...spec, trajectories })),
    );
    expect([...long!.values.subarray(0, short!.values.length)]).toEqual([...short!.values]);
  });
});

describe("symmetry, by how little a motion moves the moments of the data", () => {
  test("full-angle orbits have one", async () => {
    expect(leastMomentChange(await openDataset({ ...spec, law: "full-angle" }))).toBeLessThan(0.15);
  });

  test.each([0.1, 0.5, 1])("bent by %f they fill 8 dimensions and have none", async (warp) => {
    const bent = await openDataset({ ...spec, law: "full-angle", warp });
    expect(describeDataset(bent).rank).toBe(8);
    expect(leastMomentChange(bent)).toBeGreaterThan(0.35);
  });

  test("the asymmetric control has none", async () => {
    const control = await openDataset({ kind: "asymmetric", samples: 20_000, seed: 1 });
    expect([control.dimension, control.inputBlocks, control.labels]).toEqual([3, 1, 1]);
    expect(leastMomentChange(control)).toBeGreaterThan(0.3);
  });
});

/** Figures of body 1, over the first state of every trajectory or over all windows. */
function measure({ values, groups, samples }: Dataset) {
  const squares: number[] = [];
  const tangential: number[] = [];
  const radial: number[] = [];
  const angles = Array.from({ length: 8 }, () => 0);
  let [leastTurn, greatestTurn, greatestDrift, start] = [Infinity, 0, 0, 0];
  for (let sample = 0; sample < samples; sample++) {
    const [x, y, px, py, , , , , nextX, nextY] = values.subarray(
      sample * 16,
    ) as unknown as number[];
    const energy = (at: number) => {
      const [qx, qy, vx, vy] = [0, 1, 2, 3].map((c) => values[at + c]!);
      return vx! ** 2 + vy! ** 2 - 1 / (2 * Math.hypot(qx!, qy!));
    };
    const r = Math.hypot(x!, y!);
    if (sample === 0 || groups[sample] !== groups[sample - 1]) {
      start = energy(sample * 16);
      const circular = 1 / (2 * Math.sqrt(r));
      squares.push(r * r);
      tangential.push((x! * py! - y! * px!) / (r * circular) - 1);
      radial.push((x! * px! + y! * py!) / (r * circular));
    }
    greatestDrift = Math.max(greatestDrift, Math.abs(energy(sample * 16 + 8) / start - 1));
    const turn = Math.atan2(x! * nextY! - y! * nextX!, x! * nextX! + y! * nextY!);
    leastTurn = Math.min(leastTurn, turn);
    greatestTurn = Math.max(greatestTurn, turn);
    angles[Math.min(7, Math.floor((Math.atan2(y!, x!) / Math.PI + 1) * 4))]! += 1;
  }
  const mean = (xs: readonly number[]) => xs.reduce((sum, v) => sum + v / xs.length, 0);
  const deviation = (xs: readonly number[]) => Math.sqrt(mean(xs.map((v) => (v - mean(xs)) ** 2)));
  return {
    leastSquare: Math.min(...squares),
    greatestSquare: Math.max(...squares),
    meanSquare: mean(squares),
    tangentialNoise: deviation(tangential),
    radialNoise: deviation(radial),
    leastTurn,
    greatestTurn,
    greatestDrift,
    angles,
  };
}
