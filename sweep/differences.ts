import type { SweepSpec } from "./spec.ts";

/**
 * What a sweep that already has this name was asked differently, one line per field:
 * `training.epochs: 20 there, 30 here`. Empty when the two ask the same.
 */
export const differences = (there: SweepSpec, here: SweepSpec): readonly string[] =>
  changedFields(there, here).map(
    ({ path, there: before, here: after }) => `${path}: ${before} there, ${after} here`,
  );

/** One field that two specs have differently, by its values as text. */
export interface ChangedField {
  /** `training.epochs`. */
  readonly path: string;
  readonly there: string;
  readonly here: string;
}

export const changedFields = (there: SweepSpec, here: SweepSpec): readonly ChangedField[] => [
  ...compare("", there, here),
];

function* compare(path: string, there: unknown, here: unknown): Generator<ChangedField> {
  if (isFields(there) && isFields(here)) {
    for (const key of new Set([...Object.keys(there), ...Object.keys(here)]))
      yield* compare(path ? `${path}.${key}` : key, there[key], here[key]);
  } else if (shown(there) !== shown(here)) {
    yield { path, there: shown(there), here: shown(here) };
  }
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const shown = (value: unknown): string =>
  value === undefined ? "nothing" : typeof value === "string" ? value : JSON.stringify(value);
