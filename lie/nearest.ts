import { closureDefect } from "./closure.ts";
import { type Deformation, deformationOf } from "./deformation.ts";
import { addScaled } from "./matrix.ts";
import { type OrthonormalBasis, orthonormalise, principalAngles } from "./span.ts";

/** A span that is nearer to being an algebra, and how far it lies from the one it came from. */
export interface NearestAlgebra {
  readonly basis: OrthonormalBasis;
  /** The largest principal angle between the two spans, in radians. */
  readonly angle: number;
}

/**
 * A nearby span whose brackets stay inside it, or leave it less.
 *
 * Minimises E = Σ_{i<j} ‖(I − P)[Bᵢ, Bⱼ]‖², P the projector on the span, which is a function of the
 * span alone. A Gauss–Newton step moves Bᵢ by the least Δᵢ orthogonal to the span that solves dΔ = −r,
 * where r is what leaks and d the coboundary of {@link deformationOf}. Being least, Δ has no part in
 * the kernel of d, which would move an algebra to its conjugates. Near a rigid algebra (every
 * semisimple one) the error is squared at each step.
 *
 * Measured with every entry of unit generators off by up to 0.05: the defects of so(3) (0.11), so(1,3)
 * (0.18), so(5) (0.22) and se(3) (0.20) fall below 1e-11, that of se(2), which is not rigid, below 1e-5,
 * and the spans end up a third to two thirds as far from the truth as they were. Sources: Nijenhuis and
 * Richardson 1966; CGLS (Björck 1996) for the step. Alternating projections (brackets of the span, then
 * their leading singular directions) forget what is not a bracket, so they lose centres.
 *
 * @param iterations - most Gauss–Newton steps
 * @returns a basis whose {@link closureDefect} is at most that of `basis`; where no step lowers it,
 * `basis` and the angle 0
 */
export function nearestAlgebra(basis: OrthonormalBasis, iterations = 10): NearestAlgebra {
  let best = { span: basis, deformation: deformationOf(basis) };
  for (let i = 0; i < iterations && leaked(best.deformation) > CLOSED; i++) {
    const better = improved(best.span, best.deformation);
    if (!better) break;
    best = better;
  }
  const [before, after] = [closureDefect(basis), closureDefect(best.span)];
  const rose = after !== "abelian" && (before === "abelian" || after > before);
  const nearest = rose ? basis : best.span;
  return { basis: nearest, angle: principalAngles(basis, nearest).at(-1) ?? 0 };
}

/** The span after a step, halved until less leaks; undefined where no share of it helps. */
function improved(span: OrthonormalBasis, deformation: Deformation) {
  const step = leastSolution(deformation);
  for (let share = 1; share > SMALLEST_SHARE; share /= 2) {
    const moved = orthonormalise(
      span.map((b, i) => {
        const data = step.subarray(i * b.data.length, (i + 1) * b.data.length);
        return addScaled(b, share, { dim: b.dim, data });
      }),
    );
    const next = deformationOf(moved);
    if (leaked(next) < leaked(deformation)) return { span: moved, deformation: next };
  }
  return undefined;
}

/**
 * The Δ that minimises ‖dΔ + r‖² + ε‖r‖‖Δ‖², by conjugate gradients on the normal equations. Damping in
 * proportion to the residual (Levenberg and Marquardt) leaves the last steps nearly undamped.
 */
function leastSolution({ leak, coboundary, adjoint }: Deformation): Float64Array {
  let residual: Float64Array = leak.map((x) => -x);
  let gradient = adjoint(residual);
  let direction = gradient;
  let slope = dot(gradient, gradient);
  let delta: Float64Array = new Float64Array(gradient.length);
  const damping = DAMPING * Math.sqrt(dot(leak, leak));
  const enough = CONVERGED * slope;
  for (let i = 0; i < MOST_GRADIENTS && slope > enough; i++) {
    const image = coboundary(direction);
    const length = slope / (dot(image, image) + damping * dot(direction, direction));
    delta = plus(delta, length, direction);
    residual = plus(residual, -length, image);
    gradient = plus(adjoint(residual), -damping, delta);
    const next = dot(gradient, gradient);
    direction = plus(gradient, next / slope, direction);
    slope = next;
  }
  return delta;
}

const leaked = ({ leak }: Deformation): number => dot(leak, leak);

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}

const plus = (x: Float64Array, c: number, y: Float64Array): Float64Array =>
  x.map((xi, i) => xi + c * y[i]!);

/** Squared length of what leaks from unit generators at which float64 has nothing more to give. */
const CLOSED = 1e-26;
/** A step of which less than this helps points the wrong way. */
const SMALLEST_SHARE = 1e-3;
/**
 * ε: keeps a step short where d is nearly singular. 1e-2 and 1e-3 gave the same spans; a damping that
 * did not fall with the residual (1e-3) left a defect of 1e-5 in se(2) and made tori take twenty steps.
 */
const DAMPING = 1e-2;
/** Share of the squared gradient that is left when a step is good enough: a tighter one (1e-4) gave the same spans. */
const CONVERGED = 1e-2;
/** A guard; four to ten are used. */
const MOST_GRADIENTS = 30;
