import { deformationOf } from "./deformation.ts";
import { centre } from "./ideals.ts";
import { type Invariants, invariantsOf } from "./invariants.ts";
import { nameOfSum, simpleIdealsOf, summandsOf } from "./names.ts";
import { type NearestAlgebra, nearestAlgebra } from "./nearest.ts";
import { LEARNED_NOISE, sizeOf } from "./noise.ts";
import type { OrthonormalBasis } from "./span.ts";
import type { Signature } from "./structure.ts";
import { torusDimension } from "./torus.ts";

/** What can be said of a span of generators without choosing a basis. */
export interface Identity {
  /** `so(3)`, `so(1,3) ⊕ ℝ`; `unnamed` where no name fits or the span is no algebra. */
  readonly name: string;
  /** dim 𝔤. */
  readonly dimension: number;
  readonly killing: Signature;
  /** dim [𝔤, 𝔤]. */
  readonly derivedDimension: number;
  /** dim 𝔤, dim [𝔤, 𝔤], dim [[𝔤, 𝔤], [𝔤, 𝔤]], …, until it stops falling: `[3, 2, 0]` for se(2). */
  readonly derivedSeries: readonly number[];
  /** dim Z(𝔤): how many dimensions commute with everything. */
  readonly centreDimension: number;
  /** The largest solvable ideal: 0 for a semisimple algebra, dim 𝔤 for a solvable one. */
  readonly radicalDimension: number;
  /** The simple ideals of 𝔤/rad 𝔤 by name; `unnamed` alone for su(3), su(2,1) and larger ones. */
  readonly simpleIdeals: readonly string[];
}

/**
 * Names an algebra of up to 10 dimensions by facts that are the same in every basis of the span and
 * after every change of coordinates of the data.
 *
 * First the span is moved to the nearest algebra, so that its brackets are those of an algebra and not
 * of noise; where that is far, the span is none. Then
 *
 * - the semisimple part, 𝔤/rad 𝔤, is decided by the signature of its Killing form: no two semisimple
 *   algebras up to dimension 10 share one;
 * - an algebra with [𝔤, rad 𝔤] = 0 is the direct sum of that and its centre;
 * - the rest is compared, by dimensions and signatures that add up over direct sums, with all sums of
 *   se(2), se(3), aff(1), the simple ones and lines;
 * - a line of the centre is so(2) where it turns, and ℝ where it grows or shifts.
 *
 * Names are of abstract algebras: a screw motion and a rotation of space are both lines, and the Galilei
 * boosts of the plane with its rotations are se(2).
 *
 * @param tolerance - how much of a bracket, relative to the size of the generators, may be noise.
 * The default is for learned generators, whose closure defects are about 0.05; use 1e-6 for exact ones.
 */
export function identify(basis: OrthonormalBasis, tolerance = LEARNED_NOISE): Identity {
  const nearest = nearestAlgebra(basis);
  const closed = isNear(nearest, tolerance);
  const algebra = closed ? nearest.basis : basis;
  const invariants = invariantsOf(algebra, tolerance);
  const { dimension, killing, derivedSeries, centreDimension, radicalDimension, levi } = invariants;
  return {
    name: closed ? nameOf(algebra, invariants, tolerance) : "unnamed",
    dimension,
    killing,
    derivedDimension: derivedSeries[1] ?? dimension,
    derivedSeries,
    centreDimension,
    radicalDimension,
    simpleIdeals: simpleIdealsOf(levi),
  };
}

/** Whether a span is near an algebra, and that one found: brackets stay inside it, as far as they are any. */
function isNear({ basis, angle }: NearestAlgebra, tolerance: number): boolean {
  const pairs = (basis.length * (basis.length - 1)) / 2;
  const leak = Math.sqrt(deformationOf(basis).leak.reduce((sum, x) => sum + x * x, 0));
  return angle <= NEAR * tolerance && leak <= tolerance * sizeOf(basis) * Math.sqrt(pairs);
}

function nameOf(basis: OrthonormalBasis, invariants: Invariants, tolerance: number): string {
  if (invariants.dimension === 0) return "trivial";
  const sum = summandsOf(invariants);
  if (!sum) return "unnamed";
  return nameOfSum(sum, torusDimension(centre(basis, tolerance), tolerance));
}

/**
 * Times the tolerance: the angle to the nearest algebra up to which a span is taken for it. Measured:
 * algebras of up to 10 dimensions, every entry of unit generators off by up to 0.03, are at most 0.13
 * from it in 6 × 6 matrices and 0.22 in 11 × 11; four random directions of so(1,3) at least 0.33, half
 * of them more than 1.
 */
const NEAR = 2.5;
