export { onnxEngine } from "./onnx/engine.ts";
export { BackendUnavailableError, TFJS_BACKENDS, type TfjsBackend } from "./tfjs/backends.ts";
export { tfjsEngine } from "./tfjs/engine.ts";
