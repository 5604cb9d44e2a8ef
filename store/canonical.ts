import { createHash } from "node:crypto";

/**
 * A text that two values share exactly when they hold the same facts: keys sorted, absent and undefined
 * keys alike, typed arrays as arrays, and NaN and the infinities kept, which JSON would turn into null.
 */
export function canonical(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return canonical(Array.from(value as unknown as Iterable<number>));
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value)
    .filter(([, held]) => held !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, held]) => `${JSON.stringify(key)}:${canonical(held)}`);
  return `{${entries.join(",")}}`;
}

export const canonicalSha256 = (value: unknown): string =>
  createHash("sha256").update(canonical(value)).digest("hex");
