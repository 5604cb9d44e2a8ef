import type { ReportData } from "../../report/index.ts";
import type { TrialRecord } from "../../store/index.ts";
import {
  type Direction,
  type Level,
  planTrials,
  type SweepSpec,
  sweepId,
  type ValidityTest,
  type Verdict,
} from "../../sweep/index.ts";
import { newSpec } from "../store/samples.ts";

type Status = Verdict["status"] | "running" | "planned";

/** The turn of a plane, of unit extent where the data have unit second moment. */
const turn = Float64Array.of(0, -1, 1, 0);

/** A stretch that is no symmetry. */
const stretch = Float64Array.of(1, 0, 0, -1);

/** What is read of a sweep of 12 trials on vectors of 4 that ended so: seeds agree on the turn, and no seed on more. */
export function sampleData(status: Status): ReportData {
  const spec: SweepSpec = {
    ...newSpec(),
    sweep: sweepId(`sample-${status}`),
    dataset: {
      kind: "series",
      file: "/data/<orbits> & more.npz",
      series: "coords",
      window: { input: 1, output: 1 },
    },
    search: {
      basisCount: [1, 2],
      regularization: [0.1, 1],
      overlapWeight: [1],
      groupDimension: [2],
      seeds: 3,
    },
  };
  const trials = planTrials(spec).map(
    ({ ...trial }, i): TrialRecord => ({
      trial,
      state:
        status === "planned"
          ? "queued"
          : status === "running" && i > 5
            ? "running"
            : i === 3
              ? "collapsed"
              : "converged",
      attempt: status === "planned" ? 0 : 1,
      lastEpoch: status === "planned" ? 0 : 3,
      generators: [],
      lastReport: undefined,
      seconds: undefined,
    }),
  );
  const isJudged = status !== "running" && status !== "planned";
  const learned = isJudged
    ? trials.flatMap(({ trial }) => directionsOf(trial.number, trial.basisCount))
    : [];
  const directions = [...learned, ...CONTROLS, ...BASES].map((direction, number) => ({
    ...direction,
    number,
  }));
  const tests = isJudged
    ? directions.flatMap(testsOf).map((test, number) => ({ ...test, number }))
    : [];
  return {
    record: {
      id: spec.sweep,
      state: isJudged ? "complete" : status,
      spec,
      asked: spec,
      changes: [],
      specSha256: "b".repeat(64),
      dataset: {
        title: 'orbits <of> "two" & more bodies',
        sha256: "a".repeat(64),
        samples: 2000,
        groups: 100,
        dimension: 4,
        inputBlocks: 1,
        outputBlocks: 1,
        labels: 0,
        rank: 4,
        secondMoment: Float64Array.from({ length: 16 }, (_, at) => (at % 5 === 0 ? 1 : 0)),
      },
      createdAt: new Date(0),
      startedAt: status === "planned" ? undefined : new Date(1000),
      finishedAt: isJudged ? new Date(90_000) : undefined,
      reason: undefined,
    },
    verdict: isJudged ? verdictOf(status, directions) : undefined,
    trials,
    evidence: { directions: isJudged ? directions : [], tests },
    curves: status === "planned" ? [] : CURVES,
    engines:
      status === "planned"
        ? []
        : [{ engine: "onnx", backend: "cpu", versions: "liesweep 0.1.0", workers: 1, trials: 12 }],
    failures:
      status === "planned"
        ? []
        : [
            {
              ...{ failureClass: "machine", trials: 0, attempts: 2 },
              message: "The trainer process was killed by <SIGKILL>.",
            },
          ],
    readAt: new Date(100_000),
    version: "0.1.0",
  };
}

const directionsOf = (trial: number, basisCount: number): readonly Omit<Direction, "number">[] =>
  Array.from({ length: basisCount }, (_, rank) => ({
    origin: "trial",
    trial,
    rank,
    dimension: 2,
    entries: rank === 0 ? turn.map((entry, at) => entry + 0.01 * Math.sin(trial + at)) : stretch,
    extent: (0.8 + 0.02 * trial) / (1 + 5 * rank),
  }));

const CONTROLS: readonly Omit<Direction, "number">[] = [
  { origin: "zero", dimension: 2, entries: new Float64Array(4), extent: 0 },
  ...[1, 2, 3].map((seed) => ({
    origin: "random" as const,
    dimension: 2,
    entries: Float64Array.from({ length: 4 }, (_, at) => Math.sin(seed * 3 + at)),
    extent: 0,
  })),
];

