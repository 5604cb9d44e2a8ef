import type { SyntheticSet } from "../sweep/index.ts";
import { flow, type State } from "./runge-kutta.ts";
import { skewed } from "./skewed.ts";

/** Where random numbers come from: one stream, uniform in (0, 1) or standard normal. */
interface Random {
  readonly uniform: () => number;
  readonly normal: () => number;
}

/** A set of independent samples. */
interface IndependentSet {
  readonly inputBlocks: number;
  readonly outputBlocks: number;
  readonly labels: number;
  /** One x. @param strength - e of `broken-circle` */
  readonly draw: (random: Random, strength: number) => readonly number[];
  /** y of x: vectors, then labels before they are standardised. Only a coin asks for `random`. */
  readonly answer: (x: readonly number[], random: Random) => readonly number[];
}

/** Of one block with one label, which is most of them. */
const scalar = (inputBlocks: number) => ({ inputBlocks, outputBlocks: 0, labels: 1 });

/**
 * The sets whose samples are drawn one by one. `g` is a standard normal number; `truthOf` has what is
 * true of each.
 */
export const independentSets: Readonly<
  Record<Exclude<SyntheticSet, "three-body">, IndependentSet>
> = {
  /** Three bodies of g in ℝ³ and their tensor of inertia Σ (xᵢ·xᵢ) 1 − xᵢxᵢᵀ, as one vector of 18. */
  inertia: {
    inputBlocks: 1,
    outputBlocks: 0,
    labels: 0,
    draw: (random) => gaussians(random, 9),
    answer: inertiaTensor,
  },

  /** The same bodies as three vectors, and tr Y, √tr Y², ∛det Y: roots, so that tails stay alike. */
  "inertia-bodies": {
    inputBlocks: 3,
    outputBlocks: 0,
    labels: 3,
    draw: (random) => gaussians(random, 9),
    answer: (x) => invariants(inertiaTensor(x)),
  },

  /** x of g in ℝ³; y = x₃ / (1 + (angle of (x₁, x₂) mod 2π/7)). */
  cyclic7: {
    ...scalar(1),
    draw: (random) => gaussians(random, 3),
    answer: ([x1, x2, x3]) => [x3! / (1 + remainder(Math.atan2(x2!, x1!), (2 * Math.PI) / 7))],
  },

  /** a = g in ℝ³, b = a/|a| + 0.6 g; y = |a| + (a·b)² / (1 + b·b). */
  "rotation-scalar": {
    ...scalar(2),
    draw: (random) => {
      const a = gaussians(random, 3);
      const length = Math.sqrt(dot(a, a));
      return [...a, ...a.map((ai) => ai / length + 0.6 * random.normal())];
    },
    answer: (x) => {
      const [a, b] = [x.slice(0, 3), x.slice(3)];
      return [Math.sqrt(dot(a, a)) + dot(a, b) ** 2 / (1 + dot(b, b))];
    },
  },

  /** Points c ± d/2 of the plane, last entry 1; c uniform in a disc of radius 10, d = g; y = |d| / (1 + |d|). */
  "planar-motion": {
    ...scalar(2),
    draw: ({ uniform, normal }) => {
      const [radius, angle] = [10 * Math.sqrt(uniform()), 2 * Math.PI * uniform()];
      const [x, y] = [radius * Math.cos(angle), radius * Math.sin(angle)];
      const [dx, dy] = [normal() / 2, normal() / 2];
      return [x + dx, y + dy, 1, x - dx, y - dy, 1];
    },
    answer: ([x1, y1, , x2, y2]) => {
      const gap = Math.hypot(x1! - x2!, y1! - y2!);
      return [gap / (1 + gap)];
    },
  },

  /** Two (E, p): p = g in ℝ³, mass uniform in [0.5, 1.5]; y = E₁E₂ − p₁·p₂. */
  "lorentz-scalar": {
    ...scalar(2),
    draw: (random) => [...massive(random), ...massive(random)],
    answer: (x) => [2 * x[0]! * x[4]! - dot(x.slice(0, 4), x.slice(4))],
  },

  /** (u, −u), u = (Gamma(1) − 1, 0.7 (Gamma(2) − 2)); y = u₁ + u₁u₂ + u₂²/2. */
  "degenerate-none": {
    ...scalar(1),
    draw: ({ uniform }) => mirrored([skewed(uniform, 1, 1), skewed(uniform, 0.7, 2)]),
    answer: ([u1, u2]) => [u1! + u1! * u2! + u2! ** 2 / 2],
  },

  /** (u, −u), u = r (cos a, sin a), r = Gamma(4)/2, a uniform; y = r². */
  "degenerate-circle": {
    ...scalar(1),
    draw: ({ uniform }) => mirrored(onCircle(uniform, 2 * Math.PI * uniform())),
    answer: ([u1, u2]) => [u1! ** 2 + u2! ** 2],
  },

  /** g in ℝ⁴, and a fair coin. */
  gaussian: {
    ...scalar(1),
    draw: (random) => gaussians(random, 4),
    answer: (_, { uniform }) => [uniform() < 0.5 ? -1 : 1],
  },

  /** r (cos a, sin a), r = Gamma(4)/2, a of density (1 + e cos a)/2π: a uniform angle, or its opposite; y = r. */
  "broken-circle": {
    ...scalar(1),
    draw: ({ uniform }, strength) => {
      const angle = 2 * Math.PI * uniform();
      const stays = uniform() < (1 + strength * Math.cos(angle)) / 2;
      return onCircle(uniform, stays ? angle : angle + Math.PI);
    },
    answer: ([x, y]) => [Math.hypot(x!, y!)],
  },

  /**
   * Bound orbits about a unit mass (method.md §8.6): (position, velocity), and the same after 0.3.
   *
   * |q| uniform in [1, 2], any direction; the velocity g with 0.7 of its radial part removed, of
   * length |q|^(−1/2) times a number uniform in [0.8, 1.1].
   */
  "kepler-3d": {
    inputBlocks: 2,
    outputBlocks: 2,
    labels: 0,
    draw: (random) => {
      const outward = unit(gaussians(random, 3));
      const radius = 1 + random.uniform();
      const any = gaussians(random, 3);
      const radial = 0.7 * dot(any, outward);
      const heading = unit(any.map((vi, i) => vi - radial * outward[i]!));
      const speed = (0.8 + 0.3 * random.uniform()) / Math.sqrt(radius);
      return [...outward.map((ui) => radius * ui), ...heading.map((vi) => speed * vi)];
    },
    answer: (x) => flow(kepler, x, 0.3, 20),
  },

  /**
   * x = r u, log r = 0.7 g, u along (Gamma(1), Gamma(2), Gamma(3)); y a vector that grows as x does:
   * (x₁x₂, x₂² + x₁x₃, x₃|x| + x₁²) / |x|.
   *
   * A scaling by e^z moves total variation 2Φ(|z| / 1.4) − 1; no other motion keeps u.
   */
  scaling: {
    inputBlocks: 1,
    outputBlocks: 1,
    labels: 0,
    draw: ({ uniform, normal }) => {
      const u = unit([1, 2, 3].map((k) => k + skewed(uniform, 1, k)));
      const radius = Math.exp(0.7 * normal());
      return u.map((ui) => radius * ui);
    },
    answer: (x) => {
      const [x1, x2, x3] = x as readonly [number, number, number];
      const length = Math.sqrt(dot(x, x));
      return [(x1 * x2) / length, (x2 ** 2 + x1 * x3) / length, x3 + x1 ** 2 / length];
    },
  },

  /** Two vectors of six independent skewed coordinates and a polynomial of all of them: no symmetry. */
  "skewed-pairs": {
    ...scalar(2),
    draw: ({ uniform }) =>
      [
        [1, 1],
        [0.7, 2],
        [0.5, 3],
        [0.6, 2],
        [0.45, 4],
        [0.9, 1],
      ].map(([s, k]) => skewed(uniform, s!, k!)),
    answer: (x) => {
      const [a1, a2, a3, b1, b2, b3] = x as readonly [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      return [a1 * b2 + 0.5 * a3 ** 2 - 0.4 * b1 * b3 + 0.3 * a2 ** 2 * b1 + 0.2 * b3];
    },
  },
};

/** Y = Σᵢ (xᵢ·xᵢ) 1 − xᵢxᵢᵀ of three unit masses, row-major. */
function inertiaTensor(x: readonly number[]): readonly number[] {
  const tensor = Array.from({ length: 9 }, () => 0);
  for (let body = 0; body < 9; body += 3) {
    const at = x.slice(body, body + 3);
    const square = dot(at, at);
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) tensor[i * 3 + j]! += (i === j ? square : 0) - at[i]! * at[j]!;
  }
  return tensor;
}

