import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type CheckpointStore, CheckpointStoreError } from "./checkpoint-store.ts";
import { folderCheckpoints } from "./folder.ts";
import { parseS3Url, s3Checkpoints } from "./s3.ts";

/**
 * The store an address names: `s3://bucket/prefix?endpoint=…&region=…`, `file:///folder`, or a path.
 *
 * Touches neither disk nor network yet.
 */
export function openCheckpoints(url: string): CheckpointStore {
  const [, scheme] = /^([a-z][a-z0-9+.-]+):/i.exec(url) ?? [];
  switch (scheme?.toLowerCase()) {
    case undefined: // a letter and a colon are a drive
      return folderCheckpoints(resolve(url));
    case "s3":
      return s3Checkpoints(parseS3Url(url));
    case "file":
      return folderCheckpoints(fileURLToPath(url));
    default:
      throw new CheckpointStoreError(
        `"${url}" names no place for checkpoints: ${scheme}: is not known. ` +
          `Use a path, file:///folder or s3://bucket/prefix.`,
      );
  }
}
