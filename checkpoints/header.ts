import { CheckpointError } from "./checkpoint-error.ts";

/** Whose state this is, and when it was. What decides the bits that follow, except the arrays. */
export interface CheckpointHeader {
  readonly engine: {
    /** `onnx`, `tfjs`. */
    readonly name: string;
    /** `cpu`, `tensorflow`, `webgpu`, … */
    readonly backend: string;
    /** `onnxruntime-node 1.30.0`. */
    readonly version: string;
  };
  /** `fingerprint` of everything else that decides the bits: data set, training, channels, hold-out. */
  readonly spec: string;
  /** Sizes of the batched program, as `StepShape` has them. */
  readonly shape: Readonly<Record<string, JsonValue>>;
  /** Runs of the pack done; each was an epoch of every trial that was in training. */
  readonly runs: number;
  /** Numbers of the trials in training, in the order of their slots. */
  readonly trials: readonly number[];
  /** Epochs that each of them has had. Random streams are named by trial and epoch, so this is their position too. */
  readonly epochs: readonly number[];
  /** Adam steps that each of them has taken. */
  readonly steps: readonly number[];
  /** Numbers of the trials that wait for a slot. */
  readonly waiting: readonly number[];
  /** What else the writer wants to find again. Comes back as `JSON.parse` gives it, for the writer to check. */
  readonly facts?: unknown;
}

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** One array as the header describes it. */
export interface ArrayEntry {
  readonly name: string;
  readonly dtype: Dtype;
  /** Elements. */
  readonly length: number;
  /** Bytes from the start of the payload. */
  readonly offset: number;
  readonly sha256: string;
}

export const DTYPES = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint8: Uint8Array,
} as const;

export type Dtype = keyof typeof DTYPES;

export const ARRAY_NAME = /^[A-Za-z][A-Za-z0-9._/-]*$/;

/** The header that `json` is. Its checksum is right, so what is wrong here was written wrong. */
export function parseHeader(
  key: string,
  json: string,
): CheckpointHeader & { readonly arrays: readonly ArrayEntry[] } {
  const must: Must = (holds, what) => {
    if (!holds) throw new CheckpointError(key, "foreign", `has a header without ${what}`);
  };
  const parsed = parse(json);
  must(isRecord(parsed), "fields");
  const { engine, spec, shape, runs, trials, epochs, steps, waiting, arrays } = parsed;
  must(isRecord(engine), "an engine");
  const { name, backend, version } = engine;
  must(typeof name === "string", "the engine's name");
  must(typeof backend === "string", "the engine's backend");
  must(typeof version === "string", "the engine's version");
  must(typeof spec === "string", "the fingerprint of its spec");
  must(isRecord(shape), "a shape");
  must(isCount(runs), "its runs");
  must(isCounts(trials), "the numbers of its trials");
  must(isCounts(epochs) && epochs.length === trials.length, "the epochs of each trial");
  must(isCounts(steps) && steps.length === trials.length, "the steps of each trial");
  must(isCounts(waiting), "the numbers of the trials that wait");
  must(Array.isArray(arrays) && arrays.every(isEntry), "its list of arrays");
  must(new Set(arrays.map((entry) => entry.name)).size === arrays.length, "a name for each array");
  return {
    engine: { name, backend, version },
    spec,
    shape,
    runs,
    trials,
    epochs,
    steps,
    waiting,
    ...("facts" in parsed ? { facts: parsed["facts"] } : {}),
    arrays,
  };
}

type Must = (holds: boolean, what: string) => asserts holds;

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, JsonValue>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

const isCounts = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every(isCount);

const isDtype = (value: unknown): value is Dtype =>
  typeof value === "string" && Object.hasOwn(DTYPES, value);

const isEntry = (value: unknown): value is ArrayEntry =>
  isRecord(value) &&
  typeof value["name"] === "string" &&
  ARRAY_NAME.test(value["name"]) &&
  isDtype(value["dtype"]) &&
  isCount(value["length"]) &&
  isCount(value["offset"]) &&
  typeof value["sha256"] === "string";
