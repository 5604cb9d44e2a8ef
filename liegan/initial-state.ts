import { normals, streamSeed, uniforms } from "../sweep/index.ts";
import {
  DISCRIMINATOR,
  type EngineState,
  eachParameter,
  INPUT_DISCRIMINATOR,
  inputWidth,
  type Layer,
  type Parameters,
  parameterSizes,
  type StepShape,
  sampleWidth,
} from "./engine.ts";

/** Where one trial starts. */
export interface TrialStart {
  /** Seed of every random stream of the trial. */
  readonly seed: number;
  /** K of this trial; the channels beyond stay zero. */
  readonly basisCount: number;
  /** Generators to start from, (K, n, n); random ones when absent. */
  readonly generators?: Float32Array;
}

/**
 * Parameters before the first step. Generators: normal with standard deviation √2/(2n), half of
 * Kaiming's on an n × n tensor; 0 would be stationary, since g − 1 is odd in z to first order.
 * Discriminators: uniform in ±1/√fan-in, as the reference's framework draws it. Adam's moments: 0.
 *
 * Each trial draws from streams of its own, so its start does not depend on its pack mates.
 */
export function initialState(shape: StepShape, starts: readonly TrialStart[]): EngineState {
  const parameters = zeros(shape);
  const sizes = parameterSizes(shape);
  const { dimension: n, hiddenWidth: H } = shape;
  starts.forEach((start, t) => {
    const draw = (name: keyof Parameters, count: number, next: () => number) => {
      const from = t * sizes[name];
      for (let i = 0; i < count; i++) parameters[name][from + i] = next();
    };
    const uniform = (name: keyof Parameters, fanIn: number) => {
      const next = uniforms(streamSeed(start.seed, name));
      const bound = 1 / Math.sqrt(fanIn);
      draw(name, sizes[name], () => (2 * next() - 1) * bound);
    };
    if (start.generators) parameters.generators.set(start.generators, t * sizes.generators);
    else {
      const normal = normals(uniforms(streamSeed(start.seed, "generators")));
      draw("generators", start.basisCount * n * n, () => (normal() * Math.SQRT2) / (2 * n));
    }
    const discriminator = (names: Readonly<Record<Layer, keyof Parameters>>, width: number) => {
      uniform(names.weights1, width);
      uniform(names.bias1, width);
      for (const layer of ["weights2", "bias2", "weights3", "bias3"] as const)
        uniform(names[layer], H);
    };
    discriminator(DISCRIMINATOR, sampleWidth(shape));
    discriminator(INPUT_DISCRIMINATOR, inputWidth(shape));
  });
  return {
    steps: new Int32Array(shape.trials),
    parameters,
    momentum: zeros(shape),
    variance: zeros(shape),
  };
}

function zeros(shape: StepShape): Parameters {
  const sizes = parameterSizes(shape);
  return eachParameter((name) => new Float32Array(shape.trials * sizes[name]));
}
