import type { SearchSpec, SweepSpec } from "./spec.ts";

/** Trials `from … from + count − 1`. */
export interface TrialRange {
  readonly from: number;
  readonly count: number;
}

/** What one asks of a sweep after it was submitted. */
export type ChangeRequest =
  | { readonly kind: "paused" | "resumed" | "retried" }
  | { readonly kind: "concurrency"; readonly packs: number }
  | { readonly kind: "priority"; readonly priority: number }
  | { readonly kind: "dropped"; readonly trial: number }
  | ({ readonly kind: "extended" } & Extension);

/** More trials of the same question: so many seeds in all, and values that join the axes. */
export interface Extension {
  readonly seeds?: number;
  readonly add?: Readonly<Partial<Record<Axis, readonly number[]>>>;
}

type Axis = Exclude<keyof SearchSpec, "seeds">;

/** One that was made. With the spec they say, in their order, which trials and packs a sweep has. */
export type SweepChange =
  | { readonly kind: "paused" | "resumed" }
  /** Packs in flight at once from then on; how the sweep is cut into packs stays as it was. */
  | { readonly kind: "concurrency"; readonly packs: number }
  | { readonly kind: "priority"; readonly priority: number }
  /** A trial that was cancelled. */
  | { readonly kind: "dropped"; readonly trial: number }
  /** The axes as they are from then on. */
  | { readonly kind: "extended"; readonly search: SearchSpec }
  /** Those that had failed, and train again. */
  | { readonly kind: "retried"; readonly trials: readonly TrialRange[] };

/** How a sweep is to be carried on. */
export interface Control {
  readonly isPaused: boolean;
  readonly concurrentPacks: number;
  /** 1 is served first, 5 last. */
  readonly priority: number;
  readonly search: SearchSpec;
}

export function controlOf(spec: SweepSpec, changes: readonly SweepChange[]): Control {
  let control: Control = {
    isPaused: false,
    concurrentPacks: spec.limits.concurrentPacks,
    priority: USUAL_PRIORITY,
    search: spec.search,
  };
  for (const change of changes) control = { ...control, ...effectOf(change) };
  return control;
}

function effectOf(change: SweepChange): Partial<Control> {
  switch (change.kind) {
    case "paused":
    case "resumed":
      return { isPaused: change.kind === "paused" };
    case "concurrency":
      return { concurrentPacks: change.packs };
    case "priority":
      return { priority: change.priority };
    case "extended":
      return { search: change.search };
    case "retried":
    case "dropped":
      return {};
  }
}

/** The axes after an extension that {@link whyNot} has nothing against. */
export const extended = (search: SearchSpec, { seeds = search.seeds, add = {} }: Extension) => ({
  basisCount: [...search.basisCount, ...(add.basisCount ?? [])],
  regularization: [...search.regularization, ...(add.regularization ?? [])],
  overlapWeight: [...search.overlapWeight, ...(add.overlapWeight ?? [])],
  groupDimension: [...search.groupDimension, ...(add.groupDimension ?? [])],
  seeds,
});

/** What a request is judged by. */
export interface Standing {
  readonly control: Control;
  /** Trials there are. */
  readonly trials: number;
  /** d of the data; undefined where it is not known. */
  readonly dimension: number | undefined;
}

/** Why a change cannot be made, as the end of a sentence about the sweep; undefined where it can. */
export function whyNot(request: ChangeRequest, standing: Standing): string | undefined {
  const { control, trials } = standing;
  switch (request.kind) {
    case "paused":
      return control.isPaused ? "is paused already" : undefined;
    case "resumed":
      return control.isPaused ? undefined : "is not paused";
    case "concurrency":
      return isCount(request.packs)
        ? undefined
        : `needs at least 1 pack at once, got ${request.packs}`;
    case "priority":
      return isCount(request.priority) && request.priority <= LAST_PRIORITY
        ? undefined
        : `has priorities from 1 (first) to ${LAST_PRIORITY} (last), got ${request.priority}`;
    case "dropped":
      return Number.isInteger(request.trial) && request.trial >= 0 && request.trial < trials
        ? undefined
        : `has trials 0 to ${trials - 1}, got ${request.trial}`;
    case "extended":
      return whyNotExtended(request, standing);
    case "retried":
      return undefined;
  }
}

function whyNotExtended(
  { seeds, add = {} }: Extension,
  { control: { search }, dimension }: Standing,
): string | undefined {
  if (seeds === undefined && Object.values(add).every((values) => values.length === 0))
    return "would stay as it is: name more seeds or new values";
  if (seeds !== undefined && !(isCount(seeds) && seeds > search.seeds))
    return `has ${search.seeds} seeds already: expected more, got ${seeds}`;
  for (const [axis, values] of Object.entries(add)) {
    if (!isAxis(axis)) return `has no axis ${axis}: expected ${Object.keys(RANGES).join(", ")}`;
    for (const [i, value] of values.entries()) {
      if (!RANGES[axis].holds(value))
        return `takes ${RANGES[axis].text} for search.${axis}, got ${value}`;
      if (search[axis].includes(value) || values.indexOf(value) < i)
        return `has ${value} in search.${axis} already`;
      if (axis === "groupDimension" && dimension !== undefined && dimension % value !== 0)
        return `takes divisors of ${dimension}, the dimension of its data, for search.${axis}, got ${value}`;
    }
  }
  return undefined;
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;

const isAxis = (name: string): name is Axis => name in RANGES;

const WHOLE = { holds: isCount, text: "whole numbers from 1" };
const WEIGHT = {
  holds: (value: number) => Number.isFinite(value) && value >= 0,
  text: "numbers from 0",
};

/** As in the form of a sweep file. */
const RANGES: Readonly<
  Record<Axis, { readonly holds: (value: number) => boolean; readonly text: string }>
> = {
  basisCount: WHOLE,
  regularization: WEIGHT,
  overlapWeight: WEIGHT,
  groupDimension: WHOLE,
};

/** Temporal's: 1 to 5, and 3 where nobody said. */
export const USUAL_PRIORITY = 3;
const LAST_PRIORITY = 5;
