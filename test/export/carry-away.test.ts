import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore, READER, type SweepStore } from "../../store/index.ts";
import { liesweep } from "../cli/captured-terminal.ts";
import { judgedSweep, VERDICTS } from "../cli/seeded-sweeps.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { pythonWith } from "../support/python.ts";

let database: TestDatabase;
let store: SweepStore;
let folder: string;

beforeAll(async () => {
  [database, folder] = await Promise.all([
    freshDatabase(),
    mkdtemp(join(tmpdir(), "liesweep-carry-")),
  ]);
  store = await openStore(database.url);
  await judgedSweep(store, "two-body", VERDICTS.found);
  const env = { LIESWEEP_HOME: "/nonexistent", DATABASE_URL: database.url };
  const to = (file: string, ...options: string[]) =>
    liesweep(env, "export", "two-body", ...options, "-o", join(folder, file));
  await to("two-body.npz");
  await to("rotation.py");
  await to("rotation_emlp.py", "--format", "emlp");
});
afterAll(async () => {
  await store.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

const page = readFileSync(new URL("../../docs/carry-away.md", import.meta.url), "utf8");
const snippets = [...page.matchAll(/^```python\n(.*?)^```$/gms)].map(([, code = ""]) => code);

/** The modules that a snippet needs beside its own files. */
const SNIPPETS = [
  ["numpy", "basis.shape == (1, 2, 2) and metadata['sweep'] == 'two-body'", ["numpy"]],
  ["python", "len(moved) == 4", []],
  ["emlp", "model(np.ones((3, 8))).shape == (3, 8)", ["emlp"]],
  [
    "pandas",
    "len(leaderboard) == 8 and basis[0].shape == (2, 2)",
    ["pandas", "sqlalchemy", "psycopg"],
  ],
] as const;

describe("docs/carry-away.md", () => {
  for (const [at, [name, truth, modules]] of SNIPPETS.entries()) {
    const python = pythonWith(...modules);
    it.skipIf(python === undefined)(
      `has a snippet for ${name} that runs as written`,
      () => {
        const checked = `${snippets[at]}\nimport numpy as np\nassert ${truth}`;
        const program =
          modules.length === 0 ? checked.replace("import numpy as np\n", "") : checked;
        execFileSync(python ?? "", ["-c", program], {
          cwd: folder,
          env: {
            ...process.env,
            LIESWEEP_READER_URL: `${database.url}?options=-crole%3D${READER}`,
          },
          stdio: ["ignore", "pipe", "pipe"],
        });
      },
      180_000,
    );
  }

  it("names every key and every column of an export", async () => {
    const env = { LIESWEEP_HOME: "/nonexistent", DATABASE_URL: database.url };
    const csv = await liesweep(env, "export", "two-body", "--format", "csv");
    const json = await liesweep(env, "export", "two-body");
    const { levels, data, ...rest } = JSON.parse(json.out) as {
      levels: [object];
      data: object;
    };
    const names = [
      ...(csv.out.split("\n")[0] ?? "").split(","),
      ...[rest, data, levels[0]].flatMap(Object.keys),
    ];
    const told = new Set(page.match(/[A-Za-z_0-9]+/g));
    expect(names.filter((name) => !told.has(name))).toEqual([]);
  });
});
