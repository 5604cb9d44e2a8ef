import fc from "fast-check";
import type { Checkpoint, CheckpointArray } from "../../checkpoints/index.ts";

/** A small checkpoint of a training that has no other meaning. */
export const checkpoint = (
  runs: number,
  arrays: Readonly<Record<string, CheckpointArray>> = {},
): Checkpoint => ({
  header: {
    engine: { name: "onnx", backend: "cpu", version: "onnxruntime-node 0.0.0" },
    spec: "5".repeat(64),
    shape: { trials: 2, channels: 3, hiddenWidth: 8 },
    runs,
    trials: [4, 7],
    epochs: [runs, 1],
    steps: [171 * runs, 171],
    waiting: [8],
  },
  arrays,
});

const KINDS = [Float32Array, Float64Array, Int32Array, Uint32Array, Uint8Array] as const;

/** Any bits at all: NaNs with payloads, infinities, subnormals, −0; views into the middle of a buffer. */
const arbitraryArray: fc.Arbitrary<CheckpointArray> = fc
  .tuple(
    fc.constantFrom(...KINDS),
    fc.nat(40),
    fc.nat(3),
    fc.uint8Array({ minLength: 400, maxLength: 400 }),
  )
  .map(([Kind, length, skipped, bits]) => {
    const { buffer } = bits.slice();
    return new Kind(buffer, skipped * Kind.BYTES_PER_ELEMENT, length);
  });

const name = fc
  .array(fc.constantFrom("generators", "W2", "b-1", "moments.v", "constructor", "x_1"), {
    minLength: 1,
    maxLength: 3,
  })
  .map((words) => words.join("/"));

const arbitraryTrials = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.maxSafeNat())).map((trials) => ({
  trials: trials.map(([trial]) => trial),
  epochs: trials.map(([, epochs]) => epochs),
  steps: trials.map(([, , steps]) => steps),
}));

export const arbitraryCheckpoint: fc.Arbitrary<Checkpoint> = fc.record({
  header: fc
    .tuple(
      fc.record(
        {
          engine: fc.record({ name: fc.string(), backend: fc.string(), version: fc.string() }),
          spec: fc.string({ unit: "grapheme" }),
          shape: fc.dictionary(
            fc.constantFrom("trials", "structure", "frozen"),
            fc.oneof(fc.nat(), fc.boolean(), fc.array(fc.nat(1))),
            { noNullPrototype: true },
          ),
          runs: fc.nat(),
          waiting: fc.array(fc.nat()),
          facts: fc.constantFrom<unknown>(null, "text", [{ trial: 1, ending: "collapsed" }]),
        },
        { requiredKeys: ["engine", "spec", "shape", "runs", "waiting"], noNullPrototype: true },
      ),
      arbitraryTrials,
    )
    .map(([{ engine, spec, shape, runs, waiting, ...facts }, trials]) => ({
      ...{ engine, spec, shape, runs },
      ...trials,
      ...{ waiting, ...facts },
    })),
  arrays: fc
    .uniqueArray(fc.tuple(name, arbitraryArray), { maxLength: 6, selector: ([title]) => title })
    .map((entries) => Object.fromEntries(entries)),
});

/** Type and bits of every array, in a form that compares NaNs by their payload. */
export const bitsOf = (arrays: Readonly<Record<string, CheckpointArray>>) =>
  Object.entries(arrays).map(([title, array]) => [
    title,
    array.constructor.name,
    Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("hex"),
  ]);
