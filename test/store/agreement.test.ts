import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Matrix,
  multiply,
  orthonormalise,
  principalAngles,
  rejectFrom,
} from "../../lie/index.ts";
import { trialDirections } from "../../selection/directions.ts";
import { type Space, spaceOf } from "../../selection/index.ts";
import { openStore, type SweepStore } from "../../store/index.ts";
import {
  type DatasetFacts,
  type Direction,
  normals,
  planTrials,
  type SweepSpec,
  streamSeed,
  type Trial,
  uniforms,
} from "../../sweep/index.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { facts, found, newSpec, worker } from "./samples.ts";

const degrees = (radians: number) => (radians * 180) / Math.PI;
const normalsOf = (name: string, count: number) => {
  const normal = normals(uniforms(streamSeed(1, name)));
  return Float64Array.from({ length: count }, normal);
};

/** A data set in four dimensions of very different size, in a space of the given rank. */
function stretched(sha: string, rank: number): DatasetFacts {
  const frame = { dim: 4, data: normalsOf(`frame ${sha}`, 16) };
  const sizes = [9, 1, 0.2, 0.05].map((size, i) => (i < rank ? size : 0));
  const stretch = {
    dim: 4,
    data: Float64Array.from({ length: 16 }, (_, i) => (i % 5 ? 0 : (sizes[i / 5] ?? 0))),
  };
  const turned = {
    dim: 4,
    data: Float64Array.from({ length: 16 }, (_, i) => frame.data[(i % 4) * 4 + (i >> 2)] ?? 0),
  };
  const secondMoment = multiply(multiply(frame, stretch), turned).data;
  return { ...facts(sha.repeat(64)), dimension: 4, rank, secondMoment };
}

