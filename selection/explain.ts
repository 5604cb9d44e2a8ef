import { type OrthonormalBasis, orthonormalise } from "../lie/index.ts";
import { distanceTo, farthest, type Placed, sharedSpan } from "./algebra.ts";
import type { Evidence, Space } from "./evidence.ts";
import { ANGULAR_NOISE, MAJORITY } from "./thresholds.ts";

/** Share of the seeds whose valid directions contain this one. */
export const supportOf = (
  evidence: Evidence,
  valid: readonly Placed[],
  direction: Placed,
): number => shareWhere(evidence, valid, (own) => contains(own, direction));

/** Share of the seeds that found anything valid. */
export const shareOfSeeds = (evidence: Evidence, valid: readonly Placed[]): number =>
  shareWhere(evidence, valid, (own) => own.length > 0);

function shareWhere(
  { trials }: Evidence,
  valid: readonly Placed[],
  holds: (own: readonly Placed[]) => boolean,
): number {
  const seedOf = new Map(trials.map(({ trial }) => [trial.number, trial.seed]));
  const seeds = [...new Set(seedOf.values())];
  const holding = seeds.filter((seed) =>
    holds(valid.filter(({ candidate }) => seedOf.get(candidate.trial ?? -1) === seed)),
  );
  return holding.length / seeds.length;
}

const contains = (directions: readonly Placed[], direction: Placed): boolean =>
  directions.length > 0 &&
  distanceTo(orthonormalise(directions.map(({ matrix }) => matrix)), direction) <= ANGULAR_NOISE;

interface Explanation {
  readonly groupDimension: number;
  readonly basisCount: number;
  readonly basis: readonly Float64Array[];
}

/** The smallest n, then the smallest K, whose valid directions hold the whole span. */
export function explain(
  evidence: Evidence,
  space: Space,
  span: OrthonormalBasis,
  valid: readonly Placed[],
): Explanation | undefined {
  const { search } = evidence.spec;
  const trialOf = new Map(evidence.trials.map(({ trial }) => [trial.number, trial]));
  const inSpan = valid.filter((direction) => distanceTo(span, direction) <= ANGULAR_NOISE);
  for (const groupDimension of search.groupDimension.toSorted((a, b) => a - b)) {
    const own = inSpan.filter(({ candidate }) => candidate.dimension === groupDimension);
    const basis = sharedSpan(own, span.length, (entries) =>
      Math.hypot(...space.place(entries, groupDimension).data),
    );
    const shared = orthonormalise(basis.map((entries) => space.place(entries, groupDimension)));
    if (shared.length < span.length || farthest(span, shared) > ANGULAR_NOISE) continue;
    for (const basisCount of search.basisCount.toSorted((a, b) => a - b)) {
      const withK = own.filter(
        ({ candidate }) => trialOf.get(candidate.trial ?? -1)?.basisCount === basisCount,
      );
      const configurations = groupBy(
        withK,
        ({ candidate }) => trialOf.get(candidate.trial ?? -1)?.configuration,
      );
      const enough = [...configurations.values()].some((directions) => {
        const perTrial = [...groupBy(directions, ({ candidate }) => candidate.trial).values()];
        const holding = perTrial.filter(
          (mine) =>
            farthest(shared, orthonormalise(mine.map(({ matrix }) => matrix))) <= ANGULAR_NOISE,
        );
        return holding.length > MAJORITY * search.seeds;
      });
      if (enough) return { groupDimension, basisCount, basis };
    }
  }
  return undefined;
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