/** tr Y, √tr Y², ∛det Y. */
function invariants(tensor: readonly number[]): readonly number[] {
  const [a, b, c, , e, f, , , i] = tensor as readonly number[] & { readonly length: 9 };
  const determinant =
    a! * (e! * i! - f! ** 2) - b! * (b! * i! - f! * c!) + c! * (b! * f! - e! * c!);
  return [a! + e! + i!, Math.sqrt(dot(tensor, tensor)), Math.cbrt(determinant)];
}

/** q̈ = −q / |q|³. */
function kepler(state: State): State {
  const [position, velocity] = [state.slice(0, 3), state.slice(3)];
  const pull = -(dot(position, position) ** -1.5);
  return [...velocity, ...position.map((qi) => pull * qi)];
}

function massive(random: Random): readonly number[] {
  const momentum = gaussians(random, 3);
  const mass = 0.5 + random.uniform();
  return [Math.sqrt(mass ** 2 + dot(momentum, momentum)), ...momentum];
}

function onCircle(uniform: () => number, angle: number): readonly number[] {
  const radius = (4 + skewed(uniform, 1, 4)) / 2;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

const mirrored = (u: readonly number[]): readonly number[] => [...u, ...u.map((ui) => -ui)];

const gaussians = ({ normal }: Random, count: number): readonly number[] =>
  Array.from({ length: count }, normal);

function unit(x: readonly number[]): readonly number[] {
  const length = Math.sqrt(dot(x, x));
  return x.map((xi) => xi / length);
}

const dot = (x: readonly number[], y: readonly number[]): number =>
  x.reduce((sum, xi, i) => sum + xi * y[i]!, 0);

/** In [0, modulus), also of negative numbers. */
const remainder = (x: number, modulus: number): number => ((x % modulus) + modulus) % modulus;
