import type { EngineChoice } from "./messages.ts";
import { only } from "./tools.ts";
import { runTrainer } from "./trainer-process.ts";

export interface BackendReport extends EngineChoice {
  /** With versions where it loads, with the reason where it does not. */
  readonly loads: boolean;
  readonly detail: string;
}

/**
 * Every engine with every backend it may find on a machine. Written out, because asking engines/
 * would load their libraries into this process.
 */
export const CHOICES: readonly EngineChoice[] = [
  { engine: "onnx", backend: "cpu" },
  { engine: "onnx", backend: "cuda" },
  { engine: "onnx", backend: "webgpu" },
  { engine: "onnx", backend: "coreml" },
  { engine: "onnx", backend: "dml" },
  { engine: "tfjs", backend: "tensorflow" },
  { engine: "tfjs", backend: "webgpu" },
  { engine: "tfjs", backend: "wasm" },
  { engine: "tfjs", backend: "cpu" },
];

/** A CPU gives each slot a core; a card is shared by all of them. */
export const isOnCard = ({ backend, detail }: Pick<BackendReport, "backend" | "detail">): boolean =>
  !["cpu", "wasm", "tensorflow"].includes(backend) || detail.includes("tfjs-node-gpu");

/** Tries every engine and backend, in a short-lived process each: a library that crashes takes only that along. */
export const checkBackends = (
  choices: readonly EngineChoice[] = CHOICES,
): Promise<readonly BackendReport[]> => Promise.all(choices.map(checkBackend));

export const checkBackend = (choice: EngineChoice): Promise<BackendReport> =>
  reportOf(choice, async () => {
    const { version } = await only(runTrainer({ kind: "check", choice }), "loaded");
    return { detail: version };
  });

export interface MeasuredBackend extends BackendReport {
  /** Of one process; absent where it does not load or fails its self-check. */
  readonly msPerTrialStep?: number;
}

/**
 * Runs the self-check and a short measurement in a process of their own. One at a time, or they
 * measure each other.
 */
export const measureBackend = (choice: EngineChoice): Promise<MeasuredBackend> =>
  reportOf(choice, async () => {
    const patience = AbortSignal.timeout(LONGEST_MEASUREMENT_MS);
    const messages = runTrainer({ kind: "calibrate", choice }, patience);
    const { version, msPerTrialStep } = await only(messages, "calibrated");
    return { detail: version, msPerTrialStep };
  });

/** Drivers in software need minutes; a card compiles the step in a few seconds. */
const LONGEST_MEASUREMENT_MS = 30_000;

async function reportOf<Found extends { readonly detail: string }>(
  choice: EngineChoice,
  ask: () => Promise<Found>,
): Promise<BackendReport & Partial<Found>> {
  try {
    return { ...choice, loads: true, ...(await ask()) };
  } catch (error) {
    const detail =
      error instanceof DOMException && error.name === "TimeoutError"
        ? `loads, but had not finished a short measurement after ${LONGEST_MEASUREMENT_MS / 1000} s`
        : error instanceof Error
          ? error.message
          : String(error);
    return { ...choice, loads: false, detail } as BackendReport & Partial<Found>;
  }
}
