import { algebras, pseudoRotations, rotations } from "./algebras.ts";
import {
  directSumInvariants,
  type Invariants,
  invariantsOf,
  sameInvariants,
} from "./invariants.ts";
import type { Matrix } from "./matrix.ts";
import { orthonormalise } from "./span.ts";
import type { Signature } from "./structure.ts";

/**
 * What names are made of: algebras that are no direct sum, each by its textbook generators, largest
 * first. Up to dimension 10 the only simple ones missing are su(3) and su(2,1).
 */
const summands = {
  "so(5)": rotations(5),
  "so(1,4)": pseudoRotations(1, 4),
  "so(2,3)": pseudoRotations(2, 3),
  "sl(3,ℝ)": algebras.sl3,
  "so(1,3)": algebras.so13,
  "se(3)": algebras.se3,
  "so(3)": algebras.so3,
  "sl(2,ℝ)": algebras.sl2,
  "se(2)": algebras.se2,
  "aff(1)": algebras.aff1,
  ℝ: algebras.scaling,
} as const satisfies Record<string, readonly Matrix[]>;

export type Summand = keyof typeof summands;

const order = Object.keys(summands) as readonly Summand[];

const invariantsOfSummands = new Map<Summand, Invariants>();

function invariantsOfSummand(summand: Summand): Invariants {
  const known = invariantsOfSummands.get(summand);
  if (known) return known;
  const invariants = invariantsOf(orthonormalise(summands[summand]), EXACT);
  invariantsOfSummands.set(summand, invariants);
  return invariants;
}

export const invariantsOfSum = (sum: readonly Summand[]): Invariants =>
  sum.map(invariantsOfSummand).reduce(directSumInvariants);

/**
 * The summands of an algebra with these invariants; undefined where no direct sum of named ones has
 * them, or where it has more than 10 dimensions. Up to there at most one sum has them.
 */
export function summandsOf(invariants: Invariants): readonly Summand[] | undefined {
  if (invariants.dimension > MOST_DIMENSIONS) return undefined;
  for (const sum of sumsOfDimension(invariants.dimension))
    if (sameInvariants(invariantsOfSum(sum), invariants)) return sum;
  return undefined;
}

/**
 * The simple ideals of a semisimple algebra, which its Killing signature decides up to dimension 10:
 * no two sums of simple algebras share one (classification; so(3) ⊕ sl(2,ℝ) is (2, 4), so(1,3) (3, 3)).
 *
 * @returns `unnamed` alone where we have no name for them: su(3), su(2,1), and beyond dimension 10
 */
export function simpleIdealsOf({ positive, negative }: Signature): readonly string[] {
  const dimension = positive + negative;
  if (dimension > MOST_DIMENSIONS) return ["unnamed"];
  for (const sum of sumsOfDimension(dimension)) {
    const forms = sum.map(invariantsOfSummand).map(({ killing }) => killing);
    if (forms.some(({ zero }) => zero > 0)) continue;
    if (forms.reduce((total, form) => total + form.positive, 0) === positive) return sum;
  }
  return dimension === 0 ? [] : ["unnamed"];
}

/** Every multiset of summands with so many dimensions together, each in the order of the table. */
export function* sumsOfDimension(dimension: number, from = 0): Generator<readonly Summand[]> {
  if (dimension === 0) yield [];
  for (const [i, summand] of order.entries()) {
    const left = dimension - summands[summand].length;
    if (i < from || left < 0) continue;
    for (const rest of sumsOfDimension(left, i)) yield [summand, ...rest];
  }
}

/**
 * `so(1,3) ⊕ ℝ`, `so(3) ⊕ so(2)`, `ℝ²`; with the customary names of so(3) ⊕ so(3), of sl(2,ℝ) ⊕ sl(2,ℝ)
 * and of sl(n,ℝ) ⊕ ℝ.
 *
 * @param torus - how many of the lines ℝ are called so(2): as algebras the two are the same, the names
 * tell whether the motion turns, or grows and shifts
 */
export function nameOfSum(sum: readonly Summand[], torus: number): string {
  const parts = sum.filter((summand) => summand !== "ℝ");
  let lines = sum.length - parts.length - torus;
  const names = paired(paired(parts, "so(3)", "so(4)"), "sl(2,ℝ)", "so(2,2)").map((name) => {
    const withScaling = scaled[name];
    if (!withScaling || lines === 0) return name;
    lines--;
    return withScaling;
  });
  const turns = Array.from({ length: torus }, () => "so(2)");
  const rest = lines > 1 ? [`ℝ${superscript(lines)}`] : lines === 1 ? ["ℝ"] : [];
  return [...names, ...turns, ...rest].join(" ⊕ ");
}

/** The names with `half` replaced by `whole` where it stands exactly twice. */
function paired(names: readonly string[], half: string, whole: string): readonly string[] {
  if (names.filter((name) => name === half).length !== 2) return names;
  return names.toSpliced(names.indexOf(half), 2, whole);
}

const scaled: Readonly<Record<string, string>> = { "sl(3,ℝ)": "gl(3,ℝ)", "sl(2,ℝ)": "gl(2,ℝ)" };

const superscript = (n: number): string =>
  [...String(n)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("");

/** Invariants of textbook generators have no noise but rounding. */
const EXACT = 1e-6;

/** At dimension 12 signatures repeat: so(1,3) ⊕ so(1,3) and so(3) ⊕ sl(2,ℝ)³ are both (6, 6). */
const MOST_DIMENSIONS = 10;
