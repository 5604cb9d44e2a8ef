import { readFile, writeFile } from "node:fs/promises";
import { version } from "../../cli/version.ts";
import { describeDataset, openDataset } from "../../datasets/index.ts";
import { type Carried, carriedOf } from "../../export/index.ts";
import type { SeriesSpec, SweepSpec } from "../../sweep/index.ts";
import { sweepOf, truthCases } from "../truth/cases.ts";
import { judge, trainSweep } from "../truth/sweep.ts";

/** The orbits of the LieGAN paper: train and test in opposite half-planes. */
const CASE = "two-body-orbits (file)";

function orbitsSweep(data: string): SweepSpec & { readonly dataset: SeriesSpec } {
  const found = truthCases(data).find(({ name }) => name === CASE);
  const spec = found && sweepOf(found, 0);
  if (spec?.dataset.kind !== "series") throw new Error(`no case is called "${CASE}"`);
  return { ...spec, dataset: spec.dataset };
}

/**
 * What a sweep of the training orbits, a state and the next, found: the JSON of `liesweep export` in
 * `file` where that is there; else of a sweep in this process, written to `file` if one is named.
 *
 * @throws when the file is of a sweep of other data
 */
export async function carriedFrom(data: string, file?: string): Promise<Carried> {
  const spec = orbitsSweep(data);
  const dataset = await openDataset(spec.dataset);
  const facts = describeDataset(dataset);
  const kept = file === undefined ? undefined : await readFile(file, "utf8").catch(() => undefined);
  if (kept !== undefined) {
    const carried = JSON.parse(kept) as Carried;
    if (carried.data.sha256 === facts.sha256) return carried;
    throw new Error(`${file} is of a sweep of other data, ${carried.data.title}`);
  }
  console.error("sweeping the orbits");
  const { evidence } = await trainSweep(spec, dataset);
  const { verdict } = await judge(evidence, dataset);
  const carried = carriedOf({ sweep: spec.sweep, dataset: facts, verdict, version: version() });
  if (file !== undefined) await writeFile(file, JSON.stringify(carried));
  return carried;
}

/** The level that is the verdict's own. */
export function firstLevel({ sweep, levels }: Carried): Carried["levels"][number] {
  const [level] = levels;
  if (level === undefined) throw new Error(`${sweep} was exported without a level`);
  return level;
}

/** `two-body-orbits.npz`, wherever it is. */
export const orbitsFile = (data: string): string => orbitsSweep(data).dataset.file;
