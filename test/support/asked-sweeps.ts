import pg from "pg";
import type { SweepStore } from "../../store/index.ts";
import {
  type Direction,
  planTrials,
  type SweepId,
  type SweepSpec,
  sweepId,
  type TestedValidity,
  type Verdict,
} from "../../sweep/index.ts";
import { facts, generators, newSpec, report, worker } from "../store/samples.ts";

/**
 * Two made-up sweeps with answers that can be worked out by hand, for the questions of docs/sql.md.
 *
 * Data fill the plane evenly, so unit motions are matrices of Frobenius norm √2 and angles are plain ones. A trial
 * learned cos θ J + sin θ X: the rotation J = ((0, 1), (−1, 0)), turned by θ towards the shear X = ((0, 1), (1, 0)). A
 * classifier notices it with the score v = sin² θ. With λ = 1 every seed comes to within 3°, with λ = 0.1 one in three does.
 *
 * @returns the one with a group, `two-body`; the other one, `bent`, found none
 */
export async function askedSweeps(store: SweepStore, url: string): Promise<SweepId> {
  const sweep = await twoBody(store);
  await bent(store);
  await setTimes(url);
  return sweep;
}

/** θ in degrees by trial: K = 1 and λ = 0.1, K = 1 and λ = 1, K = 2 and λ = 0.1, K = 2 and λ = 1; three seeds each. */
const ANGLES = [40, 70, 2, 1, 2, 3, 90, 5, 60, 2, 1, 2];

const COLLAPSED = 6;
const SETTLED = 11;

/** How far below ln 2 random motions end. */
const NATS = 0.4;

const scoreOf = (degrees: number) => Math.sin((degrees * Math.PI) / 180) ** 2;

function motion(degrees: number): Float64Array {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return Float64Array.of(0, c + s, s - c, 0);
}

async function opened(
  store: SweepStore,
  name: string,
  search: Partial<SweepSpec["search"]>,
  { title, sha256 }: { readonly title: string; readonly sha256: string },
): Promise<SweepSpec> {
  const base = newSpec();
  const spec: SweepSpec = {
    ...base,
    sweep: sweepId(name),
    search: { ...base.search, ...search },
    selection: { ...base.selection, displacement: 0.2 },
  };
  await store.openSweep(spec, {
    ...facts(sha256),
    title,
    samples: 2442,
    secondMoment: Float64Array.of(0.5, 0, 0, 0.5),
  });
  await store.addTrials(spec.sweep, planTrials(spec));
  await store.setSweepState(spec.sweep, "running");
  return spec;
}

async function twoBody(store: SweepStore): Promise<SweepId> {
  const search = { basisCount: [1, 2], regularization: [0.1, 1], seeds: 3 };
  const spec = await opened(store, "two-body", search, {
    title: "two-body, half-plane",
    sha256: "1".repeat(64),
  });
  const { sweep } = spec;
  // The first attempt at the second pack is lost with its trainer; another takes its trials up.
  await store.releaseTrials(
    await store.claimTrials(sweep, SECOND, { ...worker, worker: "lost:1", backend: "cuda" }),
    {
      ...{ kind: "queued", failureClass: "machine", error: "TrainerLostError" },
      message: "The trainer process was killed by SIGKILL.",
    },
  );
  for (const [numbers, who] of [
    [FIRST, { ...worker, worker: "card:1", backend: "cuda" }],
    [SECOND, worker],
  ] as const) {
    const claim = await store.claimTrials(sweep, numbers, who);
    for (const epoch of [1, 2, 3])
      await store.saveReports(
        claim,
        numbers.map((trial) => ({
          ...report(trial, epoch),
          discriminatorLoss: Math.LN2 - (epoch * scoreOf(ANGLES[trial] ?? 0)) / 10,
        })),
      );
    await store.saveGenerators(
      claim,
      numbers.map((trial) => generators(trial, 3)),
    );
    await store.endTrials(
      claim,
      numbers.map((trial) => ({
        trial,
        epoch: 3,
        ending:
          trial === COLLAPSED
            ? "collapsed"
            : trial === SETTLED
              ? "settled"
              : ("converged" as const),
      })),
    );
  }
  await store.addDirections(sweep, [...LEARNED, ...CONTROLS]);
  await store.saveTestResults(sweep, TESTS);
  await store.saveVerdict(sweep, VERDICT);
  await store.setSweepState(sweep, "complete");
  return sweep;
}

const FIRST = [0, 1, 2, 3, 4, 5];
const SECOND = [6, 7, 8, 9, 10, 11];

/** Direction t is the first of trial t; trials of K = 2 have a second, 12 to 17, that moves next to nothing. */
const LEARNED: readonly Direction[] = [
  ...ANGLES.map((degrees, trial) => ({ degrees, trial, rank: 0, extent: 0.8 })),
  ...SECOND.map((trial) => ({ degrees: (ANGLES[trial] ?? 0) + 90, trial, rank: 1, extent: 0.01 })),
].map(({ degrees, ...about }, number) => ({
  ...{ number, origin: "trial" as const, dimension: 2, entries: motion(degrees) },
  ...about,
}));

