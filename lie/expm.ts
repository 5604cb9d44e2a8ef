import { addScaled, identity, type Matrix, multiply, norm, scale } from "./matrix.ts";

/**
 * The exponential exp(X) = Σ Xᵏ/k!: the motion that the infinitesimal motion X generates.
 *
 * Scaling and squaring: exp(X) = exp(X/2ˢ)^(2ˢ), with ‖X/2ˢ‖ ≤ ½ so that the series to the 18th
 * power is exact in float64. Padé would need fewer products and a linear solver; nothing here is hot.
 */
export function expm(x: Matrix): Matrix {
  const squarings = Math.max(0, Math.ceil(Math.log2(norm(x) || 1)) + 1);
  const small = scale(2 ** -squarings, x);
  let power = identity(x.dim);
  let sum = power;
  for (let k = 1; k <= TERMS; k++) {
    power = scale(1 / k, multiply(power, small));
    sum = addScaled(sum, 1, power);
  }
  for (let i = 0; i < squarings; i++) sum = multiply(sum, sum);
  return sum;
}

/** ½¹⁹/19! = 2e-23, far below float64 rounding. */
const TERMS = 18;
