import { describeDataset } from "../../datasets/index.ts";
import { onnxEngine } from "../../engines/index.ts";
import { testValidity, trainPack } from "../../liegan/index.ts";
import { batchesOf, type Evidence, nextStep, type TrialEvidence } from "../../selection/index.ts";
import {
  channelCount,
  type Dataset,
  type Ending,
  packTrials,
  planTrials,
  type SweepSpec,
  type Verdict,
} from "../../sweep/index.ts";
import { epochSteps } from "../../worker/epoch-steps.ts";

/**
 * A sweep in this process, one pack and one batch of tests after the other: the same training, tests and
 * selection as the workers' without servers between them.
 */
export async function trainSweep(
  spec: SweepSpec,
  dataset: Dataset,
): Promise<{ readonly evidence: Evidence; readonly trialSteps: number }> {
  const engine = onnxEngine();
  const plan = planTrials(spec);
  const trials: TrialEvidence[] = [];
  let trialEpochs = 0;
  for (const { firstTrial, trials: count } of packTrials(spec)) {
    const pack = plan.slice(firstTrial, firstTrial + count);
    const generators = new Map<number, readonly Float64Array[]>();
    const endings = new Map<number, Ending>();
    const job = {
      trials: pack,
      slots: spec.limits.packSize,
      channels: channelCount(spec),
      training: spec.training,
    };
    for await (const report of trainPack(engine, dataset, job)) {
      trialEpochs += report.reports.length;
      for (const learned of report.generators) generators.set(learned.trial, learned.generators);
      for (const { trial, ending } of report.endings) endings.set(trial, ending);
    }
    for (const trial of pack)
      trials.push({
        trial,
        ending: endings.get(trial.number) ?? "failed",
        generators: generators.get(trial.number) ?? [],
      });
  }
  return {
    evidence: { spec, dataset: describeDataset(dataset), trials, directions: [], tests: [] },
    trialSteps: trialEpochs * epochSteps(dataset, spec.training),
  };
}

/** Drives selection to its verdict. */
export async function judge(
  start: Evidence,
  dataset: Dataset,
): Promise<{ readonly verdict: Verdict; readonly evidence: Evidence }> {
  const engine = onnxEngine();
  let evidence = start;
  for (;;) {
    const step = nextStep(evidence);
    if (step.kind === "verdict") return { verdict: step.verdict, evidence };
    const directions = [...evidence.directions, ...step.directions];
    const answered: Evidence["tests"][number][] = [];
    for (const tests of batchesOf(step.tests))
      answered.push(
        ...(await testValidity(engine, dataset, {
          tests,
          directions,
          selection: evidence.spec.selection,
          heldOut: evidence.spec.training.heldOut,
        })),
      );
    const asked = new Set(answered.map(({ number }) => number));
    evidence = {
      ...evidence,
      directions,
      tests: [...evidence.tests.filter(({ number }) => !asked.has(number)), ...answered],
    };
  }
}
