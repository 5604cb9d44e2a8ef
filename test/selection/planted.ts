import { embed, type Matrix, norm, orthonormalise, rejectFrom, svd } from "../../lie/index.ts";
import { type Space, spaceOf } from "../../selection/evidence.ts";
import { type Evidence, nextStep, type Step, type TrialEvidence } from "../../selection/index.ts";
import {
  type DatasetFacts,
  type Direction,
  type Ending,
  normals,
  planTrials,
  type SearchSpec,
  type SweepSpec,
  streamSeed,
  sweepId,
  uniforms,
  type ValidityTest,
  type Verdict,
} from "../../sweep/index.ts";

/** A data set whose symmetry is known, and a sweep over it whose trials are made up. */
export interface Planted {
  readonly spec: SweepSpec;
  readonly dataset: DatasetFacts;
  readonly space: Space;
  /** The true algebra, (n, n), in the coordinates of the data. */
  readonly truth: readonly Matrix[];
}

export function planted(
  truth: readonly Matrix[],
  secondMoment: Float64Array,
  search: Partial<SearchSpec>,
  samples = 1000,
): Planted {
  const dimension = Math.sqrt(secondMoment.length);
  const facts = {
    title: "planted",
    sha256: "0",
    samples,
    groups: samples,
    dimension,
    inputBlocks: 1,
    outputBlocks: 1,
    labels: 0,
    secondMoment,
  };
  const space = spaceOf({ ...facts, rank: dimension });
  return {
    truth,
    space,
    dataset: { ...facts, rank: space.whitening.rank },
    spec: {
      sweep: sweepId("planted"),
      dataset: { kind: "asymmetric", samples: 1000, seed: 1 },
      search: {
        basisCount: [1],
        regularization: [1],
        overlapWeight: [1],
        groupDimension: [dimension],
        seeds: 3,
        ...search,
      },
      training: {
        objective: "law",
        epochs: 20,
        batchSize: 64,
        hiddenWidth: 128,
        coefficientScale: 2,
        generatorRate: 1e-3,
        discriminatorRate: 2e-4,
        heldOut: 0.25,
      },
      selection: { displacement: 0.2, tolerance: 0.02, classifierSteps: 3000 },
      limits: { packSize: 8, concurrentPacks: 64 },
    },
  };
}

/** What a made-up trial learned: directions (n, n) and how far each moves the data. */
export type Learned = readonly (readonly [direction: Matrix, extent: number])[];

/** Evidence of every trial of the plan, nothing asked yet. */
export function learnedBy(
  { spec, space, dataset }: Planted,
  learn: (trial: TrialEvidence["trial"]) => Learned,
  endingOf: (trial: TrialEvidence["trial"]) => Ending | "failed" | "cancelled" = () => "converged",
): Evidence {
  const trials = planTrials(spec).map((trial): TrialEvidence => {
    const learned = learn(trial).slice(0, trial.basisCount);
    const generators = learned.map(([direction, extent]) => {
      const length = norm(space.place(direction.data, trial.groupDimension)) || 1;
      return direction.data.map(
        (entry) => (entry * extent) / (length * spec.training.coefficientScale),
      );
    });
    return {
      trial,
      ending: endingOf(trial),
      generators: turned(generators, noise(trial.number, "turn")),
    };
  });
  return { spec, dataset, trials, directions: [], tests: [] };
}

/** The same span and extents in another basis: an orthogonal mixture, signs included. */
export function turned(
  generators: readonly Float64Array[],
  normal: () => number,
): readonly Float64Array[] {
  const by = svd(generators.map(() => Float64Array.from(generators, normal))).left;
  return generators.map((L, i) =>
    L.map((_, at) => generators.reduce((sum, other, j) => sum + by[i]![j]! * other[at]!, 0)),
  );
}

export const noise = (seed: number, name: string) => normals(uniforms(streamSeed(seed, name)));

/** A random member of a span plus a little of everything. */
export function member(span: readonly Matrix[], normal: () => number, noisy = 0.02): Matrix {
  const dim = span[0]!.dim;
  const weights = span.map(normal);
  const length = Math.hypot(...weights) || 1;
  return {
    dim,
    data: Float64Array.from(
      { length: dim * dim },
      (_, at) =>
        span.reduce((sum, x, i) => sum + (weights[i]! / length) * x.data[at]!, 0) +
        (noisy * normal()) / dim,
    ),
  };
}

/** Cross entropy as a function of what is moved along. */
export type Classifier = (directions: readonly Direction[], test: ValidityTest) => number;

/** ln 2 less c times the mean squared sine of the angle from the truth, on the support: exact and sharp. */
export function exactClassifier({ space, truth }: Planted, c = 0.3): Classifier {
  const onSupport = orthonormalise(
    truth.map((x) => space.place(embed(x, space.dimension).data, space.dimension)),
  );
  return (directions) => {
    const squares = directions.map(({ entries, dimension }) => {
      const matrix = space.place(entries, dimension);
      const outside = norm(rejectFrom(onSupport, matrix));
      return norm(matrix) > 0 ? (outside / norm(matrix)) ** 2 : 0;
    });
    return Math.LN2 - (c * squares.reduce((sum, s) => sum + s, 0)) / Math.max(1, squares.length);
  };
}

/** What a selection driven to its end said on the way. */
export interface Driven {
  readonly verdict: Verdict;
  /** All that was recorded and answered. */
  readonly evidence: Evidence;
  readonly steps: readonly Extract<Step, { kind: "test" }>[];
}

/** Asks, records and answers until there is a verdict. `answered` decides which answers arrive at once. */
export function drive(
  start: Evidence,
  classifier: Classifier,
  answered: (test: ValidityTest, step: number) => boolean = () => true,
): Driven {
  let evidence = start;
  const steps: Extract<Step, { kind: "test" }>[] = [];
  for (;;) {
    const step = nextStep(evidence);
    if (step.kind === "verdict") return { verdict: step.verdict, evidence, steps };
    if (steps.length > MOST_STEPS) throw new Error(`no verdict after ${MOST_STEPS} steps`);
    const directions = [...evidence.directions, ...step.directions];
    const byNumber = new Map(directions.map((direction) => [direction.number, direction]));
    const now = step.tests.map((test) => ({
      ...test,
      crossEntropy: answered(test, steps.length)
        ? classifier(
            test.directions.map((number) => byNumber.get(number)!),
            test,
          )
        : undefined,
    }));
    const asked = new Set(now.map(({ number }) => number));
    evidence = {
      ...evidence,
      directions,
      tests: [...evidence.tests.filter(({ number }) => !asked.has(number)), ...now],
    };
    steps.push(step);
  }
}

const MOST_STEPS = 200;
