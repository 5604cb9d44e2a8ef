import { bracket } from "./bracket.ts";
import { symmetricEigen } from "./eigen.ts";
import { expm } from "./expm.ts";
import {
  addScaled,
  inner,
  type Matrix,
  multiply,
  norm,
  scale,
  transpose,
  zeros,
} from "./matrix.ts";
import { LEARNED_NOISE } from "./noise.ts";
import type { OrthonormalBasis } from "./span.ts";

/**
 * How many independent members of a commuting span turn and neither grow, shrink nor shift: the
 * dimension of its torus, so(2)ᵏ ⊂ so(2)ᵏ ⊕ ℝˡ.
 *
 * Commuting X have common complex weights λⱼ(X), linear in X. In coordinates that make the X as small
 * as possible ({@link smallest}) they are normal, so there
 *
 *   tr(XYᵀ) = Σⱼ Re λⱼ(X) λ̄ⱼ(Y),   tr(XY) = Σⱼ Re λⱼ(X) λⱼ(Y),
 *
 * and half their sum is the form of growth, Σ Re λ Re λ. A member turns where growth has no share in
 * Σ |λ|²; a nilpotent one (a translation, a shear) has no weights at all.
 *
 * @param tolerance - root of the share of growth up to which a member counts as turning: 0.1 lets the
 * real part of an eigenvalue be a tenth of the imaginary one
 */
export function torusDimension(basis: OrthonormalBasis, tolerance = LEARNED_NOISE): number {
  const xs = smallest(basis);
  const gram = formOf(xs, (x, y) => inner(x, y));
  const { values, vectors } = symmetricEigen(gram);
  const k = xs.length;
  const weighted = [...values.keys()].filter((i) => values[i]! > WEIGHTLESS * tolerance);
  const units = weighted.map((i) =>
    xs.reduce(
      (sum, x, j) => addScaled(sum, vectors.data[i * k + j]! / Math.sqrt(values[i]!), x),
      zeros(xs[0]!.dim),
    ),
  );
  const growth = formOf(units, (x, y) => (inner(x, y) + inner(transpose(x), y)) / 2);
  return symmetricEigen(growth).values.filter((share) => share <= tolerance ** 2).length;
}

/**
 * PXᵢP⁻¹ with P chosen so that Σ‖PXᵢP⁻¹‖² is as small as it gets: there the moment M = Σ[Xᵢ, Xᵢᵀ] is 0
 * (Kempf and Ness 1979), and commuting Xᵢ are normal. Along P = exp(tS), S symmetric, the sum is convex
 * with slope 2⟨S, M⟩ and curvature 4Σ‖[S, Xᵢ]‖²; directions are conjugate gradients, each step Newton's.
 * Where the least value is not attained, as for a nilpotent matrix, X shrinks towards it.
 */
function smallest(basis: readonly Matrix[]): readonly Matrix[] {
  let xs = basis;
  let moment = momentOf(xs);
  let direction = scale(-1, moment);
  for (let step = 0; step < MOST_STEPS && norm(moment) > NORMAL * sizeOfAll(xs); step++) {
    const curvature = xs.reduce((sum, x) => sum + norm(bracket(direction, x)) ** 2, 0);
    const s = scale(-inner(direction, moment) / (2 * curvature), direction);
    const [to, from] = [expm(s), expm(scale(-1, s))];
    xs = xs.map((x) => multiply(multiply(to, x), from));
    const next = momentOf(xs);
    const change = addScaled(next, -1, moment);
    const kept = Math.max(0, inner(next, change) / inner(moment, moment));
    direction = addScaled(scale(-1, next), kept, direction);
    if (inner(direction, next) >= 0) direction = scale(-1, next);
    moment = next;
  }
  return xs;
}

const momentOf = (xs: readonly Matrix[]): Matrix =>
  xs.reduce((sum, x) => addScaled(sum, 1, bracket(x, transpose(x))), zeros(xs[0]?.dim ?? 0));

/** Σ‖X‖², which bounds the moment. */
const sizeOfAll = (xs: readonly Matrix[]): number => xs.reduce((sum, x) => sum + inner(x, x), 0);

function formOf(xs: readonly Matrix[], form: (x: Matrix, y: Matrix) => number): Matrix {
  return { dim: xs.length, data: Float64Array.from(xs.flatMap((x) => xs.map((y) => form(x, y)))) };
}

/** ‖M‖ / Σ‖X‖² at which what is left moves no eigenvalue that float64 could tell. */
const NORMAL = 1e-10;
/** A guard. A nilpotent pair of axes loses e^−1 a step, turns at speeds 1 and √2 in skewed coordinates take 60. */
const MOST_STEPS = 100;
/**
 * Times the tolerance: Σ|λ|² of a unit matrix up to which it has no weights. A shear with noise ε gets
 * Σ|λ|² = 2ε; a turn along an ellipse of axes 2 : 1 has 0.47 and a circular one 1.
 */
const WEIGHTLESS = 2;
