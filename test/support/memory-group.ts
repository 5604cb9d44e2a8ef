import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A control group of Linux whose processes share little memory. */
export interface MemoryGroup {
  /** What a process has already is not counted. */
  add(pid: number): void;
  /** Once its processes have ended. */
  remove(): void;
}

/** Undefined where this process may make none. */
export function memoryGroup(bytes: number): MemoryGroup | undefined {
  const [folder, limit] = existsSync("/sys/fs/cgroup/cgroup.controllers")
    ? (["/sys/fs/cgroup", "memory.max"] as const)
    : (["/sys/fs/cgroup/memory", "memory.limit_in_bytes"] as const);
  const group = join(folder, `liesweep-${process.pid}`);
  try {
    mkdirSync(group);
  } catch {
    return undefined;
  }
  try {
    writeFileSync(join(group, limit), String(bytes));
  } catch {
    rmdirSync(group);
    return undefined;
  }
  return {
    add: (pid) => writeFileSync(join(group, "cgroup.procs"), String(pid)),
    remove: () => rmdirSync(group),
  };
}
