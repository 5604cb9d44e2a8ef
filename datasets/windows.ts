import type { Dataset } from "../sweep/index.ts";

export type Windowed = Omit<Dataset, "title">;

/** How many windows one trajectory gives; see {@link cutWindows}. */
export const windowCount = (steps: number, { input, output }: Window): number =>
  Math.max(0, steps - input - output);

export interface Window {
  readonly input: number;
  readonly output: number;
}

/**
 * Cuts trajectories into samples of `input` states that move and the `output` states after them.
 *
 * t = 0 … steps − input − output − 1: the last legal window is dropped, as the LieGAN reference
 * implementation does, so that counts compare (18 of a two-body trajectory, not 19).
 *
 * @param paths - shape (trajectories, steps, d), row-major; d may be picked and reordered by `columns`
 * @returns groups by trajectory
 */
export function cutWindows(
  paths: Float64Array,
  [trajectories, steps, width]: readonly [number, number, number],
  window: Window,
  columns: readonly number[] = Array.from({ length: width }, (_, i) => i),
): Windowed {
  const perPath = windowCount(steps, window);
  const length = window.input + window.output;
  const samples = trajectories * perPath;
  const values = new Float64Array(samples * length * columns.length);
  const groups = new Int32Array(samples);
  let at = 0;
  for (let trajectory = 0; trajectory < trajectories; trajectory++)
    for (let t = 0; t < perPath; t++) {
      groups[trajectory * perPath + t] = trajectory;
      for (let step = t; step < t + length; step++)
        for (const column of columns)
          values[at++] = paths[(trajectory * steps + step) * width + column]!;
    }
  return {
    samples,
    dimension: columns.length,
    inputBlocks: window.input,
    outputBlocks: window.output,
    labels: 0,
    values,
    groups,
  };
}
