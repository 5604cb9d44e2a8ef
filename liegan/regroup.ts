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
  return madeOf(state.step, (kind, name) => {
    const size = sizes[name];
    return concatenated(
      slots.map((slot) => state[kind][name].subarray(slot * size, (slot + 1) * size)),
    );
  });
}

/** One pack of the trials of several, in order. Only the step count of the first is kept: Adam's next step, if there is one, must be the same for all. */
export const joinSlots = (states: readonly EngineState[]): EngineState =>
  madeOf(states[0]?.step ?? 0, (kind, name) =>
    concatenated(states.map((state) => state[kind][name])),
  );

type Kind = Exclude<keyof EngineState, "step">;

function madeOf(
  step: number,
  of: (kind: Kind, name: keyof Parameters) => Float32Array,
): EngineState {
  const each = (kind: Kind) => eachParameter((name) => of(kind, name));
  return {
    step,
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
