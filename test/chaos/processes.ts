import { readdirSync, readFileSync } from "node:fs";

/** A process as /proc has it. Linux. */
interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** All that live, zombies left out. */
function processes(): readonly Process[] {
  return readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (state === "Z") return [];
      const command = readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ");
      return [{ pid: Number(entry), parent: Number(parent), command }];
    } catch {
      return []; // it ended meanwhile
    }
  });
}

/** The trainer processes of a worker. */
export const trainersOf = (worker: number): readonly number[] =>
  processes().flatMap(({ pid, parent, command }) =>
    parent === worker && command.includes("worker/trainer.ts") ? pid : [],
  );

/** Processes that were started with this variable in their environment, or whose parents were. */
export const processesWith = (variable: string): readonly Process[] =>
  processes().filter(({ pid }) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(variable);
    } catch {
      return false;
    }
  });

/** False where there is no such process any more. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
