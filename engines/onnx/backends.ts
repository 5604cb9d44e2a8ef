import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as ort from "onnxruntime-node";
import { BackendUnavailableError, reasonOf } from "../unavailable.ts";
import { Graph } from "./graph.ts";

const require = createRequire(import.meta.url);

/** Execution providers of ONNX Runtime that the step was written for; fastest first, as far as known. */
export const ONNX_BACKENDS = ["cuda", "webgpu", "coreml", "dml", "cpu"] as const;
export type OnnxBackend = (typeof ONNX_BACKENDS)[number];

export const ONNX_VERSION = `onnxruntime-node ${
  (require("onnxruntime-node/package.json") as { version: string }).version
}`;

/** Options that every session of the step has. One thread: see `engine.ts`. */
export const sessionOptions = (backend: OnnxBackend): ort.InferenceSession.SessionOptions => ({
  executionProviders: [backend],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
  // A plan of all buffers ahead saves no time in a loop and costs a fifth of the memory at T = 64, H = 512.
  enableMemPattern: false,
  // DirectML takes nothing else.
  ...(backend === "dml" && { executionMode: "sequential" }),
});

/**
 * Sees whether a provider works here, by multiplying one matrix on it.
 *
 * @throws {@link BackendUnavailableError}
 */
export async function requireBackend(backend: OnnxBackend): Promise<void> {
  if (backend === "cpu") return;
  const offered = ort.listSupportedBackends().map(({ name }) => name);
  if (!offered.includes(backend))
    throw new BackendUnavailableError(
      `${ONNX_VERSION} for ${process.platform} ${process.arch} has no provider ${backend}; ` +
        `it has ${offered.join(", ")}.`,
    );
  if (backend === "cuda") requireCudaLibrary();
  try {
    const session = await ort.InferenceSession.create(twice(), sessionOptions(backend));
    const one = new ort.Tensor("float32", Float32Array.of(1), [1]);
    const { y } = await session.run({ x: one });
    await session.release();
    if (y?.data[0] !== 2) throw new Error("it computes 1 + 1 wrong");
  } catch (error) {
    throw new BackendUnavailableError(
      `onnxruntime's provider ${backend} does not start (${lastClause(error)}). ${REMEDIES[backend]}`,
    );
  }
}

const REMEDIES: Readonly<Record<OnnxBackend, string>> = {
  cuda: "It needs an NVIDIA driver, CUDA 12 with cuBLAS, and cuDNN 9 on the loader path.",
  webgpu:
    "On Linux it needs libvulkan1 and the Vulkan driver of the card; in a container of the NVIDIA " +
    "toolkit, NVIDIA_DRIVER_CAPABILITIES with `graphics` in it.",
  coreml: "It needs macOS on Apple silicon.",
  dml: "It needs Windows with a DirectX 12 driver.",
  cpu: "It is always there.",
};

/** Said here, because ONNX Runtime says no more than that it cannot load a shared library. */
function requireCudaLibrary(): void {
  const library =
    process.platform === "win32"
      ? "onnxruntime_providers_cuda.dll"
      : "libonnxruntime_providers_cuda.so";
  const folder = join(
    dirname(require.resolve("onnxruntime-node/package.json")),
    ...["bin", "napi-v6", process.platform, process.arch],
  );
  if (!existsSync(join(folder, library)))
    throw new BackendUnavailableError(
      `${library} is missing: it is not in the npm package. ` +
        "`ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node` fetches it. " +
        REMEDIES.cuda,
    );
}

function twice(): Uint8Array {
  const g = new Graph();
  const x = g.input("x", "float", [1]);
  g.output(g.add(x, x), "float", [1], "y");
  return g.model();
}

/** ONNX Runtime's messages begin with a source file and a condition, and end with what matters. */
const lastClause = (error: unknown): string => reasonOf(error).replace(/^.* was false\. /, "");
