/** The part of WebGPU's types that is asked here. */
interface Gpu {
  requestAdapter(): Promise<{ readonly limits: Limits } | null>;
}
interface Limits {
  readonly maxBufferSize: number;
  readonly maxStorageBufferBindingSize: number;
}

/**
 * Bytes of the largest buffer that a kernel may bind on this machine's WebGPU adapter: both engines
 * open their device with all that the adapter allows. Undefined where there is no adapter, or no
 * Dawn (npm `webgpu`) to ask it.
 */
export async function webGpuBufferLimit(): Promise<number | undefined> {
  const dawn = await import("webgpu").catch(() => undefined);
  const adapter = await (dawn?.create([]) as unknown as Gpu | undefined)?.requestAdapter();
  return adapter
    ? Math.min(adapter.limits.maxBufferSize, adapter.limits.maxStorageBufferBindingSize)
    : undefined;
}
