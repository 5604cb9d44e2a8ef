import { describe, test } from "vitest";
import { onnxEngine, tfjsEngine } from "../../engines/index.ts";
import type { Engine } from "../../liegan/index.ts";
import { conformance } from "./conformance.ts";

// In a file of its own: tfjs-node shares tfjs's one global backend, and files are run apart.
let missing = "";
let engine: Engine | undefined;
try {
  engine = await tfjsEngine("tensorflow");
} catch (error) {
  missing = error instanceof Error ? error.message : String(error);
}

if (engine) {
  const loaded = engine;
  conformance("tfjs on tensorflow", {
    engine: () => Promise.resolve(loaded),
    oracle: () => Promise.resolve(onnxEngine()),
  });
} else
  describe("tfjs on tensorflow", () => {
    test.skip(`is not tested here: ${missing}`);
  });
