import type { SweepChange, TrialRange } from "./changes.ts";
import type { SweepSpec } from "./spec.ts";
import type { Pack, Trial } from "./trial.ts";

/**
 * Every trial of a sweep, in the order they start: group dimension outermost, so that trials of
 * equal tensor shapes are neighbours. Pure: the same spec gives the same plan.
 */
export const planTrials = (spec: SweepSpec): readonly Trial[] => [...eachTrial(spec)];

/** The same one after the other: a million take 300 MB together. */
export function* eachTrial({ search }: SweepSpec): Generator<Trial, void> {
  let [number, configuration] = [0, 0];
  for (const groupDimension of search.groupDimension)
    for (const basisCount of search.basisCount)
      for (const regularization of search.regularization)
        for (const overlapWeight of search.overlapWeight) {
          for (let seed = 1; seed <= search.seeds; seed++)
            yield {
              number: number++,
              configuration,
              basisCount,
              regularization,
              overlapWeight,
              groupDimension,
              seed,
            };
          configuration++;
        }
}

const countTrials = ({ search: { seeds, ...axes } }: SweepSpec): number =>
  Object.values(axes).reduce((count, { length }) => count * length, seeds);

/**
 * Channels that every pack of a spec pads to, so that a trial's arithmetic does not depend on its mates.
 * Those that join later pad to the largest K there is then, and those before them keep theirs.
 */
export const channelCount = ({ search }: Pick<SweepSpec, "search">): number =>
  Math.max(...search.basisCount);

/** What a sweep trains, by what was asked of it until now. */
export interface SweepPlan {
  /** How many trials there are. */
  readonly count: number;
  /** Those of the spec first, then those of each change; a retry adds packs and no trials. */
  readonly packs: readonly Pack[];
  /** Trials in the order of their numbers, without gaps; listed anew whenever they are asked for. */
  listTrials(): readonly Trial[];
}

/**
 * The plan of a sweep with everything that was asked of it since. Trials that join are numbered after
 * those there are, in the order of {@link planTrials}, so that no number ever means another trial.
 */
export function planSweep(spec: SweepSpec, changes: readonly SweepChange[]): SweepPlan {
  const joined: PaddedTrial[] = [];
  const listPadded = (): readonly PaddedTrial[] => [
    ...planTrials(spec).map((trial) => ({ trial, channels: channelCount(spec) })),
    ...joined,
  ];
  const listTrials = () => listPadded().map(({ trial }) => trial);
  const packs: Pack[] = [...packTrials(spec)];
  const add = (joining: readonly PaddedTrial[]) => {
    const runs = alike(joining);
    for (const { from, count, channels } of runs)
      for (const piece of evenly(from, count, piecesOf(count, runs.length, spec)))
        packs.push({
          ...{ sweep: spec.sweep, number: packs.length },
          ...{ firstTrial: piece.from, trials: piece.count, channels },
        });
  };
  for (const change of changes)
    if (change.kind === "extended") {
      const channels = channelCount(change);
      const wanted = { ...spec, search: change.search };
      const joining = trialsThatJoin(listTrials(), wanted).map((trial) => ({ trial, channels }));
      for (const trial of joining) joined.push(trial);
      add(joining);
    } else if (change.kind === "retried") {
      const padded = listPadded();
      add(change.trials.flatMap(({ from, count }) => padded.slice(from, from + count)));
    }
  return { count: countTrials(spec) + joined.length, packs, listTrials };
}

/** A trial, and what its K is padded to. */
interface PaddedTrial {
  readonly trial: Trial;
  readonly channels: number;
}

/** What `wanted` plans and is not there yet. A configuration that is there keeps its number. */
function trialsThatJoin(known: readonly Trial[], wanted: SweepSpec): readonly Trial[] {
  const configurations = new Map(known.map((trial) => [keyOf(trial), trial.configuration]));
  const there = new Set(known.map((trial) => `${keyOf(trial)} ${trial.seed}`));
  const joining: Trial[] = [];
  for (const trial of planTrials(wanted)) {
    if (there.has(`${keyOf(trial)} ${trial.seed}`)) continue;
    const configuration = configurations.get(keyOf(trial)) ?? configurations.size;
    configurations.set(keyOf(trial), configuration);
    joining.push({ ...trial, number: known.length + joining.length, configuration });
  }
  return joining;
}

const keyOf = ({ basisCount, regularization, overlapWeight, groupDimension }: Trial): string =>
  [basisCount, regularization, overlapWeight, groupDimension].join(" ");

/** Neighbours that one program can train: of one group dimension, and padded alike. */
function alike(trials: readonly PaddedTrial[]): readonly (TrialRange & { channels: number })[] {
  const runs: { from: number; count: number; channels: number }[] = [];
  let before: PaddedTrial | undefined;
  for (const next of trials) {
    const { trial, channels } = next;
    const run = runs.at(-1);
    const isAlike =
      before?.trial.number === trial.number - 1 &&
      before.trial.groupDimension === trial.groupDimension &&
      before.channels === channels;
    if (run && isAlike) run.count++;
    else runs.push({ from: trial.number, count: 1, channels });
    before = next;
  }
  return runs;
}

/**
 * Cuts the plan of a spec into packs: neighbours of one group dimension, as even as possible. `limits.packSize`
 * of a pack are trained at once; the others wait until one of those ends, so that the program stays
 * full. A pack of some times `packSize` trials spends longer full than many packs that shrink do.
 *
 * Fewer packs keep fewer workers busy, though. So there are as few as {@link TURNS} allows and
 * `limits.concurrentPacks` divides, so that the last ones end together; where that would leave slots
 * empty from the start, as few as train all of their trials at once.
 */
export function packTrials(spec: SweepSpec): readonly Pack[] {
  const { search, sweep } = spec;
  const blocks = search.groupDimension.length;
  const perDimension = countTrials(spec) / blocks;
  const count = piecesOf(perDimension, blocks, spec);
  return search.groupDimension
    .flatMap((_, block) => evenly(block * perDimension, perDimension, count))
    .map(({ from, count: trials }, number) => ({
      ...{ sweep, number, firstTrial: from, trials },
      channels: channelCount(spec),
    }));
}

/** Cuts `count` trials into so many ranges, as even as possible. */
const evenly = (from: number, count: number, pieces: number): readonly TrialRange[] =>
  Array.from({ length: pieces }, (_, i) => {
    const start = Math.round((i * count) / pieces);
    return { from: from + start, count: Math.round(((i + 1) * count) / pieces) - start };
  });

/** Into how many packs each of so many blocks of trials is cut. */
function piecesOf(trials: number, blocks: number, { limits }: SweepSpec): number {
  const fewest = Math.ceil(trials / (TURNS * limits.packSize));
  const most = Math.ceil(trials / limits.packSize);
  for (let count = fewest; count < most; count++)
    if ((count * blocks) % limits.concurrentPacks === 0) return count;
  return most;
}

/**
 * Trials of a pack for each of its slots, at most. Simulated with trials that end anywhere between
 * half and all of their epochs, T = 8: slots are in use 80 % of the time with one trial each, 89 %
 * with four, 94 % with eight; a pack that is lost without a checkpoint takes all of its trials with it.
 */
const TURNS = 4;
