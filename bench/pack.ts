import {
  type EngineState,
  initialState,
  type StepDraws,
  type StepShape,
  sampleWidth,
  type TrialSettings,
} from "../liegan/index.ts";
import { drawEpoch } from "../liegan/streams.ts";
import { normals, streamSeed, uniforms } from "../sweep/index.ts";

/** What varies from case to case; the rest is the two-body data of the main job. */
export interface PackSizes {
  readonly trials: number;
  readonly width: number;
  readonly channels: number;
  /** Steps of one run. */
  readonly steps: number;
}

/** B. */
export const BATCH_SIZE = 64;

/** Two bodies in the plane: 2 × 2 matrices act on four vectors of x and four of y; F = 16. */
export const twoBodyShape = ({ trials, width, channels }: PackSizes): StepShape => ({
  trials,
  channels,
  dimension: 2,
  inputBlocks: 4,
  outputBlocks: 4,
  labels: 0,
  hiddenWidth: width,
  batchSize: BATCH_SIZE,
});

export interface Pack {
  readonly shape: StepShape;
  readonly settings: TrialSettings;
  readonly samples: Float32Array;
  /** Parameters before the first step; made anew, so that nobody holds them longer than a training would. */
  start(): EngineState;
  /** Rows, coefficients and rates of one run, drawn as a training draws them. */
  draw(run: number, steps?: number): StepDraws;
}

/** Trials at two-body sizes on white noise: a step costs the same whatever the numbers are. */
export function makePack(sizes: PackSizes): Pack {
  const shape = twoBodyShape(sizes);
  const { trials: T, channels: K, batchSize: B } = shape;
  const { steps: S } = sizes;
  const trials = Array.from({ length: T }, (_, t) => ({ seed: t + 1, basisCount: K }));
  const drawSizes = {
    rows: Int32Array.from({ length: S * B }, (_, i) => i),
    channels: K,
    batchSize: B,
    coefficientScale: 1,
  };
  return {
    shape,
    settings: {
      identityWeight: new Float32Array(T).fill(1),
      overlapWeight: new Float32Array(T).fill(1),
      live: new Float32Array(T * K).fill(1),
    },
    samples: Float32Array.from(
      { length: S * B * sampleWidth(shape) },
      normals(uniforms(streamSeed(1, "samples"))),
    ),
    start: () => initialState(shape, trials),
    draw: (run, steps = S) => ({
      ...drawEpoch(
        trials.map((trial) => ({ ...trial, epoch: run })),
        { ...drawSizes, rows: drawSizes.rows.subarray(0, steps * B) },
      ),
      generatorRate: new Float64Array(steps).fill(1e-3),
      discriminatorRate: new Float64Array(steps).fill(2e-4),
    }),
  };
}

/**
 * The matrix products no step can do without, in FLOP per trial-step: each of the two large layers
 * goes forward, gives a gradient to its input and one to its weights, on 2B columns (moved and
 * unmoved), at 2 FLOP a multiply-add: 3 · 2 · (H² + H F) · 2B. Two-body: 207.6 MFLOP at H = 512,
 * 14.2 at H = 128. A step that does more products, as autodiff's does, is not credited for them.
 */
export function essentialFlop(sizes: PackSizes): number {
  const shape = twoBodyShape(sizes);
  const { hiddenWidth: H, batchSize: B } = shape;
  return 3 * 2 * (H * H + H * sampleWidth(shape)) * 2 * B;
}
