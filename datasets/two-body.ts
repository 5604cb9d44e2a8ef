import { type Dataset, normals, streamSeed, type TwoBodySpec, uniforms } from "../sweep/index.ts";
import { bend } from "./bend.ts";
import { flow, type State } from "./runge-kutta.ts";
import { cutWindows } from "./windows.ts";

/**
 * Planar orbits of two unit masses (G = 1) about their centre, body 2 the mirror of body 1, each
 * vector [x1, y1, px1, py1, x2, y2, px2, py2]: 18 windows (state, next state) per trajectory.
 *
 * The truth is so(2) acting as I₄ ⊗ J. With `half-plane` the law itself is not invariant, only the
 * map from state to next state is; with `full-angle` both are. `quadrants-removed` turns every window
 * of `full-angle` that begins with body 1 in quadrant I or III by +90°: again the map alone (LieSD's
 * stress test). The states fill 4 of 8 dimensions.
 * The distribution is that of the LieGAN paper's file, measured (its generator is not published).
 */
export function twoBody(spec: TwoBodySpec): Dataset {
  const paths = new Float64Array(spec.trajectories * STEPS * COORDINATES);
  for (let trajectory = 0; trajectory < spec.trajectories; trajectory++)
    paths.set(orbit(spec, trajectory), trajectory * STEPS * COORDINATES);
  const turned = spec.law === "quadrants-removed";
  if (spec.warp > 0 && !turned) bend(paths, COORDINATES, COORDINATES, spec.warp);
  const windows = cutWindows(paths, [spec.trajectories, STEPS, COORDINATES], {
    input: 1,
    output: 1,
  });
  if (turned) emptyQuadrants(windows.values);
  if (turned && spec.warp > 0) bend(windows.values, COORDINATES, COORDINATES, spec.warp);
  return { title: title(spec), ...windows };
}

/** (x, y) ↦ (−y, x) for every 2-vector of a window whose first has xy > 0. */
function emptyQuadrants(windows: Float64Array): void {
  for (let at = 0; at < windows.length; at += 2 * COORDINATES) {
    if (windows[at]! * windows[at + 1]! <= 0) continue;
    for (let i = at; i < at + 2 * COORDINATES; i += 2)
      windows.set([-windows[i + 1]!, windows[i]!], i);
  }
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
  let body: State = [
    radius * c,
    radius * s,
    radial * c - tangential * s,
    radial * s + tangential * c,
  ];
  const path = new Float64Array(STEPS * COORDINATES);
  for (let step = 0; step < STEPS; step++) {
    path.set([...body, ...body.map((coordinate) => -coordinate)], step * COORDINATES);
    body = flow(motion, body, STEP, SUBSTEPS);
  }
  return path;
}

/** Of body 1, (x, y, px, py): q̈ = −q / 4r³, the pull of a unit mass at −q, at distance 2r. */
function motion(body: State): State {
  const [x, y, px, py] = body as readonly [number, number, number, number];
  const pull = -1 / (4 * Math.hypot(x, y) ** 3);
  return [px, py, pull * x, pull * y];
}

const COORDINATES = 8;
/** The first 20 points of a grid of 50 on [0, 20]. */
const STEPS = 20;
const STEP = 20 / 49;
/** One step turns at most 0.112 rad. By eighths of it, Runge–Kutta loses 3e-11 of the energy in 18 steps (measured). */
const SUBSTEPS = 8;
/** Standard deviations in units of the circular speed, measured on the paper's file. */
const TANGENTIAL_NOISE = 7.2e-4;
const RADIAL_NOISE = 1.4e-3;
