import type { EngineChoice } from "./messages.ts";
import { only } from "./tools.ts";
import { runTrainer } from "./trainer-process.ts";

export interface BackendReport extends EngineChoice {
  /** With versions where it loads, with the reason where it does not. */
  readonly loads: boolean;
  readonly detail: string;
}

/**
 * Every engine with every backend it may find on a machine. Written out, because asking engines/
 * would load their libraries into this process.
 */
const CHOICES: readonly EngineChoice[] = [
  { engine: "onnx", backend: "cpu" },
  { engine: "onnx", backend: "cuda" },
  { engine: "onnx", backend: "webgpu" },
  { engine: "onnx", backend: "coreml" },
  { engine: "onnx", backend: "dml" },
  { engine: "tfjs", backend: "tensorflow" },
  { engine: "tfjs", backend: "webgpu" },
  { engine: "tfjs", backend: "wasm" },
  { engine: "tfjs", backend: "cpu" },
];

/** Tries every engine and backend, in a short-lived process each: a library that crashes takes only that along. */
export async function checkBackends(): Promise<readonly BackendReport[]> {
  return Promise.all(CHOICES.map(checkBackend));
}

export async function checkBackend(choice: EngineChoice): Promise<BackendReport> {
  try {
    const { version } = await only(runTrainer({ kind: "check", choice }), "loaded");
    return { ...choice, loads: true, detail: version };
  } catch (error) {
    return {
      ...choice,
      loads: false,
      detail: error instanceof Error ? error.message : String(error),
    };
  }
}
