import { setTimeout as sleep } from "node:timers/promises";

/** Looks again and again until what is awaited holds; a minute in vain is an error. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await sleep(20);
  }
}
