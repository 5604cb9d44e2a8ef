import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { machineKey } from "../../worker/machine.ts";
import { temporaryHome } from "../support/homes.ts";
import { npzFolder } from "../support/npz.ts";
import { liesweep, widest } from "./captured-terminal.ts";

const file = fileURLToPath(new URL("../../examples/two-body.yaml", import.meta.url));

/** Nobody is asked: a home without a stack. */
const env = { LIESWEEP_HOME: "/nonexistent" };

it("plan counts what would be trained, and needs no server", async () => {
  const { code, out } = await liesweep(env, "plan", file, "--json");
  expect(code).toBe(0);
  const plan = JSON.parse(out) as {
    blocks: { trialSteps: number; trials: number; epochs: number; stepsPerEpoch: number }[];
    trialSteps: number;
  };
  expect(plan).toMatchObject({ sweep: "two-body", trials: 54, packs: 9 });
  for (const { trials, epochs, stepsPerEpoch, trialSteps } of plan.blocks)
    expect(trialSteps).toBe(trials * epochs * stepsPerEpoch);
  expect(plan.trialSteps).toBe(plan.blocks.reduce((sum, { trialSteps }) => sum + trialSteps, 0));
}, 120_000);

it("plan counts whole minibatches of the groups that are trained on, however unequal they are", async () => {
  const files = await npzFolder();
  const sizes = [300, 40]; // half of the groups held out leaves one of them
  const samples = sizes.reduce((sum, size) => sum + size);
  const data = await files.write({
    x: {
      shape: [samples, 2],
      values: Array.from({ length: 2 * samples }, (_, i) => Math.sin(1.7 * i + 1)),
    },
    run: { shape: [samples], type: "<i4", values: sizes.flatMap((n, run) => Array(n).fill(run)) },
  });
  const sweep = join(files.folder, "unequal.yaml");
  await writeFile(
    sweep,
    `sweep: unequal
dataset: { file: ${data}, x: x, target: none, group: run }
search: { basisCount: [1], regularization: [1], groupDimension: [2], seeds: 1 }
training: { epochs: 1, batchSize: 20, hiddenWidth: 8, heldOut: 0.5 }
`,
  );
  const { out } = await liesweep(env, "plan", sweep, "--json");
  const { blocks } = JSON.parse(out) as { blocks: { stepsPerEpoch: number }[] };
  // 170 of 340 samples would make 8
  expect([[15], [2]]).toContainEqual(blocks.map(({ stepsPerEpoch }) => stepsPerEpoch));
  await files.remove();
}, 120_000);

describe("the time that plan tells", () => {
  /** With a home that remembers tfjs on wasm, chosen on the machine of this key. */
  async function estimateWith(key: string) {
    await using home = await temporaryHome();
    const kept = { machine: key, engine: "tfjs", backend: "wasm" };
    await writeFile(join(home.path, "calibration.json"), JSON.stringify(kept));
    const sweep = join(home.path, "small.yaml");
    await writeFile(
      sweep,
      `sweep: small
dataset: { name: asymmetric, samples: 200, seed: 1 }
search: { basisCount: [1], regularization: [1], groupDimension: [3], seeds: 1 }
training: { epochs: 1, batchSize: 64, hiddenWidth: 8 }
`,
    );
    const { out } = await liesweep({ LIESWEEP_HOME: home.path }, "plan", sweep, "--json");
    return (JSON.parse(out) as { estimate: object }).estimate;
  }

  it("is that of the engine a worker would start with", async () => {
    expect(await estimateWith(machineKey())).toMatchObject({
      ...{ engine: "tfjs", backend: "wasm", calibrated: true },
      trainingSeconds: expect.any(Number),
    });
  }, 120_000);

  it("is that of onnx on cpu where what was chosen was chosen elsewhere", async () => {
    expect(await estimateWith("another machine")).toMatchObject({
      ...{ engine: "onnx", backend: "cpu", calibrated: false },
    });
  }, 120_000);
});

it("plan prints a table that fits 80 columns, and says what its time is", async () => {
  const { code, out, err } = await liesweep(env, "plan", file);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(widest(out)).toBeLessThanOrEqual(80);
  expect(out).toMatch(/^n = 2 +18 +3 +20 /m);
  expect(out).toMatch(/^sum +54 +9 /m);
  expect(out).toMatch(/An\s+estimate,\s+measured\s+just\s+now/);
  expect(out).toMatch(/of\s+onnx\s+on\s+cpu/);
}, 120_000);
