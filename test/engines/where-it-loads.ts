import { describe, test } from "vitest";
import { BackendUnavailableError, onnxEngine } from "../../engines/index.ts";
import type { Engine } from "../../liegan/index.ts";
import { type Conformance, conformance } from "./conformance.ts";
import type { TOLERANCES } from "./tolerances.ts";

/** The suite, with onnx on the CPU as oracle if none is given; skipped with the reason where the backend is not to be had. */
export async function conformanceWhereItLoads(
  title: keyof typeof TOLERANCES,
  load: () => Promise<Engine>,
  { slow = false, oracle = () => Promise.resolve(onnxEngine()) }: Omit<Conformance, "engine"> = {},
): Promise<Engine | undefined> {
  let engine: Engine;
  try {
    engine = await load();
  } catch (error) {
    if (!(error instanceof BackendUnavailableError)) throw error;
    describe(title, () => {
      test.skip(`is not tested here: ${error.message}`);
    });
    return undefined;
  }
  conformance(title, {
    engine: () => Promise.resolve(engine),
    oracle,
    slow,
  });
  return engine;
}
