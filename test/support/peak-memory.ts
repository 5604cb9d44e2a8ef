import { readFileSync } from "node:fs";
import { onnxEngine } from "../../engines/index.ts";
import { initialState, type StepShape, sampleWidth } from "../../liegan/index.ts";

/** Trains a few runs at the shape given as JSON, and prints this process's peak resident memory in bytes. */
const { of, SAMPLES, STEPS } = JSON.parse(process.argv[2] ?? "") as {
  of: StepShape;
  SAMPLES: number;
  STEPS: number;
};
const { trials: T, channels: K, batchSize: B } = of;
const settings = {
  identityWeight: new Float32Array(T).fill(1),
  overlapWeight: new Float32Array(T).fill(1),
  live: new Float32Array(T * K).fill(1),
};
const samples = new Float32Array(SAMPLES * sampleWidth(of)).fill(0.5);
const session = await onnxEngine().open(of, settings, samples);
let state = initialState(
  of,
  Array.from({ length: T }, (_, seed) => ({ seed, basisCount: K })),
);
for (let run = 0; run < 5; run++)
  ({ state } = await session.run(state, {
    steps: STEPS,
    rows: new Int32Array(STEPS * T * B),
    coefficients: new Float32Array(STEPS * T * K * B).fill(0.1),
    generatorRate: new Float64Array(STEPS).fill(1e-3),
    discriminatorRate: new Float64Array(STEPS).fill(2e-4),
  }));
const status = readFileSync("/proc/self/status", "utf8");
process.stdout.write(String(1024 * Number(/VmHWM:\s+(\d+)/.exec(status)?.[1])));
