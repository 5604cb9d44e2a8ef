import type { SweepSpec } from "./spec.ts";

/**
 * What a sweep that already has this name was asked differently, one line per field:
 * `training.epochs: 20 there, 30 here`. Empty when the two ask the same.
 */
export function differences(there: SweepSpec, here: SweepSpec): readonly string[] {
  return [...compare("", there, here)];
}

function* compare(path: string, there: unknown, here: unknown): Generator<string> {
  if (isFields(there) && isFields(here)) {
    for (const key of new Set([...Object.keys(there), ...Object.keys(here)]))
      yield* compare(path ? `${path}.${key}` : key, there[key], here[key]);
  } else if (shown(there) !== shown(here)) {
    yield `${path}: ${shown(there)} there, ${shown(here)} here`;
  }
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const shown = (value: unknown): string =>
  value === undefined ? "nothing" : typeof value === "string" ? value : JSON.stringify(value);
