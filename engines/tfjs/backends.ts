import { createRequire } from "node:module";
import type * as tfjs from "@tensorflow/tfjs";

const require = createRequire(import.meta.url);

/** The namespace of tfjs: its ESM build does not resolve under Node, so CommonJS it is. */
export type Tf = typeof tfjs;

export const TFJS_BACKENDS = ["cpu", "tensorflow"] as const;
export type TfjsBackend = (typeof TFJS_BACKENDS)[number];

export interface LoadedTfjs {
  readonly tf: Tf;
  readonly backend: TfjsBackend;
  /** `@tensorflow/tfjs-node 4.22.0`. */
  readonly version: string;
}

/** A backend that this machine does not have. Carries why and what to do. */
export class BackendUnavailableError extends Error {
  override readonly name = "BackendUnavailableError";
}

/**
 * Loads tfjs with one backend: `cpu` is plain JavaScript and always there; `tensorflow` is
 * `@tensorflow/tfjs-node-gpu`, or `@tensorflow/tfjs-node`, whichever is installed and loads.
 *
 * @throws {@link BackendUnavailableError}
 */
export async function loadTfjs(backend: TfjsBackend): Promise<LoadedTfjs> {
  return backend === "cpu" ? loadCpu() : loadTensorflow();
}

async function loadCpu(): Promise<LoadedTfjs> {
  const tf = require("@tensorflow/tfjs") as Tf;
  tf.enableProdMode(); // else tfjs prints an advertisement for tfjs-node
  await tf.setBackend("cpu");
  return { tf, backend: "cpu", version: `@tensorflow/tfjs ${tf.version_core}` };
}

async function loadTensorflow(): Promise<LoadedTfjs> {
  const failures: string[] = [];
  for (const name of ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"]) {
    try {
      const tf = require(name) as Tf & { version: Record<string, string> };
      await tf.setBackend("tensorflow");
      return {
        tf,
        backend: "tensorflow",
        version: `${name} ${tf.version["tfjs-node"] ?? ""}`.trim(),
      };
    } catch (error) {
      failures.push(`${name}: ${firstLine(error)}`);
    }
  }
  throw new BackendUnavailableError(
    `No TensorFlow library loads (${failures.join("; ")}). ` +
      "Install @tensorflow/tfjs-node or @tensorflow/tfjs-node-gpu, or train with onnx.",
  );
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
