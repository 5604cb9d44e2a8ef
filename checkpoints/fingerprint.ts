import { createHash } from "node:crypto";

/** SHA-256 of `value` as JSON, in hexadecimal. The order of an object's fields has no say. */
export const fingerprint = (value: unknown): string =>
  createHash("sha256")
    .update(canonical(value) ?? "undefined")
    .digest("hex");

/** JSON with the fields of every object in ascending order; undefined for what JSON leaves out. */
export const canonical = (value: unknown): string | undefined =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  ) as string | undefined;
