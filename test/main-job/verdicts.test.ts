import { copyFile, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeDataset, openDataset } from "../../datasets/index.ts";
import { embed, inner, norm, toData, toWhitened, whiteningOf } from "../../lie/index.ts";
import { parseSweep } from "../../sweep/parse.ts";
import { faults } from "../cli/json-output.ts";
import { temporaryHome } from "../support/homes.ts";
import { liesweep, stackEnvironment } from "../support/program.ts";

const examples = new URL("../../examples/", import.meta.url);
const orbits = new URL("../../../shared/data/two-body-orbits.npz", import.meta.url);
const haveOrbits = await readFile(orbits).then(
  () => true,
  () => false,
);

/** What `show --json` prints, as far as these tests read it. */
interface Shown {
  /** One row a trial. */
  readonly leaderboard: readonly object[];
  readonly verdict: {
    readonly status: string;
    readonly name?: string;
    readonly dimension: number;
    readonly groupDimension?: number;
    readonly basisCount?: number;
    readonly reason: string;
    /** Matrices by rows. */
    readonly basis: readonly (readonly (readonly number[])[])[];
  };
}

describe("the main job, as a user runs it", { timeout: 900_000 }, () => {
  let home: Awaited<ReturnType<typeof temporaryHome>>;
  let env: Readonly<Record<string, string>>;
  let folder: string;
  beforeAll(async () => {
    home = await temporaryHome();
    env = await stackEnvironment(home.path);
    folder = await mkdtemp(join(tmpdir(), "liesweep-files-"));
  });
  afterAll(() => home[Symbol.asyncDispose]());

  async function run(file: string): Promise<{ shown: Shown; code: number | null; err: string }> {
    const { code, out, err } = await liesweep(["run", file, "--json", "--engine", "onnx"], env)
      .finished;
    const shown = JSON.parse(out) as Shown;
    expect(faults("run", shown)).toEqual([]);
    return { shown, code, err };
  }

  async function select(...argv: readonly string[]): Promise<Shown> {
    const { out } = await liesweep(["select", ...argv, "--json"], env).finished;
    const shown = JSON.parse(out) as Shown;
    expect(faults("select", shown)).toEqual([]);
    return shown;
  }

  it.skipIf(!haveOrbits)(
    "finds so(2) in the published orbits, on blocks of 2, with one generator, and judges them anew",
    async () => {
      await copyFile(orbits, join(folder, "two-body-orbits.npz"));
      const file = join(folder, "orbits.yaml");
      await writeFile(file, fewer(await readFile(new URL("orbits.yaml", examples), "utf8")));
      const { shown, code } = await run(file);
      expect(shown.verdict).toMatchObject({
        status: "found",
        name: "so(2)",
        dimension: 1,
        groupDimension: 2,
        basisCount: 1,
      });
      expect(code).toBe(0);
      const spec = parseSweep(file, await readFile(file, "utf8"));
      const { secondMoment } = describeDataset(await openDataset(spec.dataset));
      expect(cosineToRotation(shown.verdict.basis[0]?.flat() ?? [], secondMoment)).toBeGreaterThan(
        0.999,
      );

      const strict = await select("orbits", "--tolerance", "0.01");
      expect(strict.verdict.dimension).toBeLessThanOrEqual(shown.verdict.dimension);
      expect(strict.leaderboard.length).toBe(shown.leaderboard.length);
      expect(await select("orbits")).toEqual(shown);
    },
  );

  it("says none, and why, of orbits that are bent until no rotation survives", async () => {
    const text = await readFile(new URL("no-symmetry.yaml", examples), "utf8");
    const file = join(folder, "no-symmetry.yaml");
    await writeFile(file, fewer(text));
    const { shown, code } = await run(file);
    expect(shown.verdict).toMatchObject({ status: "none", dimension: 0, basis: [] });
    expect(shown.verdict.reason).toMatch(/can be told from data|less than/);
    expect(code).toBe(0);
  });
});

/** An example with fewer configurations: a third of the time, and still every group dimension. */
function fewer(example: string): string {
  const file = example
    .replace("basisCount: [1, 2, 3]", "basisCount: [1, 2]")
    .replace("regularization: [0.1, 1]", "regularization: [1]");
  expect(file).toMatch(/basisCount: \[1, 2\]\n.*regularization: \[1\]\n/);
  return file;
}

/** |cos| between I ⊗ L and the rotation of every 2-vector, both restricted to the support of the data. */
function cosineToRotation(entries: readonly number[], secondMoment: Float64Array): number {
  const d = Math.sqrt(secondMoment.length);
  const whitening = whiteningOf(secondMoment, d);
  const restricted = (data: Float64Array) =>
    toData(whitening, toWhitened(whitening, embed({ dim: Math.sqrt(data.length), data }, d)));
  const rotation = restricted(Float64Array.of(0, -1, 1, 0));
  const found = restricted(Float64Array.from(entries));
  return Math.abs(inner(rotation, found)) / (norm(rotation) * norm(found));
}
