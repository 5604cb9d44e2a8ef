import {
  type Matrix,
  norm,
  type OrthonormalBasis,
  rejectFrom,
  svd,
  toData,
  toWhitened,
} from "../lie/index.ts";
import { candidateOf, type Placed, place } from "./algebra.ts";
import { antisymmetricPart } from "./antisymmetry.ts";
import type { Candidate, Space } from "./evidence.ts";

/** A learned direction on the support with what a fresh classifier said of it. */
export interface Scored extends Placed {
  readonly score: number;
}

/**
 * Where a new direction may be: what learned directions agree on outside a span.
 *
 * The residuals Rᵢ = (1 − P)Lᵢ are stacked, each weighted by 1 / (vᵢ + noise): the leading right singular
 * vectors are what the best of them share, and the error of their mean falls with their number. The
 * antisymmetric part of the first is offered too, since an exact symmetry has no other (method §15.2),
 * and the residual of the best one alone, for when the others only blur it.
 */
export function consensus(
  space: Space,
  span: OrthonormalBasis,
  outside: readonly Scored[],
  noise: number,
): readonly Candidate[] {
  if (outside.length === 0) return [];
  const rest = outside.map(({ matrix }) => rejectFrom(span, matrix));
  const weighted = rest.map(({ data }, i) => data.map((x) => x / (outside[i]!.score + noise)));
  const { values, right } = svd(weighted);
  const shared = right
    .slice(0, SHARED)
    .filter((_, i) => values[i]! > FAINT * values[0]!)
    .map((data): Matrix => ({ dim: space.whitening.rank, data }));
  const best = outside.reduce(
    (least, { score }, i) => (score < outside[least]!.score ? i : least),
    0,
  );
  return [...shared, ...antisymmetric(span, shared[0]!), rest[best]!].map((matrix) =>
    candidateOf(space, "residual", matrix),
  );
}

/**
 * The antisymmetric parts of brackets, less the span: an exact symmetry has no other, and a bracket
 * has the errors of both of its directions.
 */
export const withoutErrors = (
  space: Space,
  span: OrthonormalBasis,
  brackets: readonly Candidate[],
): readonly Candidate[] =>
  brackets.flatMap((candidate) => {
    const { matrix } = place(space, candidate);
    return antisymmetric(span, matrix)
      .filter((part) => norm(part) < PURE * norm(matrix))
      .map((part) => candidateOf(space, "bracket", part));
  });

/**
 * Learned directions without what no exact symmetry has, their symmetric parts in the coordinates in which vectors of
 * their dimension are white: half of what they are off. Those of which little would be left say nothing of one.
 */
export const straightened = (space: Space, directions: readonly Scored[]): readonly Scored[] =>
  directions.flatMap((direction) => {
    const { entries, dimension } = direction.candidate;
    const whitening = space.whiteningOf(dimension);
    const part = antisymmetricPart(toWhitened(whitening, { dim: dimension, data: entries }));
    const straight = place(space, {
      ...direction.candidate,
      entries: toData(whitening, part).data,
    });
    return norm(straight.matrix) > MOSTLY * norm(direction.matrix)
      ? [{ ...direction, ...straight }]
      : [];
  });

/** The antisymmetric part of a matrix, less the span, where it is most of it: none otherwise. */
function antisymmetric(span: OrthonormalBasis, matrix: Matrix): readonly Matrix[] {
  const part = rejectFrom(span, antisymmetricPart(matrix));
  return norm(part) > MOSTLY * norm(matrix) ? [part] : [];
}

/** Singular vectors worth a test: more cost time and were never the best. */
const SHARED = 3;

/** Share of the largest singular value below which a vector holds what no good direction does. */
const FAINT = 0.05;

/** Share of its length that must be antisymmetric for the rest to be taken as an error. */
const MOSTLY = 0.8;

/** Share from which on there is no error to speak of. */
const PURE = 0.9999;
