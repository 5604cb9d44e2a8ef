import { type Matrix, orthonormalise, principalAngles } from "../lie/index.ts";

/**
 * How far the best of the learned directions are from the truth, in radians: of all ways to take as
 * many of them as the truth has dimensions, the one whose span has the smallest largest principal
 * angle to it. For a truth of one dimension that is arccos max |cos|. A right angle where there are
 * too few, or one is no number.
 *
 * @param truth - basis of a span; at least one
 * @param learned - (K, d, d), in the same coordinates
 */
export function angleToTruth(truth: readonly Matrix[], learned: readonly Matrix[]): number {
  const wanted = orthonormalise(truth);
  const usable = learned.filter(({ data }) => data.every(Number.isFinite));
  const angles = choices(usable, wanted.length).flatMap((chosen) => {
    const span = orthonormalise(chosen);
    return span.length < wanted.length ? [] : Math.max(...principalAngles(wanted, span));
  });
  return Math.min(Math.PI / 2, ...angles);
}

/** All ways to take `count` of the items, in their order. */
function choices<V>(items: readonly V[], count: number): readonly (readonly V[])[] {
  if (count === 0) return [[]];
  return items.flatMap((item, i) =>
    choices(items.slice(i + 1), count - 1).map((rest) => [item, ...rest]),
  );
}
