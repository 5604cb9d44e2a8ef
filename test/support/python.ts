import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { cacheHome } from "../../local/home.ts";

/**
 * A Python that has these modules: the system's, or one of the environments that `npm run setup:emlp`,
 * `setup:notebook` and `setup:peers` leave in the cache. Undefined where none has.
 */
export const pythonWith = (...modules: readonly string[]): string | undefined =>
  ["python3", ...ENVIRONMENTS].find(
    (python) => spawnSync(python, ["-c", `import ${["sys", ...modules].join(", ")}`]).status === 0,
  );

const ENVIRONMENTS = ["emlp", "notebook", "peers"].map((name) =>
  join(cacheHome(), name, "bin/python"),
);

/** What the lines of Python print as JSON. `folder` holds the modules that they import. */
export function answerOf(python: string, lines: readonly string[], folder: string): unknown {
  const program = ["import json", ...lines].join("\n");
  const printed = execFileSync(python, ["-c", program], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  return JSON.parse(printed.trimEnd().split("\n").at(-1) ?? "");
}
