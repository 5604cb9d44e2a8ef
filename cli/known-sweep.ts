import type { SweepRecord, SweepStore } from "../store/index.ts";
import type { SweepId } from "../sweep/index.ts";
import { badInput, type CommandError } from "./command-error.ts";

export async function readKnownSweep(store: SweepStore, sweep: SweepId): Promise<SweepRecord> {
  const record = await store.readSweep(sweep);
  if (record !== undefined) return record;
  throw unknownSweep(sweep);
}

export const unknownSweep = (sweep: SweepId): CommandError =>
  badInput(`There is no sweep named ${sweep}. \`liesweep list\` shows those there are.`);
