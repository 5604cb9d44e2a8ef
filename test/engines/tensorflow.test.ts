import { tfjsEngine } from "../../engines/index.ts";
import { conformanceWhereItLoads } from "./where-it-loads.ts";

// In a file of its own: tfjs has one backend a process, and files are run apart.
await conformanceWhereItLoads("tfjs on tensorflow", () => tfjsEngine("tensorflow"));
