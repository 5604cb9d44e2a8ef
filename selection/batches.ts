import type { ValidityTest } from "../sweep/index.ts";

/** Tests of one program see the same columns as closely and move along equally many directions. */
export function batchesOf(tests: readonly ValidityTest[]): readonly (readonly ValidityTest[])[] {
  const alike = new Map<string, ValidityTest[]>();
  for (const test of tests) {
    const key = `${test.sees} ${test.closely ?? false} ${test.directions.length}`;
    alike.set(key, [...(alike.get(key) ?? []), test]);
  }
  return [...alike.values()].flatMap((own) => {
    const count = Math.max(Math.ceil(own.length / BATCH), own.length < SPLIT ? 1 : 2);
    const size = Math.ceil(own.length / count);
    return Array.from({ length: count }, (_, i) => own.slice(i * size, (i + 1) * size));
  });
}

/** Tests in one program: enough to fill it, few enough to spread over slots. */
const BATCH = 8;

/** From so many on, a second slot is worth its start. */
const SPLIT = 4;
