import {
  type EngineSession,
  type EngineState,
  eachParameter,
  type Parameters,
  type StepDraws,
  type StepShape,
  type TrialSettings,
} from "../liegan/index.ts";

type Open = (
  shape: StepShape,
  settings: TrialSettings,
  samples: Float32Array,
) => Promise<EngineSession>;

/**
 * Opens one trial alone beside a copy of itself. Libraries take other kernels for a batch of one,
 * which differ in the last bit, and a trial's bits must not depend on how many mates it has.
 */
export const openDoubled =
  (open: Open): Open =>
  async (shape, settings, samples) =>
    shape.trials === 1
      ? doubled(await open({ ...shape, trials: 2 }, twice(settings), samples))
      : open(shape, settings, samples);

/** A session of two equal trials, as a session of one. */
function doubled(session: EngineSession): EngineSession {
  return {
    async run(state, draws) {
      const { state: next, metrics } = await session.run(
        withFloats(state, Int32Array.of(...state.steps, ...state.steps), copyTwice),
        twiceDrawn(draws),
      );
      const first = (values: Float32Array) => values.filter((_, i) => i % 2 === 0);
      return {
        state: withFloats(next, next.steps.slice(0, 1), (values) =>
          values.slice(0, values.length / 2),
        ),
        metrics: {
          discriminatorLoss: first(metrics.discriminatorLoss),
          generatorLoss: first(metrics.generatorLoss),
          meanCosine: first(metrics.meanCosine),
          overlap: first(metrics.overlap),
          inputLoss: first(metrics.inputLoss),
        },
      };
    },
    close: () => session.close(),
  };
}

function copyTwice(values: Float32Array): Float32Array {
  const both = new Float32Array(values.length * 2);
  both.set(values);
  both.set(values, values.length);
  return both;
}

const twice = ({ identityWeight, overlapWeight, live }: TrialSettings): TrialSettings => ({
  identityWeight: copyTwice(identityWeight),
  overlapWeight: copyTwice(overlapWeight),
  live: copyTwice(live),
});

function twiceDrawn(draws: StepDraws): StepDraws {
  const [perRows, perCoefficients] = [
    draws.rows.length / draws.steps,
    draws.coefficients.length / draws.steps,
  ];
  const rows = new Int32Array(draws.rows.length * 2);
  const coefficients = new Float32Array(draws.coefficients.length * 2);
  for (let s = 0; s < draws.steps; s++)
    for (const copy of [0, 1]) {
      rows.set(draws.rows.subarray(s * perRows, (s + 1) * perRows), (2 * s + copy) * perRows);
      coefficients.set(
        draws.coefficients.subarray(s * perCoefficients, (s + 1) * perCoefficients),
        (2 * s + copy) * perCoefficients,
      );
    }
  return { ...draws, rows, coefficients };
}

function withFloats(
  { parameters, momentum, variance }: EngineState,
  steps: Int32Array,
  change: (values: Float32Array) => Float32Array,
): EngineState {
  const each = (of: Parameters) => eachParameter((name) => change(of[name]));
  return {
    steps,
    parameters: each(parameters),
    momentum: each(momentum),
    variance: each(variance),
  };
}
