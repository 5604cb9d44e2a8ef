import {
  type EngineState,
  PARAMETER_NAMES,
  parameterSizes,
  type StepShape,
} from "../../liegan/index.ts";

/** @throws RangeError when a state is one of another shape */
export function requireSizes(shape: StepShape, state: EngineState): void {
  const { trials: T } = shape;
  const sizes = parameterSizes(shape);
  for (const name of PARAMETER_NAMES)
    for (const { [name]: values } of [state.parameters, state.momentum, state.variance])
      if (values.length !== T * sizes[name])
        throw new RangeError(
          `${name} holds ${values.length} numbers; this shape has ${T * sizes[name]}.`,
        );
}
