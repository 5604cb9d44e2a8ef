import { type AsymmetricSpec, type Dataset, streamSeed, uniforms } from "../sweep/index.ts";
import { standardise } from "./labels.ts";
import { skewed } from "./skewed.ts";

/**
 * Three independent skewed coordinates and a scalar of them: the control with no symmetry at all.
 *
 *   x = s (Gamma(k) − k),  (s, k) = (1, 1), (0.7, 2), (0.5, 3);  y = x₁x₂ + x₃² + 0.3 x₁³ + 0.2 x₂
 */
export function asymmetric({ samples, seed }: AsymmetricSpec): Dataset {
  const uniform = uniforms(streamSeed(seed, "asymmetric"));
  const values = new Float64Array(samples * 4);
  for (let i = 0; i < samples; i++) {
    const [x1, x2, x3] = [skewed(uniform, 1, 1), skewed(uniform, 0.7, 2), skewed(uniform, 0.5, 3)];
    values.set([x1, x2, x3, x1 * x2 + x3 ** 2 + 0.3 * x1 ** 3 + 0.2 * x2], i * 4);
  }
  standardise(values, 3, 4);
  return {
    title: `asymmetric, ${samples} samples, seed ${seed}`,
    samples,
    dimension: 3,
    inputBlocks: 1,
    outputBlocks: 0,
    labels: 1,
    values,
    groups: Int32Array.from({ length: samples }, (_, i) => i),
  };
}
