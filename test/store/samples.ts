import type { Claim, SweepStore, WorkerFacts } from "../../store/index.ts";
import {
  type DatasetFacts,
  type Direction,
  type EpochReport,
  planTrials,
  type SweepId,
  type SweepSpec,
  sweepId,
  type TrialGenerators,
  type Verdict,
} from "../../sweep/index.ts";

let opened = 0;

/** A question nobody asked before: 2 configurations, 2 seeds. */
export function newSpec(): SweepSpec {
  opened++;
  return {
    sweep: sweepId(`sweep-${opened}`),
    dataset: { kind: "asymmetric", samples: 100, seed: opened },
    search: {
      basisCount: [1, 2],
      regularization: [0.1],
      overlapWeight: [1],
      groupDimension: [2],
      seeds: 2,
    },
    training: {
      objective: "law",
      epochs: 3,
      batchSize: 16,
      hiddenWidth: 32,
      coefficientScale: 1,
      generatorRate: 0.001,
      discriminatorRate: 0.001,
      heldOut: 0.25,
    },
    selection: { displacement: 0.5, tolerance: 0.1, classifierSteps: 100 },
    limits: { packSize: 64, concurrentPacks: 2 },
  };
}

export const facts = (sha256 = "a".repeat(64)): DatasetFacts => ({
  title: "three points",
  sha256,
  samples: 3,
  groups: 2,
  dimension: 2,
  inputBlocks: 1,
  outputBlocks: 1,
  labels: 0,
  rank: 2,
  secondMoment: Float64Array.of(1, 0.1, 0.1, 1),
});

export const worker: WorkerFacts = {
  worker: "host:1",
  engine: "onnx",
  backend: "cpu",
  versions: "liesweep 0.1.0",
};

/** An opened sweep with its four trials, not yet claimed. */
export async function openedSweep(store: SweepStore): Promise<SweepId> {
  const spec = newSpec();
  await store.openSweep(spec, facts());
  await store.addTrials(spec.sweep, planTrials(spec));
  return spec.sweep;
}

export async function claimedSweep(store: SweepStore): Promise<{ sweep: SweepId; claim: Claim }> {
  const sweep = await openedSweep(store);
  await store.setSweepState(sweep, "running");
  return { sweep, claim: await store.claimTrials(sweep, [0, 1, 2, 3], worker) };
}

export const report = (trial: number, epoch: number, loss = 0.7): EpochReport => ({
  trial,
  epoch,
  generatorLoss: loss,
  discriminatorLoss: loss / 3,
  identityPenalty: 0.25,
  overlapPenalty: 0,
  largestExtent: 1.5,
});

export const generators = (trial: number, epoch: number, value = 1): TrialGenerators => ({
  trial,
  epoch,
  dimension: 2,
  generators: [Float64Array.of(0, value, -value, 0)],
});

export const direction = (number: number, trial: number): Direction => ({
  number,
  origin: "trial",
  trial,
  rank: 0,
  dimension: 2,
  entries: Float64Array.of(0, 1, -1, 0),
  extent: 0.8,
});

export const zero: Direction = {
  number: 9,
  origin: "zero",
  dimension: 2,
  entries: new Float64Array(4),
  extent: 0,
};

/** Judges directions 0 and 1. */
export const found: Verdict = {
  status: "found",
  name: "so(2)",
  dimension: 1,
  groupDimension: 2,
  basisCount: 1,
  closureDefect: "abelian",
  support: 1,
  score: 0.02,
  reason: "Every seed found one direction.",
  basis: [Float64Array.of(0, 1 / 3, -1 / 3, 0)],
  levels: [
    {
      tolerance: 0.01,
      name: "so(2)",
      dimension: 1,
      groupDimension: 2,
      basisCount: 1,
      closureDefect: "abelian",
      support: 1,
      score: 0.02,
      symmetricShare: 0.03,
      law: { exact: false, range: 0.2 },
      map: { exact: true, range: 2 },
      basis: [Float64Array.of(0, 1 / 3, -1 / 3, 0)],
    },
    {
      tolerance: 0.04,
      name: "unnamed",
      dimension: 2,
      groupDimension: 2,
      closureDefect: 1 / 7,
      support: 0.5,
      score: 0.03,
      symmetricShare: 0.7,
      law: { exact: false, range: 0 },
      basis: [Float64Array.of(0, 1 / 3, -1 / 3, 0), Float64Array.of(0.1, 0, 0, 1 / 3)],
    },
  ],
  proposal: { basisCount: [2, 3], reason: "No trial holds both." },
  directions: [
    { direction: 0, standing: "accepted", score: 0.02, reason: "v = 0.02." },
    { direction: 1, standing: "unsupported", reason: "One seed of two." },
  ],
};
