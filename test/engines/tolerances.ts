/** How far an engine may be from its oracle, relative to the largest entry of a tensor. */
export interface Tolerance {
  /** Losses, and gradients after one step. */
  readonly gradient: number;
  /** Parameters after several steps. */
  readonly severalSteps: number;
  /**
   * A trial's losses and parameters keep their bits, whatever T, slot and mates, at batch sizes (and
   * hidden widths, for parameters) that are multiples of this. Vector code rounds softplus and the like differently at the end of a
   * tensor, where fewer numbers than a register holds are left.
   */
  readonly sameLosses: number;
  readonly sameParameters: number;
}

/** Float32 on both sides; five squarings leave 32 roundings in what is moved. */
const FLOAT32: Tolerance = { gradient: 1e-5, severalSteps: 1e-4, sameLosses: 1, sameParameters: 1 };

export const TOLERANCES = {
  "onnx on cpu": { ...FLOAT32, sameLosses: 4 },
  "onnx on webgpu": FLOAT32,
  "tfjs on cpu": FLOAT32,
  "tfjs on wasm": FLOAT32,
  "tfjs on webgpu": FLOAT32,
  "tfjs on tensorflow": { ...FLOAT32, sameLosses: 16, sameParameters: 16 },
} as const satisfies Record<string, Tolerance>;
