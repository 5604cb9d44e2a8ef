import {
  type EngineState,
  eachParameter,
  type Parameters,
  parameterSizes,
  type StepShape,
} from "./engine.ts";

/** The state of some slots of a pack, in the order asked for: trials leave a pack, or are taken up alone. */
export function selectSlots(
  state: EngineState,
  shape: StepShape,
  slots: readonly number[],
): EngineState {
  const sizes = parameterSizes(shape);
  const steps = Int32Array.from(slots, (slot) => state.steps[slot]!);
  return madeOf(steps, (kind, name) => {
    const size = sizes[name];
    return concatenated(
      slots.map((slot) => state[kind][name].subarray(slot * size, (slot + 1) * size)),
    );
  });
}

/** One pack of the trials of several, in order. */
export const joinSlots = (states: readonly EngineState[]): EngineState =>
  madeOf(Int32Array.from(states.flatMap(({ steps }) => [...steps])), (kind, name) =>
    concatenated(states.map((state) => state[kind][name])),
  );

type Kind = Exclude<keyof EngineState, "steps">;

function madeOf(
  steps: Int32Array,
  of: (kind: Kind, name: keyof Parameters) => Float32Array,
): EngineState {
  const each = (kind: Kind) => eachParameter((name) => of(kind, name));
  return {
    steps,
    parameters: each("parameters"),
    momentum: each("momentum"),
    variance: each("variance"),
  };
}

function concatenated(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let from = 0;
  for (const part of parts) {
    whole.set(part, from);
    from += part.length;
  }
  return whole;
}
