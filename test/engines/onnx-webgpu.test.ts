import { expect, test } from "vitest";
import { loadOnnxEngine, onnxEngine } from "../../engines/index.ts";
import { PARAMETER_NAMES } from "../../liegan/index.ts";
import { relativeError, runOnce } from "../support/steps.ts";
import { provideVulkan } from "../support/vulkan.ts";
import { example, METRICS } from "./conformance.ts";
import { TOLERANCES } from "./tolerances.ts";
import { conformanceWhereItLoads } from "./where-it-loads.ts";

// In a file of its own: when a driver crashes, its process dies and no other test with it.
provideVulkan();
const engine = await conformanceWhereItLoads("onnx on webgpu", () => loadOnnxEngine("webgpu"), {
  slow: true,
});

test.skipIf(!engine)("steps unrolled into one call and steps called one by one agree", async () => {
  const pack = example({ steps: 10 }); // eight in one call, then two
  const [own, other] = [await runOnce(engine!, pack), await runOnce(onnxEngine(), pack)];
  for (const name of METRICS)
    expect(relativeError(own.metrics[name], other.metrics[name], 0.1), name).toBeLessThan(1e-5);
  for (const name of PARAMETER_NAMES)
    expect(
      relativeError(own.state.parameters[name], other.state.parameters[name]),
      name,
    ).toBeLessThan(TOLERANCES["onnx on webgpu"].severalSteps);
});
