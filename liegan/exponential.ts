/**
 * The matrix exponential as both engines compute it: scaling and squaring around a Taylor polynomial
 * of degree 8 that needs three products (Bader, Blanes, Casas 2019, eq. 13).
 *
 *   A₂ = A², A₄ = A₂ (x₁A + x₂A₂), T₈ = 1 + A + y₂A₂ + (x₃A₂ + A₄)(x₄1 + x₅A + x₆A₂ + x₇A₄)
 *   exp(X) ≈ T₈(X/2ˢ)^(2ˢ)
 *
 * s is fixed: choosing it by the norm of a batch would make a trial depend on its mates. With s = 5
 * the error is below 3e-7 for ‖X‖ ≤ 18; learned angles reach about 14 (‖L‖ ≈ 4.8 at |z| = 3).
 */
export const SQUARINGS = 5;

const x3 = 2 / 3;
const root = Math.sqrt(177);

export const TAYLOR8 = {
  x1: (x3 * (1 + root)) / 88,
  x2: (x3 * (1 + root)) / 352,
  x3,
  x4: (-271 + 29 * root) / (315 * x3),
  x5: (11 * (-1 + root)) / (1260 * x3),
  x6: (11 * (-9 + root)) / (5040 * x3),
  x7: (89 - root) / (5040 * x3 * x3),
  y2: (857 - 58 * root) / 630,
} as const;
