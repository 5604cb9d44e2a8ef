import { BackendUnavailableError, reasonOf } from "../unavailable.ts";

/** The part of WebGPU's types that is asked here. */
interface Gpu {
  requestAdapter(): Promise<{ readonly info: AdapterInfo } | null>;
}
interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
}

/**
 * Gives this process the WebGPU of a browser, made by Dawn (npm `webgpu`), as the tfjs backend looks
 * for it: globals and `navigator.gpu`. Must come before that backend is loaded.
 *
 * @returns the adapter's name
 * @throws {@link BackendUnavailableError}
 */
export async function provideWebGpu(): Promise<string> {
  let dawn: typeof import("webgpu");
  try {
    dawn = await import("webgpu");
  } catch (error) {
    throw new BackendUnavailableError(
      `The package webgpu does not load (${reasonOf(error)}). \`npm i\` installs it, unless called ` +
        "with --omit=optional; it has binaries for Linux, macOS and Windows, and needs glibc 2.34.",
    );
  }
  const gpu = dawn.create([]) as unknown as Gpu;
  const adapter = await gpu.requestAdapter();
  if (!adapter)
    throw new BackendUnavailableError(
      "Dawn finds no WebGPU adapter. On Linux it needs libvulkan1 and the Vulkan driver of the card; " +
        "in a container of the NVIDIA toolkit, NVIDIA_DRIVER_CAPABILITIES with `graphics` in it.",
    );
  Object.assign(globalThis, dawn.globals);
  const navigator = { gpu, userAgent: "node" };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  const { vendor, architecture, description } = adapter.info;
  return description || [vendor, architecture].filter(Boolean).join(" ") || "an unnamed adapter";
}
