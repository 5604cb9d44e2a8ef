import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { onnxEngine, selfCheck, tfjsEngine, timeTrialStep } from "../../engines/index.ts";
import type { Engine, StepMetrics } from "../../liegan/index.ts";
import type { MeasuredBackend } from "../../worker/backends.ts";
import { chooseBackend, fastest } from "../../worker/calibrate.ts";

describe("the self-check", () => {
  test("lets pass what conforms", async () => {
    await selfCheck(onnxEngine());
    await selfCheck(await tfjsEngine("cpu"));
  });

  test.each([
    ["a loss one part in a thousand off", (loss: number) => loss * 1.001],
    ["no number at all", () => Number.NaN],
  ])("refuses %s", async (_, wrong) => {
    await expect(selfCheck(spoilt(wrong))).rejects.toThrow(/onnx on cpu gives .+do not train/);
  });
});

test("a trial-step takes some time", async () => {
  expect(await timeTrialStep(onnxEngine())).toBeGreaterThan(0);
});

describe("the fastest backend", () => {
  const measured = (backend: string, msPerTrialStep?: number): MeasuredBackend => ({
    engine: "onnx",
    backend,
    loads: true,
    detail: "",
    ...(msPerTrialStep !== undefined && { msPerTrialStep }),
  });

  test("of several on the CPU is the one with the shortest step", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 99, noNaN: true })), (times) => {
        const best = fastest(
          times.map((ms) => measured("cpu", ms)),
          2,
        );
        expect(best?.msPerTrialStep).toBe(times.length > 0 ? Math.min(...times) : undefined);
      }),
    );
  });

  test("counts a card once and a core per slot", () => {
    const both = [measured("cpu", 1), measured("cuda", 0.3)];
    expect(fastest(both, 2)?.backend).toBe("cuda");
    expect(fastest(both, 8)?.backend).toBe("cpu");
  });

  test("is none that was not measured", () => {
    expect(fastest([measured("cuda")], 1)).toBeUndefined();
  });
});

describe("a worker's choice", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "liesweep-calibration-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("loads here, and is remembered until the machine changes", async () => {
    const file = join(folder, "not", "there", "yet", "calibration.json");
    const { engine, backend, loads } = await chooseBackend(file, 2);
    expect(loads).toBe(true);
    const kept = await readFile(file, "utf8");
    expect(JSON.parse(kept)).toMatchObject({ engine, backend });
    expect(await chooseBackend(file, 2)).toMatchObject({ engine, backend, loads: true });
    expect(await readFile(file, "utf8")).toBe(kept);
  });
});

/** onnx with its discriminator loss changed. */
function spoilt(change: (loss: number) => number): Engine {
  const engine = onnxEngine();
  return {
    ...engine,
    async open(...args) {
      const session = await engine.open(...args);
      return {
        ...session,
        async run(...given) {
          const { state, metrics } = await session.run(...given);
          const wrong: StepMetrics = {
            ...metrics,
            discriminatorLoss: metrics.discriminatorLoss.map(change),
          };
          return { state, metrics: wrong };
        },
      };
    },
  };
}
