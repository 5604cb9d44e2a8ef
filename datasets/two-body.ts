import { type Dataset, normals, streamSeed, type TwoBodySpec, uniforms } from "../sweep/index.ts";
import { cutWindows } from "./windows.ts";

/**
 * Planar orbits of two unit masses (G = 1) about their centre, body 2 the mirror of body 1, each
 * vector [x1, y1, px1, py1, x2, y2, px2, py2]: 18 windows (state, next state) per trajectory.
 *
 * The truth is so(2) acting as I₄ ⊗ J. With `half-plane` the law itself is not invariant, only the
 * map from state to next state is; with `full-angle` both are. The states fill 4 of 8 dimensions.
 * The distribution is that of the LieGAN paper's file, measured (its generator is not published).
 */
export function twoBody(spec: TwoBodySpec): Dataset {
  const paths = new Float64Array(spec.trajectories * STEPS * COORDINATES);
  for (let trajectory = 0; trajectory < spec.trajectories; trajectory++)
    paths.set(orbit(spec, trajectory), trajectory * STEPS * COORDINATES);
  if (spec.warp > 0) bend(paths, spec.warp);
  return {
    title: title(spec),
    ...cutWindows(paths, [spec.trajectories, STEPS, COORDINATES], { input: 1, output: 1 }),
  };
}

function title({ trajectories, law, seed, warp }: TwoBodySpec): string {
  const bent = warp > 0 ? `, coordinates bent by ${warp}` : "";
  return `two-body, ${trajectories} ${law} trajectories, seed ${seed}${bent}`;
}

/** One trajectory, shape (20, 8). Its stream is its own: a longer data set begins with a shorter one. */
function orbit({ law, seed }: TwoBodySpec, trajectory: number): Float64Array {
  const uniform = uniforms(streamSeed(seed, "two-body", trajectory));
  const normal = normals(uniform);
  const radius = Math.sqrt(2.25 + (9 - 2.25) * uniform());
  const angle = (law === "half-plane" ? -Math.PI : -2 * Math.PI) * uniform();
  const circular = 1 / (2 * Math.sqrt(radius));
  const tangential = circular * (1 + TANGENTIAL_NOISE * normal());
  const radial = circular * RADIAL_NOISE * normal();
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  let body: Body = [
    radius * c,
    radius * s,
    radial * c - tangential * s,
    radial * s + tangential * c,
  ];
  const path = new Float64Array(STEPS * COORDINATES);
  for (let step = 0; step < STEPS; step++) {
    const [x, y, px, py] = body;
    path.set([x, y, px, py, -x, -y, -px, -py], step * COORDINATES);
    for (let sub = 0; sub < SUBSTEPS; sub++) body = rungeKutta(body, STEP / SUBSTEPS);
  }
  return path;
}

/** Position and momentum of body 1. */
type Body = readonly [x: number, y: number, px: number, py: number];

/** q̈ = −q / 4r³: the pull of a unit mass at −q, at distance 2r. */
function motion([x, y, px, py]: Body): Body {
  const pull = -1 / (4 * Math.hypot(x, y) ** 3);
  return [px, py, pull * x, pull * y];
}

function rungeKutta(body: Body, h: number): Body {
  const k1 = motion(body);
  const k2 = motion(along(body, h / 2, k1));
  const k3 = motion(along(body, h / 2, k2));
  const k4 = motion(along(body, h, k3));
  return along(along(along(along(body, h / 6, k1), h / 3, k2), h / 3, k3), h / 6, k4);
}

function along(a: Body, h: number, k: Body): Body {
  return [a[0] + h * k[0], a[1] + h * k[1], a[2] + h * k[2], a[3] + h * k[3]];
}

/**
 * u ↦ u + w(a_c u² + b_c u³) for every coordinate c, u in units of its root mean square.
 *
 * Monotone for w ≤ 1 because every a² < 3b, so no information is lost: only the symmetry is.
 */
function bend(paths: Float64Array, warp: number): void {
  for (let c = 0; c < COORDINATES; c++) {
    let sum = 0;
    for (let i = c; i < paths.length; i += COORDINATES) sum += paths[i]! ** 2;
    const rms = Math.sqrt((sum * COORDINATES) / paths.length);
    const [square, cube] = BENDS[c]!;
    for (let i = c; i < paths.length; i += COORDINATES) {
      const u = paths[i]! / rms;
      paths[i] = rms * (u + warp * u * u * (square + cube * u));
    }
  }
}

/**
 * (a_c, b_c), all different, and of mirrored coordinates (c, c + 4) neither a sum of a nor a
 * difference of b vanishes: the bent states fill all 8 dimensions.
 */
const BENDS = [
  [0.6, 0.15],
  [-0.45, 0.3],
  [-0.55, 0.2],
  [0.4, 0.12],
  [0.3, 0.35],
  [-0.65, 0.16],
  [-0.25, 0.4],
  [0.7, 0.22],
] as const;

const COORDINATES = 8;
/** The first 20 points of a grid of 50 on [0, 20]. */
const STEPS = 20;
const STEP = 20 / 49;
/** One step turns at most 0.112 rad. By eighths of it, Runge–Kutta loses 3e-11 of the energy in 18 steps (measured). */
const SUBSTEPS = 8;
/** Standard deviations in units of the circular speed, measured on the paper's file. */
const TANGENTIAL_NOISE = 7.2e-4;
const RADIAL_NOISE = 1.4e-3;
