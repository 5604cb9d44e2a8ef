import { parameterSizes, type StepShape, sampleWidth } from "./engine.ts";

/**
 * Resident memory of a trainer process at its peak, in bytes: what the compiled step on the CPU was
 * seen to use, in units of the tensors that a pack of T trials has.
 *
 * Measured on linux-x64 with onnxruntime-node 1.30.0 over T = 2 … 64, H = 64 … 512, n = 2 … 8: within
 * 15 % (test/liegan/memory.test.ts holds it to 30 %). Other engines differ.
 *
 * @param samples - rows of the data set
 * @param steps - steps of one run
 */
export function packMemory(shape: StepShape, samples: number, steps: number): number {
  const { trials: T, channels: K, dimension: n, hiddenWidth: H, batchSize: B } = shape;
  const perTrial = Object.values(parameterSizes(shape)).reduce((sum, size) => sum + size, 0);
  const state = 3 * T * perTrial; // parameters and two moments
  const activations = T * H * 2 * B * (shape.conditional ? 2 : 1);
  const elements = T * n * n * B;
  const draws = steps * T * B * (1 + K);
  const data = samples * sampleWidth(shape);
  const floats =
    COPIES.state * state +
    COPIES.activations * activations +
    COPIES.elements * elements +
    COPIES.draws * draws +
    COPIES.data * data;
  return PROCESS + 4 * floats;
}

/** Node, tsx and ONNX Runtime before any tensor. */
const PROCESS = 130 * 2 ** 20;

/** How many tensors of each size live at once: feeds, results, both ends of the loop, the arena's slack. */
const COPIES = { state: 5.5, activations: 12, elements: 40, draws: 3, data: 4 } as const;
