import type { Matrix } from "./matrix.ts";
import type { OrthonormalBasis } from "./span.ts";
import { structureConstants } from "./structure.ts";

/**
 * How the brackets of a span leave it, and how that changes when the span is moved.
 *
 * A span 𝔤 of matrices with projector P is moved by Δ: 𝔤 → 𝔤^⊥, Bᵢ ↦ Bᵢ + Δᵢ. To first order the part
 * of [Bᵢ, Bⱼ] outside the span then changes by
 *
 *   (dΔ)ᵢⱼ = (I − P)([Δᵢ, Bⱼ] + [Bᵢ, Δⱼ]) − Σₖ cᵢⱼₖ Δₖ,
 *
 * the coboundary of deformation theory, Hom(𝔤, gl/𝔤) → Hom(Λ²𝔤, gl/𝔤): its kernel moves an algebra to
 * other algebras, and what it cannot reach are obstructions.
 */
export interface Deformation {
  /** (I − P)[Bᵢ, Bⱼ] for i < j, shape (K(K − 1)/2, d, d). */
  readonly leak: Float64Array;
  /** dΔ: shape (K, d, d) → (K(K − 1)/2, d, d), for Δᵢ orthogonal to the span. */
  readonly coboundary: (delta: Float64Array) => Float64Array;
  /** d*: the adjoint of d for Frobenius inner products. */
  readonly adjoint: (cochain: Float64Array) => Float64Array;
}

export function deformationOf(basis: OrthonormalBasis): Deformation {
  const [k, d] = [basis.length, basis[0]?.dim ?? 0];
  const size = d * d;
  const pairs = basis.flatMap((_, i) => basis.slice(i + 1).map((_, l) => [i, i + 1 + l] as const));
  const constants = structureConstants(basis);
  const b = concatenated(basis, size);
  const transposed = new Float64Array(k * size);
  for (let x = 0; x < k; x++)
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++) transposed[x * size + j * d + i] = b[x * size + i * d + j]!;

  /** Removes from the matrix at `at` what lies in the span. */
  const reject = (y: Float64Array, at: number) => {
    for (let l = 0; l < k; l++) {
      let part = 0;
      for (let e = 0; e < size; e++) part += b[l * size + e]! * y[at + e]!;
      for (let e = 0; e < size; e++) y[at + e]! -= part * b[l * size + e]!;
    }
  };

  const leak = new Float64Array(pairs.length * size);
  for (const [p, [i, j]] of pairs.entries()) {
    addBracket(leak, p * size, b, i * size, b, j * size, d, 1);
    reject(leak, p * size);
  }

  const coboundary = (delta: Float64Array) => {
    const y = new Float64Array(pairs.length * size);
    for (const [p, [i, j]] of pairs.entries()) {
      addBracket(y, p * size, delta, i * size, b, j * size, d, 1);
      addBracket(y, p * size, b, i * size, delta, j * size, d, 1);
      reject(y, p * size);
      for (let l = 0; l < k; l++)
        addMultiple(y, p * size, -constants[(i * k + j) * k + l]!, delta, l * size, size);
    }
    return y;
  };

  // ⟨[X, B], Y⟩ = ⟨X, [Y, Bᵀ]⟩
  const adjoint = (y: Float64Array) => {
    const delta = new Float64Array(k * size);
    for (const [p, [i, j]] of pairs.entries()) {
      addBracket(delta, i * size, y, p * size, transposed, j * size, d, 1);
      addBracket(delta, j * size, y, p * size, transposed, i * size, d, -1);
    }
    for (let l = 0; l < k; l++) reject(delta, l * size);
    for (const [p, [i, j]] of pairs.entries())
      for (let l = 0; l < k; l++)
        addMultiple(delta, l * size, -constants[(i * k + j) * k + l]!, y, p * size, size);
    return delta;
  };

  return { leak, coboundary, adjoint };
}

function concatenated(matrices: readonly Matrix[], size: number): Float64Array {
  const all = new Float64Array(matrices.length * size);
  for (const [i, { data }] of matrices.entries()) all.set(data, i * size);
  return all;
}

/** out += sign [x, y], each a (d, d) matrix that starts where its array says. */
function addBracket(
  out: Float64Array,
  outAt: number,
  x: Float64Array,
  xAt: number,
  y: Float64Array,
  yAt: number,
  d: number,
  sign: 1 | -1,
): void {
  for (let i = 0; i < d; i++)
    for (let k = 0; k < d; k++) {
      const xik = sign * x[xAt + i * d + k]!;
      const yik = sign * y[yAt + i * d + k]!;
      for (let j = 0; j < d; j++)
        out[outAt + i * d + j]! += xik * y[yAt + k * d + j]! - yik * x[xAt + k * d + j]!;
    }
}

function addMultiple(
  out: Float64Array,
  outAt: number,
  factor: number,
  x: Float64Array,
  xAt: number,
  size: number,
): void {
  if (factor === 0) return;
  for (let e = 0; e < size; e++) out[outAt + e]! += factor * x[xAt + e]!;
}
