/** Numbers that move: positions and momenta. */
export type State = readonly number[];

/** One classical Runge–Kutta step of ẋ = motion(x), of length h. */
export function rungeKutta(motion: (state: State) => State, state: State, h: number): State {
  const k1 = motion(state);
  const k2 = motion(along(state, h / 2, k1));
  const k3 = motion(along(state, h / 2, k2));
  const k4 = motion(along(state, h, k3));
  return along(along(along(along(state, h / 6, k1), h / 3, k2), h / 3, k3), h / 6, k4);
}

/** The state after `time`, by that many equal steps. */
export function flow(motion: (state: State) => State, from: State, time: number, steps: number) {
  let state = from;
  for (let step = 0; step < steps; step++) state = rungeKutta(motion, state, time / steps);
  return state;
}

const along = (a: State, h: number, k: State): State => a.map((ai, i) => ai + h * k[i]!);
