import { splitGroups, whiten, whitenedSamples } from "../datasets/index.ts";
import { embed, toWhitened } from "../lie/index.ts";
import type {
  Dataset,
  Direction,
  SelectionSpec,
  TestedValidity,
  ValidityTest,
} from "../sweep/index.ts";
import { type Engine, type StepShape, sampleWidth } from "./engine.ts";
import { initialState } from "./initial-state.ts";
import { type DrawSizes, drawEpoch, stepsPerEpoch } from "./streams.ts";
import { HOLD_OUT_SEED } from "./train.ts";

export interface ValidityJob {
  /** Equal in `sees` and in the number of directions. */
  readonly tests: readonly ValidityTest[];
  /** Those the tests name. */
  readonly directions: readonly Direction[];
  readonly selection: SelectionSpec;
  readonly heldOut: number;
}

/**
 * Asks a fresh classifier, per test, whether data moved along the directions can be told from data,
 * and reports its cross entropy on held-out groups: ln 2 if they cannot.
 *
 * The classifier is the discriminator of the compiled step with frozen generators, so many tests run
 * as one batched program. All tests draw the same samples, coefficients and first weights: what
 * chance adds to one it adds to all, and the comparison with the zero generator is the sharper.
 */
export async function testValidity(
  engine: Engine,
  dataset: Dataset,
  { tests, directions, selection, heldOut }: ValidityJob,
): Promise<readonly TestedValidity[]> {
  const [first] = tests;
  if (!first) return [];
  const whitening = whiten(dataset, dataset.dimension);
  const samples = whitenedSamples(dataset, whitening);
  const seesAll = first.sees === "sample";
  const shape: StepShape = {
    trials: tests.length,
    channels: first.directions.length,
    dimension: whitening.rank,
    inputBlocks: samples.inputBlocks,
    outputBlocks: seesAll ? samples.outputBlocks : 0,
    labels: seesAll ? samples.labels : 0,
    hiddenWidth: CLASSIFIER.hiddenWidth,
    batchSize: CLASSIFIER.batchSize,
    frozen: true,
  };
  const width = samples.values.length / dataset.samples;
  const seen = seesAll ? samples.values : columns(samples.values, width, sampleWidth(shape));
  const split = splitGroups(dataset, heldOut, HOLD_OUT_SEED);
  const byNumber = new Map(directions.map((direction) => [direction.number, direction]));
  const starts = tests.map((test) => ({
    seed: CLASSIFIER.seed,
    basisCount: test.directions.length,
    generators: Float32Array.from(
      test.directions.flatMap((number) => {
        const { entries, dimension } = byNumber.get(number)!;
        const whole = embed({ dim: dimension, data: entries }, dataset.dimension);
        const length = test.displacement / Math.sqrt(test.directions.length);
        return [...toWhitened(whitening, whole).data].map((entry) => entry * length);
      }),
    ),
  }));
  const zeros = new Float32Array(tests.length);
  const settings = {
    identityWeight: zeros,
    overlapWeight: zeros,
    live: new Float32Array(tests.length * shape.channels).fill(1),
  };
  const session = await engine.open(shape, settings, seen);
  try {
    let state = initialState(shape, starts);
    const trainSizes: DrawSizes = { ...shape, rows: split.train, coefficientScale: 1 };
    const total = selection.classifierSteps;
    for (let done = 0, epoch = 1; done < total; epoch++) {
      const drawn = drawEpoch(starts, trainSizes, epoch);
      const rate = (_: unknown, s: number) =>
        0.5 * CLASSIFIER.rate * (1 + Math.cos((Math.PI * Math.min(done + s, total)) / total));
      const run = await session.run(state, {
        ...drawn,
        generatorRate: new Float64Array(drawn.steps),
        discriminatorRate: Float64Array.from({ length: drawn.steps }, rate),
      });
      state = run.state;
      done += drawn.steps;
    }
    const testSizes: DrawSizes = { ...trainSizes, rows: split.heldOut };
    const sums = new Float64Array(tests.length);
    for (let pass = 1; pass <= CLASSIFIER.passes; pass++) {
      const drawn = drawEpoch(starts, testSizes, -pass);
      const still = new Float64Array(drawn.steps);
      const { metrics } = await session.run(state, {
        ...drawn,
        generatorRate: still,
        discriminatorRate: still,
      });
      metrics.discriminatorLoss.forEach((loss, i) => {
        sums[i % tests.length]! += loss;
      });
    }
    const count = CLASSIFIER.passes * stepsPerEpoch(testSizes);
    return tests.map((test, t) => ({ ...test, crossEntropy: sums[t]! / count }));
  } finally {
    await session.close();
  }
}

/** Fixed, so that scores of one data set compare. Width and rate: method §15.3. */
const CLASSIFIER = { hiddenWidth: 128, batchSize: 64, rate: 1e-3, passes: 4, seed: 1 } as const;

/** The first `kept` of the `width` columns. */
function columns(values: Float32Array, width: number, kept: number): Float32Array {
  const rows = values.length / width;
  const result = new Float32Array(rows * kept);
  for (let i = 0; i < rows; i++) result.set(values.subarray(i * width, i * width + kept), i * kept);
  return result;
}
