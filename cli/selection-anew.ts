import { describeDataset, openDataset } from "../datasets/index.ts";
import { counted } from "../report/quantities.ts";
import type { SweepRecord, TrialState } from "../store/index.ts";
import type { SelectionChange, SelectionSpec, SweepId } from "../sweep/index.ts";
import { badInput, fault } from "./command-error.ts";
import type { Connected } from "./connect.ts";
import { readKnownSweep } from "./known-sweep.ts";

/**
 * Asks for a selection anew on a sweep that has ended. The same values again attach to the one that runs.
 *
 * @returns what the user should know of the sweep, if there is something
 * @throws CommandError where the sweep has not ended or trained nothing, its data have changed, or
 *   a selection by other values runs; DatasetError
 */
export async function submitSelection(
  sweep: SweepId,
  change: SelectionChange,
  { store, server }: Pick<Connected, "store" | "server">,
): Promise<string | undefined> {
  const record = await readKnownSweep(store, sweep);
  refuseOpen(record);
  const trials = await store.readTrials(sweep);
  const trained = trials.filter(({ state }) => TRAINED.has(state)).length;
  if (trained === 0)
    throw fault(`None of the trials of ${sweep} was trained, so there is nothing to select from.`);
  await refuseChangedData(record);
  const wanted: SelectionSpec = { ...record.spec.selection, ...change };
  const running = await server.startSelection(record.spec, change);
  if (valuesText(running) !== valuesText(wanted))
    throw fault(
      `${sweep} is being judged anew by ${valuesText(running)}. ` +
        `Ask again when that has ended, or end it with \`liesweep cancel ${sweep}\`.`,
    );
  return record.state === "complete"
    ? undefined
    : `${sweep} was ${record.state === "failed" ? "not finished" : "cancelled"}: ` +
        `the verdict is drawn from ${counted(trained, "trial")} of ${trials.length}`;
}

function refuseOpen({ id, state }: SweepRecord): void {
  if (state !== "planned" && state !== "running") return;
  throw fault(
    `${id} has not ended (${state}), and its own selection is still to come. ` +
      `Follow it with \`liesweep watch ${id}\`; select anew after its verdict.`,
  );
}

/** What other data say would mix with what there is. */
export async function refuseChangedData({ id, spec, dataset }: SweepRecord): Promise<void> {
  const { sha256 } = describeDataset(await openDataset(spec.dataset));
  if (sha256 === dataset.sha256) return;
  throw badInput(
    `The data of ${id} are not what it was trained on (sha256 ${dataset.sha256.slice(0, 12)}… then, ` +
      `${sha256.slice(0, 12)}… now), so nothing learned from them would belong to it. ` +
      "Restore them, or run them under another name.",
  );
}

const valuesText = ({ tolerance, displacement }: SelectionSpec): string =>
  `tolerance ${tolerance} and displacement ${displacement}`;

/** Endings of training, good or bad. */
const TRAINED: ReadonlySet<TrialState> = new Set([
  "converged",
  "settled",
  "detected",
  "collapsed",
  "diverged",
]);
