import { tfjsEngine } from "../../engines/index.ts";
import { provideVulkan } from "../support/vulkan.ts";
import { conformanceWhereItLoads } from "./where-it-loads.ts";

// In a file of its own: when a driver crashes, its process dies and no other test with it.
provideVulkan();
await conformanceWhereItLoads("tfjs on webgpu", () => tfjsEngine("webgpu"), { slow: true });
