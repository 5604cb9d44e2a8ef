import { createInterface } from "node:readline";
import { openDataset } from "../../datasets/index.ts";
import { sweepOf, truthCases } from "./cases.ts";
import { rowOf } from "./report.ts";
import { judge, trainSweep } from "./sweep.ts";

/** Reads `{"name", "seed"}` line by line, runs the sweep of that case, and answers with its {@link Row}. */
const cases = truthCases(process.argv[2] ?? "");
for await (const line of createInterface(process.stdin)) {
  const { name, seed } = JSON.parse(line) as { readonly name: string; readonly seed: number };
  const truthCase = cases.find((one) => one.name === name);
  if (truthCase === undefined) throw new Error(`no case is called "${name}"`);
  const started = performance.now();
  const spec = sweepOf(truthCase, seed);
  const dataset = await openDataset(spec.dataset);
  const { evidence: trained, trialSteps } = await trainSweep(spec, dataset);
  const { verdict, evidence } = await judge(trained, dataset);
  const seconds = (performance.now() - started) / 1000;
  console.log(JSON.stringify(rowOf({ truthCase, seed, verdict, evidence, trialSteps, seconds })));
}
