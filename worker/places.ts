import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** Where the trainer of a slot runs. */
export interface Place {
  /** Cores it keeps to, by the system's numbers; absent where it may take any. */
  readonly cores?: readonly number[];
  /** The card it sees, for `CUDA_VISIBLE_DEVICES`; absent where it sees what this process sees. */
  readonly device?: string;
}

/**
 * Deals a machine's cores and cards to slots. Cores in equal runs of neighbours, since neighbours share caches and
 * memory; none where there are more slots than cores, which the system then shares out better. Cards in
 * turn, so that no two differ by more than one slot.
 */
export const dealPlaces = (
  slots: number,
  cores: readonly number[],
  devices: readonly string[],
): readonly Place[] =>
  Array.from({ length: slots }, (_, slot) => {
    const border = (of: number) => Math.floor((of * cores.length) / slots);
    const device = devices[slot % devices.length];
    const own = slots <= cores.length ? cores.slice(border(slot), border(slot + 1)) : [];
    return {
      ...(own.length > 0 && { cores: own }),
      ...(device !== undefined && { device }),
    };
  });

/** Slots on the card that most of them share: all of them where none has a card of its own. */
export const slotsPerCard = (places: readonly Place[]): number => {
  const counts = new Map<string | undefined, number>();
  for (const { device } of places) counts.set(device, (counts.get(device) ?? 0) + 1);
  return Math.max(1, ...counts.values());
};

/**
 * Hands places out, each to one trainer at a time. More trainers than places go unplaced: Temporal never starts
 * them, but one that was told to end may still hold its place for a moment.
 */
export class PlacePool {
  readonly #free: Place[];

  constructor(places: readonly Place[] = []) {
    this.#free = [...places];
  }

  /** Given back when it is disposed of. */
  take(): Disposable & { readonly place: Place | undefined } {
    const place = this.#free.shift();
    return {
      place,
      [Symbol.dispose]: () => {
        if (place !== undefined) this.#free.unshift(place);
      },
    };
  }
}

/** The command that starts another and keeps it to some cores (util-linux); it is that other one afterwards. */
export const TASKSET = "taskset";

/** Cores that this process may use, where {@link TASKSET} can choose among them; none elsewhere. */
export async function pinnableCores(): Promise<readonly number[]> {
  try {
    const status = await readFile("/proc/self/status", "utf8");
    await promisify(execFile)(TASKSET, ["--version"], { timeout: 10_000 });
    return parseCoreList(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? "");
  } catch {
    return [];
  }
}

/** @param text - as Linux writes it, `0-3,8` */
export const parseCoreList = (text: string): readonly number[] =>
  text.split(",").flatMap((part) => {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(part.trim()) ?? [];
    if (first === undefined || last === undefined) return [];
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i);
  });

/** Cards for CUDA: those `CUDA_VISIBLE_DEVICES` names, or all that `nvidia-smi` lists. */
export async function visibleDevices(env = process.env): Promise<readonly string[]> {
  const named = env["CUDA_VISIBLE_DEVICES"];
  if (named !== undefined)
    return named
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== "" && each !== "-1");
  try {
    // by UUID: the numbers of nvidia-smi and of CUDA may differ
    const words = ["--query-gpu=uuid", "--format=csv,noheader"];
    const { stdout } = await promisify(execFile)("nvidia-smi", words, { timeout: 10_000 });
    return stdout.split("\n").flatMap((line) => /^GPU-\S+/.exec(line.trim())?.[0] ?? []);
  } catch {
    return [];
  }
}
