import { onnxEngine, tfjsEngine } from "../../engines/index.ts";
import { conformance } from "./conformance.ts";

// In a file of its own: tfjs has one backend a process, and files are run apart.
conformance("tfjs on wasm", {
  engine: () => tfjsEngine("wasm"),
  oracle: () => Promise.resolve(onnxEngine()),
});
