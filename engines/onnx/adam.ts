import { ADAM, type StepDraws } from "../../liegan/index.ts";
import type { Graph, Value } from "./graph.ts";

/**
 * Adam with rescaled moments: nine element-wise passes a parameter instead of thirteen, and still
 * Adam to the letter, bias correction and ε included.
 *
 * With β = β₂, ρ = √(1 − β₂) and i steps into the run, the graph carries
 *
 *   M = m · ρ/(1 − β₁) · β^(−i/2),   V = v · β^(−i),   G = ∇ · ρ β^(−i/2)
 *
 * so that M ← (β₁/√β) M + G and V ← V + G². The factor of G rides on the loss gradient, which is
 * small; the powers are undone once after the run. {@link adamScalars} makes the rest.
 */
export interface Moments {
  readonly parameter: Value;
  readonly momentum: Value;
  readonly variance: Value;
}

export function adamUpdate(
  g: Graph,
  { parameter, momentum, variance }: Moments,
  gradient: Value,
  beta1: number,
  { rate, epsilon }: { readonly rate: Value; readonly epsilon: Value },
): Moments {
  const M = g.add(g.scale(momentum, beta1 / Math.sqrt(ADAM.beta2)), gradient);
  const V = g.add(variance, g.mul(gradient, gradient));
  const move = g.mul(g.div(M, g.add(g.sqrt(V), epsilon)), rate);
  return { parameter: g.sub(parameter, move), momentum: M, variance: V };
}

/** ρ/(1 − β₁): from Adam's momentum to the graph's, at the start of a run. */
export const momentumScale = (beta1: number): number => Math.sqrt(1 - ADAM.beta2) / (1 - beta1);

/** Columns of {@link adamScalars}, in order. */
export const ADAM_COLUMNS = 5;

/**
 * Per step and trial: discriminator rate and ε, generator rate and ε, factor of the gradients,
 * (S, T, 5), in double precision until the last moment.
 *
 * @param taken - Adam steps of each trial before the run, (T)
 */
export function adamScalars(taken: Int32Array, draws: StepDraws): Float32Array {
  const { generatorBeta1, discriminatorBeta1, beta2, epsilon } = ADAM;
  const rho = Math.sqrt(1 - beta2);
  const T = taken.length;
  const table = new Float32Array(draws.steps * T * ADAM_COLUMNS);
  for (let i = 0; i < draws.steps; i++) {
    const grown = beta2 ** (-(i + 1) / 2);
    for (const [trial, before] of taken.entries()) {
      const step = before + i + 1;
      const correction2 = Math.sqrt(1 - beta2 ** step);
      const rate = (learningRate: number, beta1: number) =>
        (((learningRate * correction2) / (1 - beta1 ** step)) * (1 - beta1)) / rho;
      const floor = epsilon * correction2 * grown;
      table.set(
        [
          rate(draws.discriminatorRate[i] ?? 0, discriminatorBeta1),
          floor,
          rate(draws.generatorRate[i] ?? 0, generatorBeta1),
          floor,
          rho * grown,
        ],
        (i * T + trial) * ADAM_COLUMNS,
      );
    }
  }
  return table;
}
