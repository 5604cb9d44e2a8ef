import { bracket } from "./bracket.ts";
import { closureDefect } from "./closure.ts";
import { symmetricEigen } from "./eigen.ts";
import { type Matrix, zeros } from "./matrix.ts";
import type { OrthonormalBasis } from "./span.ts";
import { spectrum } from "./spectrum.ts";
import { killingForm, type Signature, signature } from "./structure.ts";
import { svd } from "./svd.ts";

/** What can be said of a span of generators without choosing a basis. */
export interface Identity {
  /** `so(3)`, `abelian of dimension 2`; `unnamed` where no name fits or the span is no algebra. */
  readonly name: string;
  /** dim 𝔤. */
  readonly dimension: number;
  readonly killing: Signature;
  /** dim [𝔤, 𝔤]. */
  readonly derivedDimension: number;
}

/**
 * Names an algebra by its dimension, the signature of its Killing form and the dimension of its
 * derived algebra. The facts, and so the name, are the same in every basis of the span and after
 * every change of coordinates of the data.
 *
 * @param tolerance - how much of a bracket, relative to the size of the generators, may be noise.
 * The default is for learned generators, whose closure defects are about 0.05; use 1e-6 for exact ones.
 */
export function identify(basis: OrthonormalBasis, tolerance = LEARNED_NOISE): Identity {
  const dimension = basis.length;
  const size = sizeOf(basis);
  const brackets = pairs(basis).map(([x, y]) => bracket(x, y).data);
  const derivedDimension = svd(brackets).values.filter((v) => v > tolerance * size).length;
  const form = killingForm(basis);
  const largest = Math.max(0, ...symmetricEigen(form).values.map(Math.abs));
  const killing = signature(form, Math.max(tolerance * largest, (tolerance * size) ** 2));
  const facts = { dimension, killing, derivedDimension };
  return { name: nameOf(basis, facts, tolerance), ...facts };
}

function nameOf(basis: OrthonormalBasis, facts: Omit<Identity, "name">, tolerance: number): string {
  const { dimension, killing, derivedDimension } = facts;
  if (dimension === 0) return "trivial";
  if (dimension === 1) return oneParameterName(basis[0]!, tolerance);
  if (derivedDimension === 0) return `abelian of dimension ${dimension}`;
  const defect = closureDefect(basis);
  if (defect !== "abelian" && defect > tolerance) return "unnamed";
  const key = [killing.positive, killing.negative, killing.zero, derivedDimension].join();
  return names[key] ?? "unnamed";
}

/** All one-dimensional algebras are one; the names tell whether the motion turns, or grows and shifts. */
function oneParameterName(generator: Matrix, tolerance: number): "so(2)" | "ℝ" {
  const { radius, growth } = spectrum(generator);
  const turns = radius > tolerance * sizeOf([generator]) && growth <= tolerance * radius;
  return turns ? "so(2)" : "ℝ";
}

/**
 * Killing signature (+, −, 0) and dim [𝔤, 𝔤], which decide among all real algebras of these
 * dimensions: the semisimple ones by classification, the sums because a semisimple algebra acts
 * trivially on a line.
 */
const names: Readonly<Record<string, string>> = {
  "0,3,0,3": "so(3)",
  "2,1,0,3": "sl(2,ℝ)",
  "0,1,2,2": "se(2)",
  "0,6,0,6": "so(4)",
  "3,3,0,6": "so(1,3)",
  "0,3,1,3": "so(3) ⊕ ℝ",
  "2,1,1,3": "sl(2,ℝ) ⊕ ℝ",
  "3,3,1,6": "so(1,3) ⊕ ℝ",
};

/**
 * Root mean square, over the span, of how far a unit generator moves the vector it moves most:
 * √(λ_max(Σ BᵢᵀBᵢ) / K). Brackets are measured against it because a generator repeated over m blocks
 * has unit Frobenius norm and brackets smaller by √m.
 */
function sizeOf(basis: readonly Matrix[]): number {
  const d = basis[0]?.dim ?? 0;
  const sum = zeros(d);
  for (const { data } of basis)
    for (let k = 0; k < d; k++)
      for (let i = 0; i < d; i++)
        for (let j = 0; j < d; j++) sum.data[i * d + j]! += data[k * d + i]! * data[k * d + j]!;
  return Math.sqrt((symmetricEigen(sum).values[0] ?? 0) / Math.max(1, basis.length));
}

const pairs = (basis: readonly Matrix[]): readonly (readonly [Matrix, Matrix])[] =>
  basis.flatMap((x, i) => basis.slice(i + 1).map((y) => [x, y] as const));

/**
 * Between the closure defect of a learned so(3), 0.05 (3-D Kepler), and that of learned directions
 * that are no algebra, 0.65 (four of the seven of a Lorentz sample); nearer the former.
 */
const LEARNED_NOISE = 0.1;
