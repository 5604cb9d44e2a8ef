import { createRequire } from "node:module";
import { BackendUnavailableError, reasonOf } from "../unavailable.ts";
import type { LoadedTf, Tf } from "./namespace.ts";
import { loadTensorflow } from "./tensorflow.ts";
import { provideWebGpu } from "./webgpu.ts";

const require = createRequire(import.meta.url);

/** Fastest first, as far as known. */
export const TFJS_BACKENDS = ["tensorflow", "webgpu", "wasm", "cpu"] as const;
export type TfjsBackend = (typeof TFJS_BACKENDS)[number];

/** What this process runs tfjs on. */
let taken: TfjsBackend | undefined;

/**
 * Loads tfjs with one backend. tfjs has one current backend a process, shared by all copies of it,
 * so the first choice stays: a second one would move the tensors of the first session under its feet.
 *
 * - `cpu` is plain JavaScript and always there;
 * - `wasm` is one thread of SIMD code, always there too;
 * - `webgpu` is any GPU with a Vulkan, Metal or D3D12 driver, through Dawn;
 * - `tensorflow` is `@tensorflow/tfjs-node-gpu` or `@tensorflow/tfjs-node`, whichever loads first.
 *
 * @throws {@link BackendUnavailableError}
 */
export async function loadTfjs(backend: TfjsBackend): Promise<LoadedTf> {
  if (taken !== undefined && taken !== backend)
    throw new Error(
      `This process trains with tfjs on ${taken}, and tfjs has one backend a process: ` +
        `use ${backend} in a process of its own.`,
    );
  const loaded = await LOADERS[backend]();
  loaded.tf.enableProdMode(); // else tfjs prints an advertisement for tfjs-node
  if (!(await loaded.tf.setBackend(backend)))
    throw new BackendUnavailableError(
      `tfjs cannot start its backend ${backend}; it says why on stderr. Train with onnx instead.`,
    );
  taken = backend;
  return loaded;
}

/**
 * The webgpu backend takes other kernels for other numbers of trials: one of four ways to multiply by
 * size, of which one adds in no fixed order, and the CPU for what is small. A trial's bits must not
 * depend on its mates, so all sizes take the tiled product, which is the one that large packs get anyway.
 */
const SAME_KERNELS = { WEBGPU_MATMUL_PROGRAM_TYPE: 3, WEBGPU_CPU_FORWARD: false };

const LOADERS: Readonly<Record<TfjsBackend, () => Promise<LoadedTf>>> = {
  cpu: () => Promise.resolve(plain("")),
  wasm() {
    require("@tensorflow/tfjs-backend-wasm");
    return Promise.resolve(plain(", wasm"));
  },
  async webgpu() {
    const adapter = await provideWebGpu();
    try {
      // Registers itself only where `navigator.gpu` is already there.
      require("@tensorflow/tfjs-backend-webgpu");
    } catch (error) {
      throw new BackendUnavailableError(
        `@tensorflow/tfjs-backend-webgpu does not load (${reasonOf(error)}). ` +
          "`npm i` installs it, unless called with --omit=optional.",
      );
    }
    const loaded = plain(`, webgpu on ${adapter}`);
    for (const [flag, value] of Object.entries(SAME_KERNELS)) loaded.tf.env().set(flag, value);
    return loaded;
  },
  tensorflow: loadTensorflow,
};

function plain(suffix: string): LoadedTf {
  const tf = require("@tensorflow/tfjs") as Tf;
  return { tf, version: `@tensorflow/tfjs ${tf.version_core}${suffix}` };
}
