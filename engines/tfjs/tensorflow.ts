import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import util from "node:util";
import { BackendUnavailableError, reasonOf } from "../unavailable.ts";
import type { LoadedTf, Tf } from "./namespace.ts";
import { NATIVE, requireNative } from "./native.ts";

const require = createRequire(import.meta.url);

const GPU_PACKAGE = "@tensorflow/tfjs-node-gpu";

/**
 * TensorFlow's C library under tfjs: the CUDA build if it finds a card, else a CPU build, installed
 * the usual way or made by `npm run setup:tensorflow`.
 *
 * @throws {@link BackendUnavailableError}
 */
export async function loadTensorflow(): Promise<LoadedTf> {
  if (typeof (util as { isNullOrUndefined?: unknown }).isNullOrUndefined !== "function")
    throw new BackendUnavailableError(
      `tfjs-node calls util.isNullOrUndefined, which Node ${process.versions.node} no longer has: ` +
        "use Node 20 or 22, or train with onnx.",
    );
  const failures: string[] = [];
  for (const [name, load] of [
    [GPU_PACKAGE, require],
    [NATIVE.package, require],
    [NATIVE.package, requireNative()],
  ] as const)
    try {
      const tf = load(name) as Tf & { readonly version: Readonly<Record<string, string>> };
      await tf.setBackend("tensorflow");
      const { isUsingGpuDevice } = tf.backend() as { isUsingGpuDevice?: boolean };
      if (name === GPU_PACKAGE && !isUsingGpuDevice) failures.push(`${name}: ${cardNote()}`);
      else return { tf, version: `${name} ${tf.version["tfjs-node"] ?? ""}`.trim() };
    } catch (error) {
      const reason = reasonOf(error);
      failures.push(`${name}: ${/^Cannot find module/.test(reason) ? "not installed" : reason}`);
    }
  throw new BackendUnavailableError(
    `No TensorFlow library loads (${[...new Set(failures)].join("; ")}). ` +
      "`npm run setup:tensorflow` builds one for the CPU; a GPU needs @tensorflow/tfjs-node-gpu " +
      "with CUDA 11.2 and cuDNN 8.1. Or train with onnx.",
  );
}

/**
 * Why the CUDA build sees no card. It is linked to CUDA 11.2, which knows cards up to compute
 * capability 8.6; it compiles its kernels for newer ones when they run, up to what the driver takes.
 */
function cardNote(): string {
  const wanted = "its libtensorflow 2.9.1 wants CUDA 11.2 and cuDNN 8.1 on the loader path";
  try {
    const query = ["--query-gpu=name,compute_cap", "--format=csv,noheader"];
    const cards = execFileSync("nvidia-smi", query, { encoding: "utf8", timeout: 5000 });
    const [name = "", capability = "0"] = (cards.split("\n")[0] ?? "").split(", ");
    const newer = Number(capability) > 8.6 ? `, and is older than this card's ${capability}` : "";
    return `finds no way to the ${name.trim()}; ${wanted}${newer}`;
  } catch {
    return `finds no NVIDIA card; ${wanted}`;
  }
}
