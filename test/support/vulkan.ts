import { existsSync } from "node:fs";

/** SwiftShader as Debian's chromium brings it: a Vulkan driver in software, slow and exact. */
const SWIFTSHADER = "/usr/lib/chromium/vk_swiftshader_icd.json";

/**
 * Lets this process find a Vulkan driver: the machine's own where it has a card, else SwiftShader.
 * Mesa's software driver may be there too and be too old for Dawn, so it is not waited for. Must come
 * before anything loads Vulkan.
 */
export function provideVulkan(): void {
  const chosen = process.env["VK_ICD_FILENAMES"] ?? process.env["VK_DRIVER_FILES"];
  const card = ["/dev/dri", "/dev/nvidia0"].some(existsSync);
  if (chosen === undefined && !card && existsSync(SWIFTSHADER))
    process.env["VK_ICD_FILENAMES"] = SWIFTSHADER;
}
