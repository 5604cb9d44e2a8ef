import {
  type EngineState,
  PARAMETER_NAMES,
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
  const select = (parameters: Parameters): Parameters =>
    Object.fromEntries(
      PARAMETER_NAMES.map((name) => {
        const size = sizes[name];
        const chosen = new Float32Array(slots.length * size);
        for (const [to, from] of slots.entries())
          chosen.set(parameters[name].subarray(from * size, (from + 1) * size), to * size);
        return [name, chosen];
      }),
    ) as unknown as Parameters;
  return {
    step: state.step,
    parameters: select(state.parameters),
    momentum: select(state.momentum),
    variance: select(state.variance),
  };
}
