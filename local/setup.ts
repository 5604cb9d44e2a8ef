import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheHome, packageRoot } from "./home.ts";
import { withLock } from "./lock.ts";
import { type Environment, type Say, StackError } from "./stack-error.ts";
import { findTemporal } from "./temporal-binary.ts";

const run = promisify(execFile);
const require = createRequire(import.meta.url);

/** Everything that is missing before the first run. Quick and quiet when nothing is. */
export async function setUp(say: Say, env: Environment = process.env): Promise<void> {
  await generateClient(say, env);
  await findTemporal(say, env);
}

/**
 * Writes the Prisma client into store/generated if the schema changed since it was written.
 *
 * Compared by content, not by time: git and npm both set times that say nothing. The stamp is
 * written last, so an interrupted generation is repeated.
 */
export async function generateClient(say: Say, env: Environment = process.env): Promise<void> {
  if (await isUpToDate()) return;
  await withLock(join(cacheHome(env), "generate.lock"), say, async () => {
    if (await isUpToDate()) return;
    say("generating the database client from prisma/schema.prisma");
    try {
      await run(process.execPath, [require.resolve("prisma/build/index.js"), "generate"], {
        cwd: packageRoot,
        env: { ...env, CHECKPOINT_DISABLE: "1", PRISMA_HIDE_UPDATE_MESSAGE: "1" },
      });
      await writeFile(stampFile, await stamp());
    } catch (error) {
      const { stderr = "", message } = error as Error & { stderr?: string };
      throw new StackError(
        `\`prisma generate\` failed, and without its client nothing can reach the database. Run it ` +
          `in ${packageRoot} to see all it says; that folder must be writable. It said:\n${stderr.trim() || message}`,
      );
    }
  });
}

const schemaFile = join(packageRoot, "prisma", "schema.prisma");
const generated = join(packageRoot, "store", "generated");
const stampFile = join(generated, "schema.sha256");

async function isUpToDate(): Promise<boolean> {
  const [recorded, wanted, client] = await Promise.all([
    readFile(stampFile, "utf8").catch(() => ""),
    stamp(),
    access(generated).then(
      () => true,
      () => false,
    ),
  ]);
  return client && recorded === wanted;
}

/** The schema's hash and the generator's version: what decides the generated files. */
async function stamp(): Promise<string> {
  const [schema, prisma] = await Promise.all([
    readFile(schemaFile),
    readFile(require.resolve("prisma/package.json"), "utf8"),
  ]);
  const { version } = JSON.parse(prisma) as { version: string };
  return `${createHash("sha256").update(schema).digest("hex")} prisma ${version}\n`;
}
