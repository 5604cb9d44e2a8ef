export { selfCheck, timeTrialStep } from "./calibration.ts";
export { ONNX_BACKENDS, type OnnxBackend } from "./onnx/backends.ts";
export { loadOnnxEngine, onnxEngine } from "./onnx/engine.ts";
export { TFJS_BACKENDS, type TfjsBackend } from "./tfjs/backends.ts";
export { tfjsEngine } from "./tfjs/engine.ts";
export { BackendUnavailableError } from "./unavailable.ts";
export { webGpuBufferLimit } from "./webgpu-limit.ts";
