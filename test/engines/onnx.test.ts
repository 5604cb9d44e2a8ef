import { onnxEngine, tfjsEngine } from "../../engines/index.ts";
import { conformance } from "./conformance.ts";

conformance("onnx on cpu", {
  engine: () => Promise.resolve(onnxEngine()),
  oracle: () => tfjsEngine("cpu"),
});
