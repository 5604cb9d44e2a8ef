import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { memoryKills, saysOutOfMemory } from "../../worker/out-of-memory.ts";

describe("a lack of memory", () => {
  it.each([
    "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
    "Array buffer allocation failed",
    "Invalid typed array length: 17179869184",
    "std::bad_alloc",
    "Failed to allocate memory for requested buffer of size 4294967296",
    "Available memory of 0 is smaller than requested bytes of 268435456",
    "CUDA failure 2: out of memory ; GPU=0",
    "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED",
    "OOM when allocating tensor with shape[64,512,512] and type float",
    "RESOURCE_EXHAUSTED: Out of memory while trying to allocate 8589934592 bytes.",
  ])("is heard in: %s", (words) => {
    expect(saysOutOfMemory(words)).toBe(true);
  });

  it.each([
    "Segmentation fault (core dumped)",
    "CUDA failure 700: an illegal memory access was encountered",
    "orbits.npz: there is no such file. Check the path.",
    "",
  ])("is not heard in: %s", (words) => {
    expect(saysOutOfMemory(words)).toBe(false);
  });

  it("is counted by the kernel, where it counts", async () => {
    const folder = await mkdtemp(join(tmpdir(), "liesweep-kills-"));
    const counters = join(folder, "vmstat");
    await writeFile(counters, "oom_kill_disable 0\nnr_oom_kill 9\noom_kill 12\nswap_ra 3\n");
    expect(memoryKills(counters)).toBe(12);
    await writeFile(counters, "swap_ra 3\n");
    expect(memoryKills(counters)).toBeUndefined();
    await rm(folder, { recursive: true });
    expect(memoryKills(counters)).toBeUndefined();
  });
});