describe("the view agreement", () => {
  let database: TestDatabase;
  let store: SweepStore;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await freshDatabase();
    store = await openStore(database.url);
    pool = new pg.Pool({ connectionString: database.url });
  });
  afterAll(async () => {
    await Promise.all([store.close(), pool.end()]);
    await database.drop();
  });

  /** Ended sweep of K = 1 and 3, n = 2 and 4, three seeds, with random generators and scores; its verdict has a basis of n = 2. */
  async function judged(dataset: DatasetFacts, basis: readonly Float64Array[]) {
    const base = newSpec();
    const search = { ...base.search, basisCount: [1, 3], groupDimension: [2, 4], seeds: 3 };
    const spec: SweepSpec = { ...base, search };
    const { sweep } = spec;
    await store.openSweep(spec, dataset);
    const trials = planTrials(spec);
    await store.addTrials(sweep, trials);
    await store.setSweepState(sweep, "running");
    const claim = await store.claimTrials(
      sweep,
      trials.map(({ number }) => number),
      worker,
    );
    await store.endTrials(
      claim,
      trials.map(({ number: trial }) => ({
        trial,
        epoch: 1,
        ending: trial === LOST ? "diverged" : "converged",
      })),
    );
    const space = spaceOf(
      dataset.secondMoment.some((entry) => entry !== 0) ? dataset : stretched("f", 4),
    );
    const directions = trials
      .flatMap((trial) => trialDirections(space, evidenceOf(trial), spec))
      .map((candidate, number): Direction => ({ ...candidate, number }));
    await store.addDirections(sweep, directions);
    await store.saveVerdict(sweep, {
      ...(basis.length > 0 ? found : NONE),
      dimension: basis.length,
      basis,
      directions: directions.map(({ number, trial }) => ({
        direction: number,
        standing: trial === IDLE ? "floor" : "invalid",
        ...(number % 5 === 0 ? {} : { score: (number * 7) % 11 }),
        reason: "made up",
      })),
    });
    const { rows } = await pool.query<Row>(
      "select * from agreement where sweep_id = $1 order by trial_number",
      [sweep],
    );
    return { rows, space, trials, directions };
  }

  interface Row {
    readonly trial_number: number;
    readonly verdict_angle: number | null;
    readonly seeds: number;
    readonly mean_seed_angle: number | null;
    readonly largest_seed_angle: number | null;
  }

  const NONE = { status: "none", levels: [], reason: "Nothing is valid." } as const;
  const LOST = 2;
  const IDLE = 4;

  const evidenceOf = (trial: Trial) => ({
    trial,
    ending: "converged" as const,
    generators: Array.from({ length: trial.basisCount }, (_, k) =>
      normalsOf(`generator ${trial.number} ${k}`, trial.groupDimension ** 2),
    ),
  });

  /** The r directions of a trial of least score, untested ones last, by extent. */
  const spanOf = (space: Space, directions: readonly Direction[], trial: number, r: number) =>
    orthonormalise(
      directions
        .filter((one) => one.trial === trial)
        .toSorted((a, b) => scoreOf(a) - scoreOf(b) || b.extent - a.extent)
        .slice(0, r)
        .map(({ entries, dimension }) => space.place(entries, dimension)),
    );
  const scoreOf = ({ number }: Direction) => (number % 5 === 0 ? 1e9 : (number * 7) % 11);

  const sine = (span: ReturnType<typeof orthonormalise>, matrix: Matrix) => {
    const [unit] = orthonormalise([matrix]);
    const rest = rejectFrom(span, unit!);
    return Math.sqrt(rest.data.reduce((sum, x) => sum + x * x, 0));
  };

  it.each([
    ["one matrix", 1, stretched("1", 4)],
    ["two matrices", 2, stretched("2", 4)],
    ["one matrix, where the data fill a subspace", 1, stretched("3", 3)],
  ])("has the angles that the algebra has, to %s", async (_, r, data) => {
    const basis = Array.from({ length: r }, (_, i) => normalsOf(`basis ${i}`, 4));
    const { rows, space, trials, directions } = await judged(data, basis);
    expect(rows.map((row) => row.trial_number)).toEqual(
      trials.map(({ number }) => number).filter((number) => number !== LOST),
    );
    for (const row of rows) {
      const trial = trials[row.trial_number]!;
      if (trial.number === IDLE) {
        expect(row).toMatchObject({ verdict_angle: 90, seeds: 0, mean_seed_angle: null });
        continue;
      }
      const own = spanOf(space, directions, trial.number, r);
      const sines = basis.map((entries) => sine(own, space.place(entries, 2)));
      expect(row.verdict_angle).toBeCloseTo(degrees(Math.asin(Math.min(1, Math.max(...sines)))), 4);
      const angles = trials
        .filter((other) => other.configuration === trial.configuration && other !== trial)
        .filter(({ number }) => number !== LOST && number !== IDLE)
        .map(({ number }) => {
          const cosines = [...principalAngles(own, spanOf(space, directions, number, r))].map(
            Math.cos,
          );
          const share = cosines.reduce((sum, c) => sum + c * c, 0) / cosines.length;
          return degrees(Math.acos(Math.sqrt(Math.min(1, share))));
        });
      expect(row.seeds).toBe(angles.length);
      expect(row.mean_seed_angle).toBeCloseTo(
        angles.reduce((sum, a) => sum + a, 0) / angles.length,
        4,
      );
      expect(row.largest_seed_angle).toBeCloseTo(Math.max(...angles), 4);
    }
  });

  it("is silent about angles where the data have no size", async () => {
    const { rows } = await judged({ ...stretched("b", 4), secondMoment: new Float64Array(16) }, [
      normalsOf("basis", 4),
    ]);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows.filter(({ trial_number }) => trial_number !== IDLE))
      expect(row).toMatchObject({ verdict_angle: null, mean_seed_angle: null });
  });

  it("compares seeds where nothing was found, by one direction each", async () => {
    const { rows } = await judged(stretched("c", 4), []);
    for (const row of rows.filter(({ trial_number }) => trial_number !== IDLE)) {
      expect(row.verdict_angle).toBeNull();
      expect(row.mean_seed_angle).toBeGreaterThan(0);
      expect(row.mean_seed_angle).toBeLessThanOrEqual(90);
    }
  });
});
