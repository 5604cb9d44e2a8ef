import { setTimeout as sleep } from "node:timers/promises";

type Nothing = false | undefined;

/**
 * Looks again and again until what is awaited is there.
 *
 * @returns what was seen
 * @throws Error when so many seconds of looking were in vain: by default fewer than a test may take
 */
export async function until<T>(
  what: string,
  look: () => T | Nothing | Promise<T | Nothing>,
  seconds = 50,
): Promise<T> {
  const deadline = performance.now() + 1000 * seconds;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await sleep(20);
  }
}
