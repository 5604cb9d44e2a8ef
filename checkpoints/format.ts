import { createHash } from "node:crypto";
import { endianness } from "node:os";
import { CheckpointError } from "./checkpoint-error.ts";
import {
  ARRAY_NAME,
  type ArrayEntry,
  type CheckpointHeader,
  DTYPES,
  type Dtype,
  parseHeader,
} from "./header.ts";

/**
 * A checkpoint as bytes: a prelude of fixed size, a JSON header, raw arrays. docs/checkpoints.md says
 * where each byte is. Laws: what is encoded decodes to the same bits (NaN payloads included), and no
 * bytes other than the encoded ones decode at all, but for a broken SHA-256.
 */
export interface Checkpoint {
  readonly header: CheckpointHeader;
  /** By name: a letter, then letters, digits, `.`, `_`, `-`, `/`. `parameters/weights2`. */
  readonly arrays: Readonly<Record<string, CheckpointArray>>;
}

export type CheckpointArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

/** The bytes of a checkpoint, in memory of their own. */
export function encodeCheckpoint({ header, arrays }: Checkpoint): Uint8Array {
  requireLittleEndian();
  let size = 0;
  const entries = Object.entries(arrays).map(([name, array]): ArrayEntry => {
    if (!ARRAY_NAME.test(name)) throw new RangeError(`"${name}" cannot name an array.`);
    const offset = aligned(size);
    size = offset + array.byteLength;
    const sha256 = createHash("sha256").update(bytesOf(array)).digest("hex");
    return { name, dtype: dtypeOf(array), length: array.length, offset, sha256 };
  });
  const json = new TextEncoder().encode(JSON.stringify({ ...header, arrays: entries }));
  const payload = aligned(PRELUDE + json.length);
  const bytes = new Uint8Array(payload + size);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, json.length, true);
  view.setBigUint64(16, BigInt(bytes.length), true);
  bytes.set(json, PRELUDE);
  bytes.set(headerHash(bytes, json.length), 24);
  for (const { name, offset } of entries) {
    const array = arrays[name];
    if (array) bytes.set(bytesOf(array), payload + offset);
  }
  return bytes;
}

/**
 * The checkpoint that `bytes` are, or a `CheckpointError` that names `key` and says what was seen.
 *
 * Arrays are views of `bytes` where their alignment allows it, so `bytes` must not change afterwards.
 */
export function decodeCheckpoint(key: string, bytes: Uint8Array): Checkpoint {
  requireLittleEndian();
  const { header, entries, payload } = readHeader(key, bytes);
  let end = payload;
  const arrays = entries.map(({ name, dtype, length, offset, sha256 }) => {
    const from = payload + offset;
    const to = from + length * DTYPES[dtype].BYTES_PER_ELEMENT;
    if (from !== aligned(end) || to > bytes.length)
      throw corrupt(
        key,
        `array "${name}" is said to lie at ${from} to ${to}, which is not its place`,
      );
    requireZeros(key, bytes.subarray(end, from));
    const raw = bytes.subarray(from, to);
    if (createHash("sha256").update(raw).digest("hex") !== sha256)
      throw corrupt(key, `array "${name}" does not have the checksum ${sha256} of its header`);
    end = to;
    return [name, viewOf(raw, dtype)] as const;
  });
  if (end !== bytes.length)
    throw corrupt(key, `its arrays end at byte ${end}, the file at ${bytes.length}`);
  return { header, arrays: Object.fromEntries(arrays) };
}

/** Everything before the payload, checked. */
function readHeader(key: string, bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!MAGIC.slice(0, bytes.length).every((byte, i) => byte === bytes[i])) {
    const seen = Buffer.from(bytes.subarray(0, MAGIC.length)).toString("hex");
    throw new CheckpointError(
      key,
      "foreign",
      `begins with ${seen}, so it is no checkpoint of liesweep: those begin with ${Buffer.from(MAGIC).toString("hex")}`,
    );
  }
  const version = bytes.length < 12 ? VERSION : view.getUint32(8, true);
  if (version !== VERSION)
    throw new CheckpointError(
      key,
      "foreign",
      `is of format version ${version}, and this liesweep reads version ${VERSION}`,
    );
  if (bytes.length < PRELUDE) throw truncated(key, `has ${bytes.length} bytes, not even a prelude`);
  const length = view.getUint32(12, true);
  const total = view.getBigUint64(16, true);
  if (BigInt(bytes.length) < total)
    throw truncated(key, `has ${bytes.length} of the ${total} bytes that it says it has`);
  if (BigInt(bytes.length) > total)
    throw corrupt(key, `has ${bytes.length} bytes, more than the ${total} that it says it has`);
  const payload = aligned(PRELUDE + length);
  if (payload > bytes.length)
    throw corrupt(key, `says that its header has ${length} bytes, more than there are`);
  if (Buffer.compare(headerHash(bytes, length), bytes.subarray(24, PRELUDE)) !== 0)
    throw corrupt(key, "has a header that does not match its checksum");
  requireZeros(key, bytes.subarray(PRELUDE + length, payload));
  const json = new TextDecoder().decode(bytes.subarray(PRELUDE, PRELUDE + length));
  const { arrays, ...header } = parseHeader(key, json);
  return { header, entries: arrays, payload };
}

/** As in PNG: a byte that is no text, a name, and both ends of line, which text-mode copying changes. */
const MAGIC = Uint8Array.of(0x89, 0x4c, 0x53, 0x43, 0x4b, 0x0d, 0x0a, 0x1a);
const VERSION = 2;
/** Magic 8, version 4, header length 4, file length 8, SHA-256 32. */
const PRELUDE = 56;

/** A cache line: more than any element needs to be viewed in place. */
const ALIGNMENT = 64;
const aligned = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;

/** Over the prelude up to the hash itself, then the header. */
const headerHash = (bytes: Uint8Array, length: number): Uint8Array =>
  createHash("sha256")
    .update(bytes.subarray(0, 24))
    .update(bytes.subarray(PRELUDE, PRELUDE + length))
    .digest();

const bytesOf = (array: CheckpointArray): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

function dtypeOf(array: CheckpointArray): Dtype {
  if (array instanceof Float32Array) return "float32";
  if (array instanceof Float64Array) return "float64";
  if (array instanceof Int32Array) return "int32";
  if (array instanceof Uint32Array) return "uint32";
  return "uint8";
}

function viewOf(raw: Uint8Array, dtype: Dtype): CheckpointArray {
  const make = DTYPES[dtype];
  const size = make.BYTES_PER_ELEMENT;
  const { buffer, byteOffset } = raw.byteOffset % size === 0 ? raw : raw.slice();
  return new make(buffer as ArrayBuffer, byteOffset, raw.byteLength / size);
}

function requireZeros(key: string, padding: Uint8Array): void {
  if (padding.some((byte) => byte !== 0))
    throw corrupt(key, "has something between its parts, where there must be zeros");
}

/** ONNX Runtime and tfjs-node exist for no other machine. */
function requireLittleEndian(): void {
  if (endianness() !== "LE")
    throw new Error("Checkpoints are little-endian, and this machine is not.");
}

const corrupt = (key: string, seen: string) => new CheckpointError(key, "corrupt", seen);
const truncated = (key: string, seen: string) => new CheckpointError(key, "truncated", seen);
