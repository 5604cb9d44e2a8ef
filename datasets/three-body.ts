import { type SyntheticSpec, streamSeed, uniforms } from "../sweep/index.ts";
import { bend } from "./bend.ts";
import { rungeKutta, type State } from "./runge-kutta.ts";
import { cutWindows, type Windowed, windowCount } from "./windows.ts";

/**
 * Planar orbits of three unit masses (G = 1) that start as an equilateral triangle, each vector
 * [x, y, px, py] of body 1, then 2, then 3: 18 windows (state, next state) per trajectory.
 *
 * r uniform in [0.9, 1.2], any angle, circular speed, and noise of up to 20 % of it in the frame of
 * each body's own motion: drawn along fixed axes, as in the HNN recipe, it would know the axes. The
 * truth is so(2) acting as I₆ ⊗ J.
 */
export function threeBody({ samples, seed, warp }: SyntheticSpec): Windowed {
  const trajectories = Math.ceil(samples / windowCount(STEPS, WINDOW));
  const paths = new Float64Array(trajectories * STEPS * COORDINATES);
  for (let trajectory = 0; trajectory < trajectories; trajectory++)
    paths.set(orbit(seed, trajectory), trajectory * STEPS * COORDINATES);
  if (warp > 0) bend(paths, COORDINATES, COORDINATES, warp);
  const { values, groups, ...shape } = cutWindows(
    paths,
    [trajectories, STEPS, COORDINATES],
    WINDOW,
  );
  return {
    ...shape,
    samples,
    values: values.slice(0, samples * 2 * COORDINATES),
    groups: groups.slice(0, samples),
  };
}

/**
 * The next state of a trajectory: what y is of x.
 *
 * Some bodies pass at a twentieth of the distance they start at, and there equal steps lose all
 * accuracy: a step is a share of r^1.5, the time in which the nearest two fall together.
 */
export function nextThreeBody(state: State): State {
  let next = state;
  for (let left = STEP; left > 0; ) {
    const step = Math.min(left, SHARE_OF_FALL * nearest(next) ** 1.5);
    next = rungeKutta(motion, next, step);
    left -= step;
  }
  return next;
}

/** One trajectory, shape (20, 12). Its stream is its own: a longer data set begins with a shorter one. */
function orbit(seed: number, trajectory: number): Float64Array {
  const uniform = uniforms(streamSeed(seed, "three-body", trajectory));
  const radius = 0.9 + 0.3 * uniform();
  const start = 2 * Math.PI * uniform();
  let state: State = [0, 1, 2].flatMap((body) => {
    const angle = start + (2 * Math.PI * body) / 3;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const circular = 3 ** -0.25 / Math.sqrt(radius);
    const noise = NOISE * circular * uniform();
    const across = 2 * Math.PI * uniform();
    const [radial, tangential] = [noise * Math.cos(across), circular + noise * Math.sin(across)];
    return [radius * c, radius * s, radial * c - tangential * s, radial * s + tangential * c];
  });
  const path = new Float64Array(STEPS * COORDINATES);
  for (let step = 0; step < STEPS; step++) {
    path.set(state, step * COORDINATES);
    state = nextThreeBody(state);
  }
  return path;
}

/** q̈ᵢ = Σⱼ (qⱼ − qᵢ) / |qⱼ − qᵢ|³. */
function motion(state: State): State {
  const change = new Float64Array(COORDINATES);
  for (let i = 0; i < COORDINATES; i += 4) {
    change[i] = state[i + 2]!;
    change[i + 1] = state[i + 3]!;
    for (let j = 0; j < COORDINATES; j += 4) {
      if (i === j) continue;
      const [x, y] = [state[j]! - state[i]!, state[j + 1]! - state[i + 1]!];
      const pull = Math.hypot(x, y) ** -3;
      change[i + 2]! += pull * x;
      change[i + 3]! += pull * y;
    }
  }
  return [...change];
}

function nearest(state: State): number {
  let least = Infinity;
  for (let i = 0; i < COORDINATES; i += 4)
    for (let j = 0; j < i; j += 4)
      least = Math.min(least, Math.hypot(state[i]! - state[j]!, state[i + 1]! - state[j + 1]!));
  return least;
}

const COORDINATES = 12;
const WINDOW = { input: 1, output: 1 } as const;
const STEPS = 20;
const STEP = 5 / 19;
/** Of 1000 orbits the energy drifts by 9e-9 (median) to 1.2e-6 (measured); at 0.1 by up to 1e-3. */
const SHARE_OF_FALL = 0.02;
/** Largest, in units of the circular speed. Uniform up to it deviates by .082 each way, as in the shared file (.081, .082). */
const NOISE = 0.2;
