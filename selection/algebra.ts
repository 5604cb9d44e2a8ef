import {
  bracket,
  closureDefect,
  type Matrix,
  norm,
  type OrthonormalBasis,
  orthonormalise,
  rejectFrom,
  scale,
  svd,
  toData,
} from "../lie/index.ts";
import { mixed } from "./directions.ts";
import type { Candidate, Space } from "./evidence.ts";

/** A candidate with its unit matrix on the support. */
export interface Placed {
  readonly candidate: Candidate;
  readonly matrix: Matrix;
}

export const place = (space: Space, candidate: Candidate): Placed => ({
  candidate,
  matrix: space.place(candidate.entries, candidate.dimension),
});

/** Sine of the angle between a unit direction and a span. */
export const distanceTo = (span: OrthonormalBasis, { matrix }: Pick<Placed, "matrix">): number =>
  norm(rejectFrom(span, matrix)) / norm(matrix);

/** A matrix on the support as a candidate of unit displacement; nothing where it has no length. */
export function candidateOf(
  space: Space,
  origin: "residual" | "bracket",
  matrix: Matrix,
): Candidate {
  const unit = scale(Math.sqrt(space.whitening.rank) / norm(matrix), matrix);
  const { dimension } = space;
  return { origin, dimension, extent: 0, entries: toData(space.whitening, unit).data };
}

/** The brackets of a basis that leave its span by more than `noise` of their length, less the span. */
export function openBrackets(
  space: Space,
  span: OrthonormalBasis,
  noise: number,
): readonly Candidate[] {
  const found: Matrix[] = [];
  span.forEach((x, i) => {
    for (const y of span.slice(i + 1)) {
      const product = bracket(x, y);
      const outside = rejectFrom(span, product);
      if (norm(outside) > noise * norm(product) && norm(product) > COMMUTING_BELOW)
        found.push(outside);
    }
  });
  return orthonormalise(found).map((matrix) => candidateOf(space, "bracket", matrix));
}

/**
 * The d-dimensional span that valid directions of one group dimension share, weighted by how far
 * each moved the data: a direction learned over a longer orbit is the more exact one.
 *
 * @returns d matrices (n, n) of unit displacement, mutually orthogonal on the support; fewer when
 * the directions span less
 */
export function sharedSpan(
  directions: readonly Placed[],
  dimension: number,
  displacement: (entries: Float64Array) => number,
): readonly Float64Array[] {
  const weighted = directions.map(({ candidate, matrix }) => scale(candidate.extent, matrix).data);
  const { values, left } = svd(weighted);
  const entries = directions.map(({ candidate }) =>
    candidate.entries.map((entry) => candidate.extent * entry),
  );
  return [...values.slice(0, dimension)].flatMap((value, i) => {
    if (!(value > 0)) return [];
    const basis = mixed(entries, left[i]!);
    const length = displacement(basis);
    return [basis.map((entry) => entry / length)];
  });
}

/** What matrices (n, n) span on the support. */
export const spanOnSupport = (
  space: Space,
  basis: readonly Float64Array[],
  n: number,
): OrthonormalBasis => orthonormalise(basis.map((entries) => space.place(entries, n)));

/** Largest sine of an angle from `inner` span into `outer`: 0 when it is contained. */
export const farthest = (inside: OrthonormalBasis, outer: OrthonormalBasis): number =>
  Math.max(0, ...inside.map((matrix) => norm(rejectFrom(outer, matrix))));

/** How far brackets leave a span: its closure defect, 0 where it is abelian. */
export function escaping(span: OrthonormalBasis): number {
  const defect = closureDefect(span);
  return defect === "abelian" ? 0 : defect;
}

/** Unit directions whose bracket is this short commute, up to the noise of learning. */
const COMMUTING_BELOW = 0.05;
