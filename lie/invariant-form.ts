import { symmetricEigen } from "./eigen.ts";
import { addScaled, type Matrix, multiply, scale, transpose, zeros } from "./matrix.ts";
import { LEARNED_NOISE } from "./noise.ts";
import type { OrthonormalBasis } from "./span.ts";
import { type Signature, signature } from "./structure.ts";
import { svd } from "./svd.ts";

/** The symmetric form xᵀAx that the motions of a span change least. */
export interface InvariantForm {
  /** A, shape (d, d), symmetric, ‖A‖ = 1; of A and −A the one with no fewer positive eigenvalues. */
  readonly form: Matrix;
  /** What A's eigenvalues are: (3, 1) for the metric of so(1,3). One below a tenth of the largest is 0. */
  readonly signature: Signature;
  /** How much the span changes each form, √Σ‖LᵢᵀA + ALᵢ‖², of d(d + 1)/2 orthonormal forms, rising. */
  readonly singularValues: Float64Array;
  /** σ₁/σ₂: near 0 where A is kept and no other form is. Where σ₂ is near 0 itself, several are kept. */
  readonly gap: number;
}

/**
 * The invariant metric of an algebra: g = exp(zL) keeps xᵀAx for all z if and only if LᵀA + AL = 0.
 *
 * Minimises Σᵢ‖LᵢᵀA + ALᵢ‖² over symmetric A with ‖A‖ = 1: the smallest singular vector of A ↦ (LᵢᵀA + ALᵢ)ᵢ.
 * The Lorentz algebra gives diag(−1, 1, 1, 1)/2. Rotations give the identity, translations in
 * homogeneous coordinates a degenerate form, scalings none: then σ₁ is not small. LieGAN (Yang et al.
 * 2023) fits the same sum less a‖A‖², which needs a weight and a search to keep off A = 0.
 *
 * @param basis - L, shape (K, d, d). The singular values are facts about the span, because its basis is
 * orthonormal: σ₁ = 0 and σ₂ = 2 for the Lorentz algebra, 1 and 2.24 where scaling joins it.
 */
export function invariantForm(basis: OrthonormalBasis): InvariantForm {
  const dim = basis[0]?.dim ?? 0;
  const forms = symmetricBasis(dim);
  const { values, left } = svd(forms.map((form) => changesOf(form, basis)));
  const singularValues = values.toReversed();
  const [least = 0, next = 0] = singularValues;
  const form = mostlyPositive(
    forms.reduce((sum, x, i) => addScaled(sum, left.at(-1)![i]!, x), zeros(dim)),
  );
  return {
    form,
    signature: signatureOf(form),
    singularValues,
    gap: next === 0 ? 1 : least / next,
  };
}

/** LᵢᵀA + ALᵢ for each generator, one after the other. */
function changesOf(form: Matrix, basis: readonly Matrix[]): Float64Array {
  const size = form.dim ** 2;
  const changes = new Float64Array(basis.length * size);
  for (const [i, generator] of basis.entries()) {
    const half = multiply(form, generator);
    changes.set(addScaled(half, 1, transpose(half)).data, i * size);
  }
  return changes;
}

/** Eᵢᵢ and (Eᵢⱼ + Eⱼᵢ)/√2: an orthonormal basis of the symmetric matrices. */
function symmetricBasis(dim: number): readonly Matrix[] {
  const indices = Array.from({ length: dim }, (_, i) => i);
  return indices.flatMap((i) =>
    indices.slice(i).map((j) => {
      const form = zeros(dim);
      form.data[i * dim + j] = i === j ? 1 : Math.SQRT1_2;
      form.data[j * dim + i] = form.data[i * dim + j]!;
      return form;
    }),
  );
}

/**
 * A or −A: the one with more positive eigenvalues than negative, or, where they are as many, with the
 * first of its large entries positive.
 */
function mostlyPositive(form: Matrix): Matrix {
  const { positive, negative } = signatureOf(form);
  const largest = Math.max(...form.data.map(Math.abs));
  const first = form.data.find((x) => Math.abs(x) > largest / 2) ?? 0;
  const flipped = positive < negative || (positive === negative && first < 0);
  return flipped ? scale(-1, form) : form;
}

function signatureOf(form: Matrix): Signature {
  const largest = Math.max(0, ...symmetricEigen(form).values.map(Math.abs));
  return signature(form, LEARNED_NOISE * largest);
}
