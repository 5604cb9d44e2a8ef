import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { packMemory, type StepShape } from "../../liegan/index.ts";

const PROGRAM = fileURLToPath(new URL("../support/peak-memory.ts", import.meta.url));
const SAMPLES = 2000;
const STEPS = 4;

const shape = (trials: number, hiddenWidth: number, conditional = false): StepShape => ({
  ...{ trials, channels: 3, dimension: 2, inputBlocks: 4, outputBlocks: 4, labels: 0 },
  ...{ hiddenWidth, batchSize: 64, conditional },
});

async function measured(of: StepShape): Promise<number> {
  const words = [
    "--import",
    import.meta.resolve("tsx"),
    PROGRAM,
    JSON.stringify({ of, SAMPLES, STEPS }),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  return Number(stdout);
}

test.skipIf(process.platform !== "linux")(
  "the memory of a trainer process is predicted within 30 %, from small packs to large ones",
  async () => {
    for (const of of [shape(4, 64), shape(16, 256), shape(16, 512), shape(16, 256, true)]) {
      const ratio = (await measured(of)) / packMemory(of, SAMPLES, STEPS);
      expect(ratio).toBeGreaterThan(0.7);
      expect(ratio).toBeLessThan(1.3);
    }
  },
);

test("memory grows with the pack, and by the width squared when that is large", () => {
  const at = (trials: number, width: number) => packMemory(shape(trials, width), SAMPLES, STEPS);
  expect(at(8, 128)).toBeLessThan(at(16, 128));
  expect(at(64, 4096) / at(64, 2048)).toBeGreaterThan(3.5);
});
