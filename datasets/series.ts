import { basename } from "node:path";
import type { Dataset, SeriesSpec } from "../sweep/index.ts";
import { DatasetError } from "./errors.ts";

import { openNpz } from "./npz.ts";
import { cutWindows, windowCount } from "./windows.ts";

/** Trajectories (N, steps, d) of an `.npz` file, cut into windows and grouped by trajectory. */
export async function readSeries(spec: SeriesSpec): Promise<Dataset> {
  const { values, shape } = (await openNpz(spec.file)).array(spec.series);
  const refuse = (seen: string, remedy: string) =>
    new DatasetError({ file: spec.file, array: spec.series }, seen, remedy);
  const [trajectories, steps, width, ...more] = shape;
  if (trajectories === undefined || steps === undefined || width === undefined || more.length > 0)
    throw refuse(
      `shape (${shape.join(", ")}) has ${shape.length} axes, and a series has three: trajectories, steps, columns`,
      "Reshape it, or describe it as pairs with `x` and `y`",
    );
  const outside = spec.columns?.filter((column) => column < 0 || column >= width) ?? [];
  if (outside.length > 0)
    throw refuse(
      `columns ${outside.join(", ")} are out of range: there are ${width}, counted from 0`,
      `Use columns 0 to ${width - 1}`,
    );
  const { input, output } = spec.window;
  if (windowCount(steps, spec.window) < 1)
    throw refuse(
      `a window of ${input} + ${output} steps needs a series of at least ${input + output + 1}, and this one has ${steps}`,
      "Shorten dataset.window (the last legal window of a series is not used)",
    );
  if (trajectories < 2)
    throw refuse(
      `there is ${trajectories === 1 ? "one trajectory" : "no trajectory"}, and validity is judged on trajectories held out from training`,
      "Cut the series into several, at least 2",
    );
  return {
    title: `${basename(spec.file)}, ${spec.series}, ${trajectories} trajectories, windows of ${input} + ${output}`,
    ...cutWindows(values, [trajectories, steps, width], spec.window, spec.columns),
  };
}
