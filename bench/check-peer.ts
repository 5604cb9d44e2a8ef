import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onnxEngine } from "../engines/index.ts";
import type { StepMetrics } from "../liegan/index.ts";
import { peerFile, peerPython } from "./contenders.ts";
import { makePack } from "./pack.ts";
import { ask } from "./run-case.ts";

/**
 * `npx tsx bench/check-peer.ts`: the JAX peer computes the same step. Both take a few steps from the
 * same state on the same rows and coefficients; every loss before every step has to agree.
 */
const SIZES = { trials: 2, width: 32, channels: 3, steps: 10 };

/** float32 over ten steps; the engines' own suite demands the gradients to 1e-5. */
const TOLERANCE = 2e-5;

const pack = makePack(SIZES);
const [start, draws] = [pack.start(), pack.draw(1)];
const session = await onnxEngine().open(pack.shape, pack.settings, pack.samples);
const { metrics } = await session.run(start, draws);
await session.close();

const folder = await mkdtemp(join(tmpdir(), "liesweep-bench-"));
try {
  const file = join(folder, "case.json");
  const parts = {
    ...{ ...pack.shape, steps: SIZES.steps, samples: pack.samples },
    ...{ ...pack.settings, ...start.parameters },
    ...{ rows: draws.rows, coefficients: draws.coefficients },
  };
  const plain = (_: string, value: unknown) =>
    ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value;
  await writeFile(file, JSON.stringify(parts, plain));
  const theirs = (await ask({
    file: peerPython(),
    args: [peerFile("jax_step.py"), "0", "0", "0", "0", "0", "--check", file],
  })) as Record<keyof StepMetrics, number[]>;
  for (const name of Object.keys(theirs) as (keyof StepMetrics)[]) {
    const differences = theirs[name].map((value, i) => Math.abs(value - metrics[name][i]!));
    const largest = Math.max(...differences);
    const agrees = differences.length === metrics[name].length && largest <= TOLERANCE;
    console.log(`${name}: ${largest.toExponential(1)} ${agrees ? "agrees" : "DIFFERS"}`);
    if (!agrees) process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true });
}
