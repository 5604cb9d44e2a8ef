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
  const { evidence: trained, trialSteps } = await keptOr(spec.sweep, () =>
    trainSweep(spec, dataset),
  );
  const { verdict, evidence } = await judge(trained, dataset);
  const seconds = (performance.now() - started) / 1000;
  console.log(JSON.stringify(rowOf({ truthCase, seed, verdict, evidence, trialSteps, seconds })));
}

type Trained = Awaited<ReturnType<typeof trainSweep>>;

async function keptOr(sweep: string, train: () => Promise<Trained>): Promise<Trained> {
  if (kept === undefined) return train();
  const file = join(kept, `${sweep}.trained`);
  const earlier = await readFile(file).catch(() => undefined);
  if (earlier !== undefined) return deserialize(earlier) as Trained;
  const trained = await train();
  await writeFile(file, serialize(trained));
  return trained;
}