const [ZERO, RANDOM, GROUP] = [18, 19, 20];

const CONTROLS: readonly Direction[] = [
  { number: ZERO, origin: "zero", dimension: 2, entries: new Float64Array(4), extent: 0 },
  {
    number: RANDOM,
    origin: "random",
    dimension: 2,
    entries: Float64Array.of(1, 1, 0, 0),
    extent: 0,
  },
  { number: GROUP, origin: "basis", dimension: 2, entries: motion(0), extent: 0 },
];

/** Every direction above the floor at δ = 0.2, as it scores; the group and the controls at four displacements. */
const TESTS: readonly TestedValidity[] = [
  ...ANGLES.flatMap((degrees, direction) =>
    direction === COLLAPSED
      ? []
      : { direction, displacement: 0.2, crossEntropy: Math.LN2 - NATS * scoreOf(degrees) },
  ),
  ...[0.1, 0.2, 0.5, 1].flatMap((displacement) => [
    { direction: ZERO, displacement, crossEntropy: Math.LN2 },
    { direction: RANDOM, displacement, crossEntropy: Math.LN2 - 0.4 * displacement },
    { direction: GROUP, displacement, crossEntropy: displacement > 0.2 ? 0.6 : Math.LN2 },
  ]),
].map(({ direction, ...about }, number) => ({
  ...about,
  number,
  directions: [direction],
  sees: "sample" as const,
}));

const rotation = {
  name: "so(2)",
  dimension: 1,
  groupDimension: 2,
  basisCount: 1,
  closureDefect: "abelian",
  support: 1,
  score: 0.001,
  basis: [motion(0)],
} as const;

const VERDICT: Verdict = {
  status: "found",
  ...rotation,
  reason: "One direction is valid, and every seed found it.",
  levels: [
    {
      ...rotation,
      tolerance: 0.003,
      symmetricShare: 0.01,
      law: { exact: false, range: 0.2 },
      map: { exact: true, range: 2 },
    },
    {
      ...{ ...rotation, name: "unnamed", dimension: 2, score: 0.04 },
      basis: [motion(0), Float64Array.of(1, 0, 0, 1)],
      tolerance: 0.04,
      symmetricShare: 0.7,
      law: { exact: false, range: 0 },
    },
  ],
  directions: LEARNED.map(({ number, trial, rank }) => {
    if (trial === COLLAPSED)
      return { direction: number, standing: "unfit", reason: "Its trial collapsed." };
    if (rank === 1)
      return { direction: number, standing: "floor", reason: "It moves the data by 0.010." };
    const score = scoreOf(ANGLES[number] ?? 0);
    return {
      direction: number,
      standing: score <= 0.05 ? "accepted" : "invalid",
      score,
      reason: `v = ${score.toFixed(3)}.`,
    };
  }),
};

async function bent(store: SweepStore): Promise<void> {
  const search = { basisCount: [1], regularization: [1], seeds: 3 };
  const { sweep } = await opened(store, "bent", search, {
    title: "two-body, bent",
    sha256: "2".repeat(64),
  });
  const claim = await store.claimTrials(sweep, [0, 1, 2], worker);
  await store.endTrials(
    claim,
    [0, 1, 2].map((trial) => ({ trial, epoch: 3, ending: "converged" })),
  );
  await store.addDirections(
    sweep,
    [20, 50, 80].map((degrees, trial) => ({
      ...{ number: trial, origin: "trial", trial, rank: 0, extent: 0.5 },
      ...{ dimension: 2, entries: motion(degrees) },
    })),
  );
  await store.saveVerdict(sweep, {
    status: "none",
    dimension: 0,
    reason: "No learned direction is valid.",
    basis: [],
    levels: [],
    directions: [0, 1, 2].map((direction) => ({
      ...{ direction, standing: "invalid", score: 0.3, reason: "v = 0.300." },
    })),
  });
  await store.setSweepState(sweep, "complete");
}

/** Noon, and how long each attempt took: the store writes the time that it is. */
async function setTimes(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`
      update attempts a set started_at = p.start, finished_at = p.start + p.hours * interval '1 hour'
      from trials t, (values
        ('two-body', 'card:1', timestamptz '2026-01-02T12:00:00Z', 2.0),
        ('two-body', 'lost:1', timestamptz '2026-01-02T12:00:00Z', 0.5),
        ('two-body', '${worker.worker}', timestamptz '2026-01-02T12:30:00Z', 3.0),
        ('bent', '${worker.worker}', timestamptz '2026-01-03T12:00:00Z', 1.0)
      ) as p (sweep, worker, start, hours)
      where t.id = a.trial_id and t.sweep_id = p.sweep and a.worker = p.worker;
      update trials t set started_at = a.started_at, finished_at = a.finished_at
      from attempts a where a.trial_id = t.id and a.attempt = t.attempt`);
  } finally {
    await client.end();
  }
}
