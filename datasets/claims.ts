import {
  addScaled,
  algebras,
  embed,
  identity,
  type Matrix,
  multiply,
  scale,
  zeros,
} from "../lie/index.ts";
import type { SyntheticSet } from "../sweep/index.ts";

/**
 * What is known of a generated set, as bases of spans of (d, d) matrices that act on one d-vector.
 *
 * **law**: x ↦ exp(zL)x leaves the distribution of (x, y) as it is, exactly. **map**: y(gx) = g y(x),
 * or y(gx) = y(x) where y is a label. Both modulo `junk`.
 */
export interface Truth {
  readonly law: readonly Matrix[];
  readonly map: readonly Matrix[];
  /** Generators of no law that small motions along pass for one, each with its own range. */
  readonly approximate: readonly Matrix[];
  /** Smallest n for which law and approximate are spanned by I ⊗ (n, n); d where both are empty. */
  readonly groupDimension: number;
  /** Basis of the L with Lx = 0 for every sample, where the samples fill a subspace alone. */
  readonly junk?: readonly Matrix[];
  /** Of the algebra of the law, `trivial` where there is none. */
  readonly name: string;
}

/** What a set is known to have, before what follows from it; what is left out is empty. */
export type Claim = Pick<Truth, "groupDimension"> & Partial<Omit<Truth, "name">>;

/** L (u, −u) = 0: E_ij + E_i,j+d/2 for u of ℝ^(d/2). */
export const mirrorJunk = (d: number): readonly Matrix[] =>
  Array.from({ length: (d * d) / 2 }, (_, at) => {
    const [i, j] = [Math.floor((2 * at) / d), at % (d / 2)];
    return addScaled(unitAt(d, i, j), 1, unitAt(d, i, j + d / 2));
  });

const { so2, so3, so4, se2, so13 } = algebras;
const [J] = so2;

/** E_ij: zeros but for 1 at (i, j). */
function unitAt(d: number, i: number, j: number): Matrix {
  const one = zeros(d);
  one.data[i * d + j] = 1;
  return one;
}

/** gl(d): every E_ij. */
const everyMotion = (d: number): readonly Matrix[] =>
  Array.from({ length: d * d }, (_, at) => unitAt(d, Math.floor(at / d), at % d));

/** At strength 0. Counts of `map` are null spaces of grad y · Lx − My, which the tests take. */
export const claims: Readonly<Record<SyntheticSet, Claim>> = {
  inertia: {
    law: [...so3.map(moveBodies), ...so3.map(mixBodies)],
    map: [...everyMotion(3).map(moveBodies), ...so3.map(mixBodies)],
    groupDimension: 18,
    junk: asymmetryJunk(),
  },
  "inertia-bodies": { law: so3, map: so3, groupDimension: 3 },
  /** Z/7 survives, exp(kL) with L = (2πm/7) J₀₁; a Lie algebra does not see it. */
  cyclic7: { map: [addScaled(unitAt(3, 0, 0), 1, unitAt(3, 1, 1))], groupDimension: 3 },
  "rotation-scalar": { law: so3, map: so3, groupDimension: 3 },
  /** A shift by s moves total variation 2s / 10π. */
  "planar-motion": {
    law: se2.slice(0, 1),
    map: se2,
    approximate: se2.slice(1),
    groupDimension: 3,
  },
  "lorentz-scalar": {
    law: so13.slice(0, 3),
    map: so13,
    approximate: so13.slice(3),
    groupDimension: 4,
  },
  "degenerate-none": { groupDimension: 4, junk: mirrorJunk(4) },
  "degenerate-circle": {
    law: [embed(J, 4)],
    map: [embed(J, 4)],
    groupDimension: 2,
    junk: mirrorJunk(4),
  },
  /** A coin says nothing of x, so whatever moves x keeps what is known of y. */
  gaussian: { law: so4, map: everyMotion(4), groupDimension: 4 },
  /** With e > 0 the rotation is approximate: a turn by z moves total variation (2e/π) |sin(z/2)|. */
  "broken-circle": { law: so2, map: so2, groupDimension: 2 },
  "kepler-3d": { law: so3, map: so3, groupDimension: 3 },
  scaling: { map: [identity(3)], approximate: [identity(3)], groupDimension: 3 },
  "three-body": {
    law: [embed(J, 12)],
    map: threeBodyMotions(),
    groupDimension: 2,
  },
  "skewed-pairs": { groupDimension: 3 },
};

