import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Carried, exported } from "../../export/index.ts";
import { cacheHome } from "../../local/home.ts";
import { sweepId } from "../../sweep/index.ts";
import { firstLevel, orbitsFile } from "./orbits.ts";

/** Which group a model was made with. */
export type GroupName = "discovered" | "true" | null;

/** What a row of a table calls it. */
export const nameOf = (group: GroupName): string => NAMES[group ?? "none"];

const NAMES = {
  none: "no symmetry",
  discovered: "the discovered group",
  true: "the true SO(2)",
};

/**
 * Exports the discovered and the true group for EMLP and lets a script of this folder load them, in the
 * Python that `npm run setup:emlp` made.
 *
 * @returns the lines of JSON it prints
 */
export async function linesOf<Line extends { readonly group: GroupName }>(
  script: "equivariance.py" | "augmentation.py",
  carried: Carried,
  data: string,
  options: readonly string[],
): Promise<readonly Line[]> {
  const truth: Carried = {
    ...carried,
    sweep: sweepId("true"),
    levels: [{ ...firstLevel(carried), basis: [J] }],
  };
  const folder = await mkdtemp(join(tmpdir(), "liesweep-emlp-"));
  try {
    const groups = Object.entries({ discovered: carried, true: truth }).map(
      async ([name, group]) => {
        const file = join(folder, `${name}.py`);
        await writeFile(file, await exported(group, "emlp"));
        return ["--group", `${name}=${file}`];
      },
    );
    const { stdout } = await promisify(execFile)(join(cacheHome(), "emlp/bin/python"), [
      fileURLToPath(new URL(script, import.meta.url)),
      orbitsFile(data),
      ...(await Promise.all(groups)).flat(),
      ...options,
    ]);
    return stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const J = [
  [0, -1],
  [1, 0],
];
