import { readFile, stat } from "node:fs/promises";

/** How long a log is now, so that {@link logSince} shows only what a later start wrote. */
export const logLength = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );

/** The last lines a server wrote after `from`, indented, to be shown inside an error. */
export async function logSince(file: string, from: number, lines = 8): Promise<string> {
  const bytes = await readFile(file).catch(() => Buffer.alloc(0));
  const text = bytes.subarray(Math.min(from, bytes.length)).toString("utf8").trim();
  if (text === "") return `  (${file} says nothing)`;
  return text
    .split("\n")
    .slice(-lines)
    .map((line) => `  ${line}`)
    .join("\n");
}
