import { orthonormalise, principalAngles } from "../lie/index.ts";
import type { Space } from "../selection/index.ts";
import type { SweepRecord } from "../store/index.ts";
import { type ChangedField, changedFields, type Level, type Verdict } from "../sweep/index.ts";
import { spaceFor } from "./learned.ts";

/** What is compared of one sweep. */
export interface Compared {
  readonly record: SweepRecord;
  readonly verdict: Verdict | undefined;
}

/** Two sweeps beside each other, A first. */
export interface Comparison {
  readonly sameData: boolean;
  /** Of what was asked, name aside; A is there, B is here. */
  readonly settings: readonly ChangedField[];
  /** Why no angles are there, where none are. */
  readonly withoutAngles: string | undefined;
  /** Of every level of A with every level of B. */
  readonly angles: readonly LevelAngles[];
}

export interface LevelAngles {
  /** From 0, by rising tolerance. */
  readonly levelA: number;
  readonly levelB: number;
  /** Principal angles in degrees between their spans, rising; as many as the smaller has dimensions. */
  readonly degrees: readonly number[];
}

/**
 * How two sweeps differ: in what was asked and in what was found. Spans are compared as displacements of the data of A,
 * where an angle is what a classifier could see; blocks of different size compare as what they do to whole vectors.
 */
export function comparisonOf(a: Compared, b: Compared): Comparison {
  const [levelsA, levelsB] = [a, b].map(({ verdict }) => verdict?.levels ?? []);
  const space = spaceFor(a);
  const withoutAngles = obstacle(a, b, space);
  return {
    sameData: a.record.dataset.sha256 === b.record.dataset.sha256,
    settings: changedFields(a.record.spec, { ...b.record.spec, sweep: a.record.spec.sweep }),
    withoutAngles,
    angles:
      withoutAngles !== undefined || space === undefined
        ? []
        : (levelsA ?? []).flatMap((ofA, levelA) =>
            (levelsB ?? []).map((ofB, levelB) => ({
              levelA,
              levelB,
              degrees: Array.from(
                principalAngles(spanOf(space, ofA), spanOf(space, ofB)),
                (angle) => (180 * angle) / Math.PI,
              ),
            })),
          ),
  };
}

function obstacle(a: Compared, b: Compared, space: Space | undefined): string | undefined {
  const [dA, dB] = [a.record.dataset.dimension, b.record.dataset.dimension];
  const nothing = [a, b].filter(({ verdict }) => (verdict?.levels.length ?? 0) === 0);
  if (nothing.length > 0)
    return `${nothing.map(({ record }) => record.id).join(" and ")} found no group`;
  if (dA !== dB) return `the data have ${dA} and ${dB} dimensions`;
  return space === undefined ? `the data of ${a.record.id} have no size to go by` : undefined;
}

const spanOf = (space: Space, { basis, groupDimension }: Level) =>
  orthonormalise(basis.map((entries) => space.place(entries, groupDimension)));

/** `3.2°`, or the least and the largest of several. */
export function anglesText(degrees: readonly number[]): string {
  const [least = Number.NaN, largest = Number.NaN] = [degrees[0], degrees.at(-1)];
  const text = (angle: number) => `${angle.toFixed(1)}°`;
  return text(least) === text(largest) ? text(largest) : `${text(least)} to ${text(largest)}`;
}
