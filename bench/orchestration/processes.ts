import { readFileSync } from "node:fs";

/** The most memory that a process ever held (`VmHWM`), in bytes. Linux. */
export function memoryOf(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return 1024 * Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]);
}