/** The three bodies of `inertia` mixed by S: S ⊗ I₃ on x, and the tensor stays. */
function mixBodies({ data }: Matrix): Matrix {
  const motion = zeros(18);
  for (const [at, s] of data.entries())
    for (let axis = 0; axis < 3; axis++)
      motion.data[(Math.floor(at / 3) * 3 + axis) * 18 + (at % 3) * 3 + axis] = s;
  return motion;
}

/**
 * Every body of `inertia` moved by A: x by I₃ ⊗ A, and Y = tr(G) 1 − G with G = Σ xᵢxᵢᵀ by
 * δY = tr(δG) 1 − δG, δG = AG + GAᵀ. For a rotation that is A ⊗ 1 + 1 ⊗ A, modulo junk.
 */
function moveBodies(a: Matrix): Matrix {
  const motion = zeros(18);
  const bodies = embed(a, 9);
  for (let row = 0; row < 9; row++)
    motion.data.set(bodies.data.subarray(row * 9, row * 9 + 9), row * 18);
  for (let column = 0; column < 9; column++) {
    const tensor = symmetrised(unitAt(3, Math.floor(column / 3), column % 3));
    const change = symmetrised(scale(2, multiply(a, fromTrace(1 / 2, tensor))));
    for (const [row, value] of fromTrace(1, change).data.entries())
      motion.data[(9 + row) * 18 + 9 + column] = value;
  }
  return motion;
}

/** ½ (X + Xᵀ). */
function symmetrised({ dim, data }: Matrix): Matrix {
  const mirror = data.map((_, at) => data[(at % dim) * dim + Math.floor(at / dim)]!);
  return { dim, data: data.map((x, at) => (x + mirror[at]!) / 2) };
}

/** s tr(X) 1 − X. */
function fromTrace(share: number, x: Matrix): Matrix {
  const trace = x.data.reduce((sum, xi, at) => sum + (at % (x.dim + 1) === 0 ? xi : 0), 0);
  return addScaled(scale(share * trace, identity(x.dim)), -1, x);
}

/** The two entries of a tensor of inertia at (i, j) and (j, i) are one number. */
function asymmetryJunk(): readonly Matrix[] {
  const pairs = [
    [1, 3],
    [2, 6],
    [5, 7],
  ] as const;
  return Array.from({ length: 18 }, (_, row) =>
    pairs.map(([one, other]) =>
      addScaled(unitAt(18, row, 9 + one), -1, unitAt(18, row, 9 + other)),
    ),
  ).flat();
}

/**
 * The rotation, and what commutes with free motion q̄ ↦ q̄ + tp̄ of the mean body, which the others do
 * not feel: q̄ by Aq̄ + Bp̄ and p̄ by Ap̄, with A and B of gl(2).
 */
function threeBodyMotions(): readonly Matrix[] {
  const ofMean = everyMotion(2).flatMap(({ data }) => {
    const [shear, both] = [zeros(4), zeros(4)];
    for (const [at, value] of data.entries()) {
      const [i, j] = [Math.floor(at / 2), at % 2];
      shear.data[i * 4 + 2 + j] = value;
      both.data[i * 4 + j] = value;
      both.data[(2 + i) * 4 + 2 + j] = value;
    }
    return [both, shear];
  });
  return [embed(J, 12), ...ofMean.map(meanBody)];
}

/** The mean of three bodies moved by L (4, 4), each of them by as much: ⅓ 𝟏𝟏ᵀ ⊗ L. */
function meanBody({ dim, data }: Matrix): Matrix {
  const mean = zeros(3 * dim);
  for (const at of mean.data.keys())
    mean.data[at] = data[(Math.floor(at / mean.dim) % dim) * dim + (at % dim)]! / 3;
  return mean;
}
