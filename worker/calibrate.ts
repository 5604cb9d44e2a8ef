import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import {
  type BackendReport,
  CHOICES,
  checkBackend,
  checkBackends,
  isOnCard,
  type MeasuredBackend,
  measureBackend,
} from "./backends.ts";
import { machineKey } from "./machine.ts";
import type { EngineChoice } from "./messages.ts";

/**
 * The backend that trains fastest on this machine, among those that load and pass their self-check.
 *
 * Measured once: the answer is kept in `file` for as long as the machine and its programs stay what
 * they are. Where nothing but plain onnx loads there is nothing to compare, and nothing is measured.
 *
 * @param slots - trainers at once: a CPU gives each a core, a card is shared
 */
export async function chooseBackend(file: string, slots: number): Promise<BackendReport> {
  const known = await rememberedBackend(file);
  if (known) return known;
  const loaded = (await checkBackends(CHOICES.filter(isFast))).filter(({ loads }) => loads);
  const [first, ...others] = loaded;
  if (first && others.length === 0) {
    await remember(file, first);
    return first;
  }
  const candidates = loaded.length > 0 ? loaded : CHOICES.filter((choice) => !isFast(choice));
  const best = fastest(await measureBackends(candidates), slots);
  if (!best)
    return {
      engine: "onnx",
      backend: "cpu",
      loads: false,
      detail: "No backend of any engine loads.",
    };
  await remember(file, best);
  return best;
}

/** What was chosen on this machine as it is now, if it still loads. Measures nothing. */
export async function rememberedBackend(file: string): Promise<BackendReport | undefined> {
  const known = await recall(file);
  if (!known) return undefined;
  const report = await checkBackend(known);
  return report.loads ? report : undefined;
}

/** Measures afresh whatever loads, one after the other, and keeps the fastest for the next worker. */
export async function calibrate(file: string, slots: number): Promise<readonly MeasuredBackend[]> {
  const reports = await checkBackends();
  const measured = await measureBackends(reports.filter(({ loads }) => loads));
  const best = fastest(measured, slots);
  if (best) await remember(file, best);
  return reports.map(
    (report) =>
      measured.find((m) => m.engine === report.engine && m.backend === report.backend) ?? report,
  );
}

async function measureBackends(
  choices: readonly EngineChoice[],
): Promise<readonly MeasuredBackend[]> {
  const measured: MeasuredBackend[] = [];
  for (const { engine, backend } of choices)
    measured.push(await measureBackend({ engine, backend }));
  return measured;
}

/** By trial-steps of all slots together. Undefined if none was measured. */
export function fastest(
  measured: readonly MeasuredBackend[],
  slots: number,
): MeasuredBackend | undefined {
  const cost = (report: MeasuredBackend) =>
    (report.msPerTrialStep ?? Number.POSITIVE_INFINITY) / (isOnCard(report) ? 1 : slots);
  return measured
    .filter(({ msPerTrialStep }) => msPerTrialStep !== undefined)
    .toSorted((a, b) => cost(a) - cost(b))[0];
}

/** Not plain JavaScript or WebAssembly, which are ten to a hundred times slower than onnx on any machine. */
const isFast = ({ engine, backend }: EngineChoice): boolean =>
  engine === "onnx" || !["cpu", "wasm"].includes(backend);

async function recall(file: string): Promise<EngineChoice | undefined> {
  const text = await readFile(file, "utf8").catch(() => "{}");
  try {
    const { machine, engine, backend } = JSON.parse(text) as Partial<Kept>;
    if (machine !== machineKey()) return undefined;
    return CHOICES.find((choice) => choice.engine === engine && choice.backend === backend);
  } catch {
    return undefined; // half a file of an older program; it is written anew
  }
}

interface Kept extends EngineChoice {
  readonly machine: string;
}

/** Best effort: a worker whose home cannot be written to measures again next time. */
async function remember(file: string, { engine, backend }: EngineChoice): Promise<void> {
  const kept: Kept = { machine: machineKey(), engine, backend };
  const draft = `${file}.${process.pid}`;
  await mkdir(dirname(file), { recursive: true })
    .then(() => writeFile(draft, `${JSON.stringify(kept, null, 2)}\n`))
    .then(() => rename(draft, file))
    .catch(() => undefined);
}
