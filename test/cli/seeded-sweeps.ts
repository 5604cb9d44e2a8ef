import type { SweepStore } from "../../store/index.ts";
import {
  type Direction,
  type Ending,
  planTrials,
  type SweepId,
  type SweepSpec,
  sweepId,
  type Verdict,
} from "../../sweep/index.ts";
import { facts, generators, newSpec, report, worker } from "../store/samples.ts";

/** A question of eight trials, as it stands before any work. */
export async function plannedSweep(store: SweepStore, name: string): Promise<SweepSpec> {
  const spec: SweepSpec = {
    ...newSpec(),
    sweep: sweepId(name),
    search: { ...newSpec().search, regularization: [0.1, 1] },
  };
  await store.openSweep(spec, {
    ...facts(),
    dimension: 8,
    secondMoment: new Float64Array(64),
    samples: 2442,
    title: TITLE,
  });
  await store.addTrials(spec.sweep, planTrials(spec));
  return spec;
}

/** The same with every trial trained: five converged, one of each other ending. */
export async function trainedSweep(store: SweepStore, name: string): Promise<SweepId> {
  const { sweep } = await plannedSweep(store, name);
  await store.setSweepState(sweep, "running");
  const claim = await store.claimTrials(sweep, TRIALS, worker);
  for (const epoch of [1, 2, 3])
    await store.saveReports(
      claim,
      TRIALS.map((trial) => report(trial, epoch)),
    );
  await store.saveGenerators(
    claim,
    TRIALS.map((trial) => generators(trial, 3)),
  );
  await store.endTrials(
    claim,
    TRIALS.map((trial) => ({
      trial,
      epoch: 3,
      ending: LOSSES[trial] ?? "converged",
    })),
  );
  await store.addDirections(sweep, DIRECTIONS);
  await store.addTests(sweep, TESTS);
  await store.saveTestResults(
    sweep,
    TESTS.map((test) => ({ ...test, crossEntropy: 0.6929 - 0.001 * test.number })),
  );
  return sweep;
}

/** The same, ended with this verdict. */
export async function judgedSweep(
  store: SweepStore,
  name: string,
  verdict: Verdict,
): Promise<SweepId> {
  const sweep = await trainedSweep(store, name);
  await store.saveVerdict(sweep, verdict);
  await store.setSweepState(sweep, "complete");
  return sweep;
}

const TITLE = "two-body, 814 half-plane trajectories, seed 1";

const LOSSES: readonly Ending[] = ["detected", "collapsed", "diverged"];

const TRIALS: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7];

const DIRECTIONS: readonly Direction[] = TRIALS.map((trial) => ({
  number: trial,
  origin: "trial",
  trial,
  rank: 0,
  dimension: 2,
  entries: Float64Array.of(0, 1, -1, 0),
  extent: 0.8,
}));

const TESTS = [3, 4, 5, 6].map((direction, number) => ({
  number,
  directions: [direction],
  displacement: 0.2,
  sees: "sample" as const,
}));

/** Judges every direction of a trained sweep. */
const judged: Verdict["directions"] = [
  { direction: 0, standing: "unfit", reason: "Its trial was detected." },
  { direction: 1, standing: "unfit", reason: "Its trial collapsed." },
  { direction: 2, standing: "unfit", reason: "Its trial diverged." },
  { direction: 3, standing: "accepted", score: 0.012, reason: "v = 0.012." },
  { direction: 4, standing: "accepted", score: 0.015, reason: "v = 0.015." },
  {
    direction: 5,
    standing: "invalid",
    score: 0.4,
    reason: "v = 0.400, more than the 0.02 that is tolerated.",
  },
  { direction: 6, standing: "unsupported", score: 0.01, reason: "One seed of three found it." },
  { direction: 7, standing: "floor", reason: "It moves the data by 0.011, less than 0.02." },
];

/** What the verdict and its one level say alike. */
const rotation = {
  name: "so(2)",
  dimension: 1,
  groupDimension: 2,
  basisCount: 1,
  closureDefect: "abelian",
  support: 0.92,
  score: 0.012,
  basis: [Float64Array.of(0.0004, 1.2, -1.2, -0.0003)],
} as const;

export const VERDICTS: Readonly<Record<Verdict["status"], Verdict>> = {
  found: {
    status: "found",
    ...rotation,
    reason:
      "One direction is valid (v = 0.012), 11 of 12 seeds found it, and nothing valid is left outside its span; K = 1 and n = 2 explain it.",
    levels: [
      {
        ...rotation,
        tolerance: 0.012,
        symmetricShare: 0.01,
        law: { exact: false, range: 0.1 },
        map: { exact: true, range: 2 },
      },
    ],
    directions: judged,
  },
  none: {
    status: "none",
    dimension: 0,
    reason: "No learned direction is valid: the best has v = 0.31.",
    basis: [],
    levels: [],
    directions: judged.map((each) => ({ ...each, standing: "invalid", score: 0.31 })),
  },
  inconclusive: {
    status: "inconclusive",
    dimension: 0,
    reason: "Two of six trials found a direction, fewer than half.",
    basis: [],
    levels: [],
    proposal: { displacement: 0.5, reason: "A larger displacement is easier to see." },
    directions: judged.map((each) => ({ ...each, standing: "unsupported" })),
  },
};
