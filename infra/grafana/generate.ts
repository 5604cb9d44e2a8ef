import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { generatedFiles } from "./files.ts";

/** Writes the generated files that differ from what is there, and says which. */
for (const [path, text] of generatedFiles()) {
  const file = fileURLToPath(new URL(path, import.meta.url));
  if ((await readFile(file, "utf8").catch(() => "")) === text) continue;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  console.log(`infra/grafana/${path}`);
}
