import { readFile, writeFile } from "node:fs/promises";

const DOCUMENT = new URL("../docs/benchmarks.md", import.meta.url);

/** Replaces what docs/benchmarks.md has between `<!-- name -->` and `<!-- /name -->`. */
export async function writeDocument(name: string, text: string): Promise<void> {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const before = await readFile(DOCUMENT, "utf8");
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`docs/benchmarks.md has no ${begin} … ${end} to write between`);
  await writeFile(
    DOCUMENT,
    `${before.slice(0, from + begin.length)}\n\n${text}\n${before.slice(to)}`,
  );
}
