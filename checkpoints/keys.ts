import type { SweepId } from "../sweep/index.ts";

/** A key: names joined by `/`. None starts with a dot, so none can climb out of a folder or be a temporary. */
const KEY = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;

/** Room for the endings that stores add, below the 255 bytes of a file name and the 1024 of an S3 key. */
const LONGEST_NAME = 200;
const LONGEST_KEY = 500;

export const isKey = (text: string): boolean =>
  KEY.test(text) &&
  text.length <= LONGEST_KEY &&
  text.split("/").every((name) => name.length <= LONGEST_NAME);

export function checkKey(key: string): void {
  if (isKey(key)) return;
  throw new RangeError(
    `"${key}" cannot be the key of a checkpoint. A key is names of letters, digits, ".", "_" and "-" ` +
      `joined by "/", each starting with a letter or digit, as in two-body/pack-00003/000120.`,
  );
}

export function checkPrefix(prefix: string): void {
  if (prefix !== "") checkKey(prefix);
}

/** `two-body/pack-00003`: what all checkpoints of one pack have in common. */
export const packPrefix = (sweep: SweepId, pack: number): string =>
  `${sweep}/pack-${String(pack).padStart(5, "0")}`;

/** `two-body/pack-00003/000120`, for the state after so many runs. Later ones sort later. */
export function checkpointKey(prefix: string, runs: number): string {
  if (!Number.isInteger(runs) || runs < 0 || runs > MOST_RUNS)
    throw new RangeError(`Run ${runs} has no key: it must be a whole number up to ${MOST_RUNS}.`);
  return `${prefix}/${String(runs).padStart(6, "0")}`;
}

/** With a seventh digit, keys would no longer sort by run. A pack takes some hundred. */
const MOST_RUNS = 999_999;

/** What the files and objects of checkpoints end in. */
export const ENDING = ".ckpt";
