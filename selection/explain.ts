import { type Matrix, type OrthonormalBasis, orthonormalise } from "../lie/index.ts";
import { distanceTo, farthest, type Placed, sharedSpan, spanOnSupport } from "./algebra.ts";
import type { Candidate, Evidence, Space } from "./evidence.ts";
import { ANGULAR_NOISE, MAJORITY } from "./thresholds.ts";

/** Share of the seeds whose directions contain this one. */
export const supportOf = (
  evidence: Evidence,
  directions: readonly Placed[],
  matrix: Matrix,
): number => shareWhere(evidence, directions, (own) => contains(own, matrix));

/** Share of the seeds that have one of these directions. */
export const shareOfSeeds = (evidence: Evidence, candidates: readonly Candidate[]): number =>
  shareWhere(
    evidence,
    candidates.map((candidate) => ({ candidate })),
    (own) => own.length > 0,
  );

function shareWhere<D extends Pick<Placed, "candidate">>(
  { trials }: Evidence,
  directions: readonly D[],
  holds: (own: readonly D[]) => boolean,
): number {
  const seedOf = new Map(trials.map(({ trial }) => [trial.number, trial.seed]));
  const seeds = [...new Set(seedOf.values())];
  const holding = seeds.filter((seed) =>
    holds(directions.filter(({ candidate }) => seedOf.get(candidate.trial ?? -1) === seed)),
  );
  return holding.length / seeds.length;
}

const contains = (directions: readonly Placed[], matrix: Matrix): boolean =>
  directions.length > 0 &&
  distanceTo(orthonormalise(directions.map((direction) => direction.matrix)), { matrix }) <=
    ANGULAR_NOISE;

export interface Explanation {
  readonly groupDimension: number;
  /** Absent where no trial of the sweep holds the whole span for a majority of seeds. */
  readonly basisCount?: number;
  readonly basis: readonly Float64Array[];
}

/** The smallest n whose directions hold the whole span, then the smallest K. */
export function explain(
  evidence: Evidence,
  space: Space,
  span: OrthonormalBasis,
  directions: readonly Placed[],
): Explanation | undefined {
  const { search } = evidence.spec;
  const inSpan = directions.filter((direction) => distanceTo(span, direction) <= ANGULAR_NOISE);
  for (const groupDimension of search.groupDimension.toSorted((a, b) => a - b)) {
    const own = inSpan.filter(({ candidate }) => candidate.dimension === groupDimension);
    const basis = sharedSpan(own, span.length, (entries) =>
      Math.hypot(...space.place(entries, groupDimension).data),
    );
    const shared = spanOnSupport(space, basis, groupDimension);
    if (shared.length < span.length || farthest(span, shared) > ANGULAR_NOISE) continue;
    const alike = directions.filter(({ candidate }) => candidate.dimension === groupDimension);
    const basisCount = smallestCount(evidence, shared, alike);
    return { groupDimension, ...(basisCount !== undefined && { basisCount }), basis };
  }
  return undefined;
}

/** The smallest K with a configuration in which more than half of the seeds found the whole span in one trial. */
function smallestCount(
  { trials, spec }: Evidence,
  span: OrthonormalBasis,
  directions: readonly Placed[],
): number | undefined {
  const trialOf = new Map(trials.map(({ trial }) => [trial.number, trial]));
  const placeOf = ({ candidate }: Placed) => trialOf.get(candidate.trial ?? -1);
  return spec.search.basisCount
    .toSorted((a, b) => a - b)
    .find((basisCount) => {
      const withK = directions.filter((one) => placeOf(one)?.basisCount === basisCount);
      return [...groupBy(withK, (one) => placeOf(one)?.configuration).values()].some((alike) => {
        const perTrial = [...groupBy(alike, ({ candidate }) => candidate.trial).values()];
        const holding = perTrial.filter(
          (mine) =>
            farthest(span, orthonormalise(mine.map(({ matrix }) => matrix))) <= ANGULAR_NOISE,
        );
        return holding.length > MAJORITY * spec.search.seeds;
      });
    });
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