const BASES: readonly Omit<Direction, "number">[] = [turn, stretch].map((entries) => ({
  origin: "basis",
  dimension: 2,
  entries,
  extent: 0,
}));

function testsOf({ number, origin, rank = 0, entries }: Direction) {
  const test = (displacement: number, sees: ValidityTest["sees"], crossEntropy: number) => ({
    directions: [number],
    displacement,
    sees,
    crossEntropy,
  });
  switch (origin) {
    case "zero":
      return [test(0.2, "sample", Math.LN2), test(0.2, "input", Math.LN2)];
    case "random":
      return [test(0.2, "sample", 0.3 + 0.01 * number)];
    case "basis":
      return [0.05, 0.2, 0.5, 2].flatMap((displacement) => [
        test(displacement, "sample", Math.LN2 - (entries === turn ? 0.01 : 0.1) * displacement),
        test(displacement, "input", Math.LN2 - 0.01 * displacement),
      ]);
    case "trial":
    case "residual":
    case "bracket":
      return [test(0.2, "sample", rank === 0 ? 0.692 - 0.0001 * number : 0.45 + 0.003 * number)];
  }
}

const level = (name: string, basis: readonly Float64Array[], tolerance: number): Level => ({
  tolerance,
  name,
  dimension: basis.length,
  groupDimension: 2,
  closureDefect: basis.length === 1 ? "abelian" : 0.04,
  support: 1,
  score: tolerance / 2,
  symmetricShare: 0.02,
  law: { exact: basis.length === 1, range: basis.length === 1 ? 2 : 0 },
  ...(basis.length === 1 && { map: { exact: false, range: 0.5 } }),
  basis,
});

function verdictOf(status: Verdict["status"], directions: readonly Direction[]): Verdict {
  const judged = directions.map(({ number, origin, rank = 0 }) =>
    origin !== "trial"
      ? ({ direction: number, standing: "control", reason: "a control" } as const)
      : rank === 0 && status === "found"
        ? ({ direction: number, standing: "accepted", score: 0.004, reason: "v = 0.004" } as const)
        : ({
            direction: number,
            standing: "invalid",
            score: 0.4,
            reason: "v = 0.4 > 0.05",
          } as const),
  );
  switch (status) {
    case "found": {
      const first = level("so(2)", [turn], 0.004);
      return {
        status,
        ...{ name: "so(2)", dimension: 1, groupDimension: 2, basisCount: 1 },
        ...{ closureDefect: "abelian", support: 1, score: 0.002 },
        reason: "so(2) is found by every seed.",
        basis: [turn],
        levels: [first, level("so(2) ⊕ so(1,1) ⊕ a rather long name", [turn, stretch], 0.04)],
        directions: judged,
      };
    }
    case "none":
      return {
        status,
        dimension: 0,
        reason: "The best has v = 0.4.",
        basis: [],
        levels: [],
        directions: judged,
      };
    case "inconclusive":
      return {
        status,
        dimension: 0,
        reason: "The seeds disagree.",
        basis: [],
        levels: [],
        proposal: {
          seeds: 7,
          basisCount: [1, 3],
          displacement: 0.5,
          reason: "More seeds would tell chance from symmetry.",
        },
        directions: judged,
      };
  }
}

const CURVES: ReportData["curves"] = [1, 2].flatMap((basisCount) =>
  [1, 2, 3].map((epoch) => ({
    groupDimension: 2,
    basisCount,
    epoch,
    trials: 6,
    discriminatorLoss: { low: 0.5, middle: 0.6 + 0.02 * epoch, high: 0.69 },
    largestExtent: basisCount === 2 ? undefined : { low: 0.1, middle: 0.1 * epoch, high: 0.5 },
  })),
);

/** The same of a sweep whose tables and matrices are as wide as they get. */
export function wideData(): ReportData {
  const data = sampleData("found");
  const { verdict } = data;
  if (verdict === undefined) throw new Error("found has a verdict");
  const basis = Array.from({ length: 7 }, (_, k) =>
    Float64Array.from({ length: 18 * 18 }, (_, at) => Math.sin(at + k) / 3),
  );
  const secondMoment = Float64Array.from({ length: 324 }, (_, at) => (at % 19 === 0 ? 1 : 0));
  const dataset = { ...data.record.dataset, dimension: 18, rank: 18, secondMoment };
  return {
    ...data,
    record: { ...data.record, dataset },
    verdict: { ...verdict, basis, levels: verdict.levels.slice(0, 1) },
  };
}
