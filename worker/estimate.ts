import type { Dataset, SweepSpec, Trial } from "../sweep/index.ts";
import { channelCount, packTrials, planTrials } from "../sweep/index.ts";
import { type BackendReport, isOnCard } from "./backends.ts";
import { epochSteps } from "./epoch-steps.ts";
import type { CardLimits } from "./memory.ts";
import { only } from "./tools.ts";
import { runTrainer } from "./trainer-process.ts";

export interface Estimate {
  /** By group dimension: of one trial's share of a step, on one slot. */
  readonly msPerTrialStep: ReadonlyMap<number, number>;
  readonly trainingSeconds: number;
  /** Validity tests of the directions of all trials, controls and a few rounds of growth included. */
  readonly testingSeconds: number;
}

/**
 * How long a sweep will take here, from two epochs of one of its packs at every group dimension. The
 * tests are counted as steps of the same cost; how many growth asks for is not known beforehand.
 *
 * @param backend - what would train
 * @param slots - trainers at once; on a card they share what one alone does
 * @param card - of the backend, if it can be asked
 */
export async function estimateSweep(
  spec: SweepSpec,
  dataset: Dataset,
  slots: number,
  { engine, backend, detail }: Omit<BackendReport, "loads">,
  card?: CardLimits,
): Promise<Estimate> {
  const choice = { engine, backend };
  const atOnce = isOnCard({ backend, detail }) ? 1 : slots;
  const trials = planTrials(spec);
  const channels = channelCount(spec);
  const msPerTrialStep = new Map<number, number>();
  const steps = epochSteps(dataset, spec.training);
  let trainingMs = 0;
  for (const n of spec.search.groupDimension) {
    const pack = largestPack(spec, trials, n);
    const job = { trials: pack, slots: spec.limits.packSize, channels, training: spec.training };
    const measured = await only(
      runTrainer({ kind: "measure", choice, dataset, job, ...(card && { card }) }),
      "measured",
    );
    msPerTrialStep.set(n, measured.msPerTrialStep);
    const count = trials.filter(({ groupDimension }) => groupDimension === n).length;
    trainingMs += count * spec.training.epochs * steps * measured.msPerTrialStep;
  }
  const directions = trials.reduce((sum, { basisCount }) => sum + basisCount, 0);
  const mean = [...msPerTrialStep.values()].reduce((sum, ms) => sum + ms, 0) / msPerTrialStep.size;
  const testingMs = (directions + EXTRA_TESTS) * spec.selection.classifierSteps * mean;
  return {
    msPerTrialStep,
    trainingSeconds: trainingMs / 1000 / atOnce,
    testingSeconds: testingMs / 1000 / atOnce,
  };
}

function largestPack(spec: SweepSpec, trials: readonly Trial[], n: number): readonly Trial[] {
  const packs = packTrials(spec).map(({ firstTrial, trials: count }) =>
    trials.slice(firstTrial, firstTrial + count),
  );
  const own = packs.filter(([first]) => first?.groupDimension === n);
  return own.reduce((largest, pack) => (pack.length > largest.length ? pack : largest), []);
}

/** Eight controls, and about as many residuals, brackets and whole algebras as the sweeps of examples/ asked for. */
const EXTRA_TESTS = 20;
