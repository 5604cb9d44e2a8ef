import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CheckpointError,
  decodeCheckpoint,
  encodeCheckpoint,
  type Refusal,
} from "../../checkpoints/index.ts";
import { arbitraryCheckpoint, bitsOf, checkpoint } from "./samples.ts";

const KEY = "two-body/pack-00003/000120";

const refusalOf = (bytes: Uint8Array): CheckpointError | undefined => {
  try {
    decodeCheckpoint(KEY, bytes);
    return undefined;
  } catch (error) {
    if (error instanceof CheckpointError) return error;
    throw error;
  }
};

describe("a checkpoint as bytes", () => {
  test("decodes to the same header and the same bits, wherever the bytes lie in memory", () => {
    fc.assert(
      fc.property(arbitraryCheckpoint, fc.nat(9), (written, shift) => {
        const encoded = encodeCheckpoint(written);
        const moved = new Uint8Array(encoded.length + shift).subarray(shift);
        moved.set(encoded);
        const read = decodeCheckpoint(KEY, moved);
        expect(read.header).toEqual(written.header);
        expect(bitsOf(read.arrays)).toEqual(bitsOf(written.arrays));
      }),
    );
  });

  test("is the same for the same state", () => {
    fc.assert(
      fc.property(arbitraryCheckpoint, (written) => {
        const again = decodeCheckpoint(KEY, encodeCheckpoint(written));
        expect(encodeCheckpoint(again)).toEqual(encodeCheckpoint(written));
      }),
    );
  });

  test("is refused at every length but its own", () => {
    fc.assert(
      fc.property(arbitraryCheckpoint, fc.uint8Array({ minLength: 1 }), (written, more) => {
        const bytes = encodeCheckpoint(written);
        for (let length = 0; length < bytes.length; length++)
          expect(refusalOf(bytes.subarray(0, length))?.refusal).toBe("truncated");
        expect(refusalOf(Buffer.concat([bytes, more]))?.refusal).toBe("corrupt");
      }),
      { numRuns: 10 },
    );
  });

  test("is refused with any byte changed", () => {
    fc.assert(
      fc.property(arbitraryCheckpoint, fc.integer({ min: 1, max: 255 }), (written, flip) => {
        const bytes = encodeCheckpoint(written);
        for (let at = 0; at < bytes.length; at++) {
          bytes[at]! ^= flip;
          if (!refusalOf(bytes)) expect.fail(`byte ${at} of ${bytes.length} changed by ${flip}`);
          bytes[at]! ^= flip;
        }
        expect(refusalOf(bytes)).toBeUndefined();
      }),
      { numRuns: 10 },
    );
  });

  test("is refused with any stretch zeroed, as disks do", () => {
    fc.assert(
      fc.property(arbitraryCheckpoint, fc.nat(), fc.nat(64), (written, where, length) => {
        const bytes = encodeCheckpoint(written);
        const from = where % bytes.length;
        const damaged = bytes.slice().fill(0, from, from + length);
        const isSame = Buffer.compare(bytes, damaged) === 0;
        expect(refusalOf(damaged) === undefined).toBe(isSame);
      }),
    );
  });

  test("of something else is refused by name", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 300 }), (bytes) => {
        expect(refusalOf(bytes)).toMatchObject({ refusal: "foreign", key: KEY });
      }),
    );
  });

  const bytes = encodeCheckpoint(checkpoint(30, { W: Float32Array.of(1, 2, 3) }));
  const changed = (at: number, to: number) => {
    const copy = bytes.slice();
    copy[at] = to;
    return copy;
  };
  test.each<[string, Uint8Array, Refusal, RegExp]>([
    ["nothing", new Uint8Array(), "truncated", /has 0 bytes/],
    [
      "half",
      bytes.subarray(0, 300),
      "truncated",
      /000120 is truncated: it has 300 of the \d+ bytes/,
    ],
    ["a zip", Buffer.from("PK\x03\x04 and more"), "foreign", /begins with 504b0304/],
    ["an earlier version", changed(8, 1), "foreign", /format version 1, .* reads version 2/],
    ["a later version", changed(8, 3), "foreign", /format version 3, .* reads version 2/],
    ["a changed header", changed(80, 0), "corrupt", /header that does not match its checksum/],
    [
      "a changed array",
      changed(bytes.length - 1, 7),
      "corrupt",
      /array "W" does not have the checksum/,
    ],
  ])("%s: the message says what was seen", (_, seen, refusal, message) => {
    expect(refusalOf(seen)?.refusal).toBe(refusal);
    expect(refusalOf(seen)?.message).toMatch(message);
  });

  test("whose epochs or steps are not of its trials is refused", () => {
    const { header } = checkpoint(1);
    for (const change of [{ epochs: [1] }, { steps: [1, 2, 3] }, { waiting: [-1] }])
      expect(
        refusalOf(encodeCheckpoint({ header: { ...header, ...change }, arrays: {} })),
      ).toMatchObject({ refusal: "foreign" });
  });

  test("cannot name an array so that it would be lost", () => {
    for (const name of ["", "1", "__proto__", "a b"])
      expect(() => encodeCheckpoint(checkpoint(1, { [name]: new Uint8Array() }))).toThrow(
        RangeError,
      );
  });
});
