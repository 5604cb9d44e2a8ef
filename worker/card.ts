import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type BackendReport, isOnCard } from "./backends.ts";
import type { CardLimits } from "./memory.ts";
import { only } from "./tools.ts";
import { runTrainer } from "./trainer-process.ts";

/** Memory of one NVIDIA card. */
export interface CardMemory {
  readonly totalBytes: number;
  /** At this moment, whoever holds the rest. */
  readonly freeBytes: number;
}

/**
 * What the card of a backend allows each trainer on it. Undefined where there is no card, or none
 * that can be asked.
 *
 * @param slots - trainers at once on one card, which share its memory
 */
export async function cardLimits(
  report: BackendReport,
  slots: number,
): Promise<CardLimits | undefined> {
  if (!isOnCard(report)) return undefined;
  switch (report.backend) {
    case "cuda":
    case "tensorflow": {
      const memory = await cardMemory();
      return memory && memoryLimits(memory, slots);
    }
    case "webgpu": {
      const bytes = await largestBuffer();
      return bytes === undefined ? undefined : { kind: "buffer", bytes };
    }
    default:
      return undefined;
  }
}

export const memoryLimits = ({ totalBytes, freeBytes }: CardMemory, slots: number): CardLimits => ({
  kind: "memory",
  bytes: (SHARE * totalBytes) / slots,
  freeBytes,
});

/** Of a card's memory; the rest is for its driver and for holes between tensors. A guess, not measured. */
const SHARE = 0.9;

/**
 * Of the card that CUDA would take, as `nvidia-smi` tells it. Where several are visible, the smallest:
 * CUDA orders them by speed and `nvidia-smi` by their slot. Undefined where there is none.
 */
export async function cardMemory(
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): Promise<CardMemory | undefined> {
  const visible = env["CUDA_VISIBLE_DEVICES"]?.split(",")[0]?.trim();
  if (visible === "" || visible === "-1") return undefined;
  const words = ["--query-gpu=memory.total,memory.free", "--format=csv,noheader,nounits"];
  if (visible !== undefined) words.push(`--id=${visible}`);
  try {
    const { stdout } = await promisify(execFile)("nvidia-smi", words, { env, timeout: 10_000 });
    return parseCardMemory(stdout).toSorted((a, b) => a.totalBytes - b.totalBytes)[0];
  } catch {
    return undefined;
  }
}

/** @param csv - a line `total, free` in MiB for each card; one that does not tell its memory is left out */
export const parseCardMemory = (csv: string): readonly CardMemory[] =>
  csv.split("\n").flatMap((line) => {
    const [, total, free] = /^\s*(\d+)\s*,\s*(\d+)\s*$/.exec(line) ?? [];
    return total === undefined || free === undefined
      ? []
      : { totalBytes: Number(total) * 2 ** 20, freeBytes: Number(free) * 2 ** 20 };
  });

/** Of this machine's WebGPU adapter; undefined where nothing here can ask one. */
export async function largestBuffer(): Promise<number | undefined> {
  const choice = { engine: "tfjs", backend: "webgpu" } as const;
  try {
    return (await only(runTrainer({ kind: "limits", choice }), "limits")).bufferBytes;
  } catch {
    return undefined;
  }
}
