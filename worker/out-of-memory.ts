import { readFileSync } from "node:fs";

/** The trainer found no memory. With fewer trials at once it may find enough. */
export class OutOfMemoryError extends Error {
  override readonly name = "OutOfMemoryError";
}

/** Whether that is what an engine, a driver, V8 or C++ says. */
export const saysOutOfMemory = (text: string): boolean =>
  SAYINGS.some((saying) => text.toLowerCase().includes(saying));

const SAYINGS = [
  "out of memory", // CUDA, Dawn, V8's heap
  "allocation failed", // V8's array buffers
  "invalid typed array length", // V8, of arrays longer than any may be
  "bad_alloc", // C++
  "failed to allocate memory", // ONNX Runtime's arenas
  "smaller than requested bytes", // the same on CUDA
  "oom when allocating", // TensorFlow
  "resource_exhausted",
  "status_alloc_failed", // cuBLAS, cuDNN
];

/**
 * How many processes the kernel has killed for want of memory since this machine began; undefined where it does
 * not say. Those of other containers count too.
 *
 * @param counters - the file that has it
 */
export function memoryKills(counters = "/proc/vmstat"): number | undefined {
  try {
    const [, count] = /^oom_kill (\d+)$/m.exec(readFileSync(counters, "utf8")) ?? [];
    return count === undefined ? undefined : Number(count);
  } catch {
    return undefined;
  }
}
