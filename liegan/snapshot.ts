import type { TrialHistory } from "./endings.ts";
import { type EngineState, eachParameter, PARAMETER_NAMES } from "./engine.ts";
import type { PackSnapshot } from "./train.ts";

/** A snapshot as numbers with names: what a checkpoint file holds. */
export interface SnapshotParts {
  readonly facts: SnapshotFacts;
  readonly arrays: Readonly<Record<string, Float32Array | Float64Array>>;
}

/** JSON-safe. */
export interface SnapshotFacts {
  readonly runs: number;
  readonly trials: readonly number[];
  /** Epochs that each has had, and Adam steps. */
  readonly epochs: readonly number[];
  readonly steps: readonly number[];
  readonly waiting: readonly number[];
  /** K of each trial, to cut its history into matrices. */
  readonly basisCounts: readonly number[];
}

const KINDS = ["parameters", "momentum", "variance"] as const;

/** Names: `parameters.weights1` and so on of the engine; `generators.7`, `losses.7`, … of trial 7. */
export function snapshotParts({ state, histories, ...facts }: PackSnapshot): SnapshotParts {
  const arrays: Record<string, Float32Array | Float64Array> = {};
  for (const kind of KINDS)
    for (const name of PARAMETER_NAMES) arrays[`${kind}.${name}`] = state[kind][name];
  for (const [slot, history] of histories.entries()) {
    const { generators, losses, inputLosses, extents, directions } = history;
    const trial = facts.trials[slot];
    arrays[`generators.${trial}`] = concatenated(generators.flat());
    arrays[`losses.${trial}`] = Float64Array.from(losses);
    arrays[`inputLosses.${trial}`] = Float64Array.from(inputLosses);
    arrays[`extents.${trial}`] = Float64Array.from(extents);
    arrays[`directions.${trial}`] = concatenated(directions);
  }
  const basisCounts = histories.map(({ generators }) => generators[0]?.length ?? 0);
  return { facts: { ...facts, steps: [...state.steps], basisCounts }, arrays };
}

/** @throws RangeError naming the array that is missing or of the wrong kind */
export function snapshotFromParts({ facts, arrays }: SnapshotParts): PackSnapshot {
  const { runs, trials, epochs, steps, waiting, basisCounts } = facts;
  const float32 = (name: string): Float32Array => {
    const array = arrays[name];
    if (array instanceof Float32Array) return array;
    throw new RangeError(`the snapshot has no float32 array ${name}`);
  };
  const float64 = (name: string): Float64Array => {
    const array = arrays[name];
    if (array instanceof Float64Array) return array;
    throw new RangeError(`the snapshot has no float64 array ${name}`);
  };
  const parameters = (kind: (typeof KINDS)[number]) =>
    eachParameter((name) => float32(`${kind}.${name}`));
  const state: EngineState = {
    steps: Int32Array.from(steps),
    parameters: parameters("parameters"),
    momentum: parameters("momentum"),
    variance: parameters("variance"),
  };
  const histories = trials.map((trial, slot): TrialHistory => {
    const basisCount = basisCounts[slot] ?? 0;
    const epoch = epochs[slot] ?? 0;
    const generators = cut(float64(`generators.${trial}`), epoch * basisCount);
    return {
      generators: Array.from({ length: epoch }, (_, i) =>
        generators.slice(i * basisCount, (i + 1) * basisCount),
      ),
      losses: [...float64(`losses.${trial}`)],
      inputLosses: [...float64(`inputLosses.${trial}`)],
      extents: [...float64(`extents.${trial}`)],
      directions: cut(float64(`directions.${trial}`), epoch),
    };
  });
  return { runs, trials, epochs, waiting, state, histories };
}

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let from = 0;
  for (const part of parts) {
    whole.set(part, from);
    from += part.length;
  }
  return whole;
}

function cut(whole: Float64Array, count: number): Float64Array[] {
  const size = count === 0 ? 0 : whole.length / count;
  return Array.from({ length: count }, (_, i) => whole.slice(i * size, (i + 1) * size));
}
