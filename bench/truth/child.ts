import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { deserialize, serialize } from "node:v8";
import { openDataset } from "../../datasets/index.ts";
import { sweepOf, truthCases } from "./cases.ts";
import { rowOf } from "./report.ts";
import { judge, trainSweep } from "./sweep.ts";

/**
 * Reads `{"name", "seed"}` line by line, runs the sweep of that case, and answers with its {@link Row}.
 * With a second folder, what was trained is kept there, and judged again without training.
 */
const [data = "", kept] = process.argv.slice(2);
const cases = truthCases(data);
for await (const line of createInterface(process.stdin)) {
  const { name, seed } = JSON.parse(line) as { readonly name: string; readonly seed: number };
  const truthCase = cases.find((one) => one.name === name);
  if (truthCase === undefined) throw new Error(`no case is called "${name}"`);
  const started = performance.now();
  const spec = sweepOf(truthCase, seed);
  const dataset = await openDataset(spec.dataset);
  const { trained, secondsBefore } = await keptOr(spec.sweep, () => trainSweep(spec, dataset));
  const { trialSteps } = trained;
  const { verdict, evidence } = await judge(trained.evidence, dataset);
  const seconds = secondsBefore + secondsSince(started);
  console.log(JSON.stringify(rowOf({ truthCase, seed, verdict, evidence, trialSteps, seconds })));
}

interface Kept {
  readonly trained: Awaited<ReturnType<typeof trainSweep>>;
  /** What training took in an earlier run. */
  readonly secondsBefore: number;
}

async function keptOr(sweep: string, train: () => Promise<Kept["trained"]>): Promise<Kept> {
  if (kept === undefined) return { trained: await train(), secondsBefore: 0 };
  const file = join(kept, `${sweep}.trained`);
  const earlier = await readFile(file).catch(() => undefined);
  if (earlier !== undefined) return deserialize(earlier) as Kept;
  const started = performance.now();
  const trained = await train();
  await writeFile(file, serialize({ trained, secondsBefore: secondsSince(started) }));
  return { trained, secondsBefore: 0 };
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
