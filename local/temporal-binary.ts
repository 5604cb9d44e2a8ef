import { spawn } from "node:child_process";
import { access, constants, mkdir, rename, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { cacheHome, ensureFolder } from "./home.ts";
import { withLock } from "./lock.ts";
import { type Environment, type Say, StackError } from "./stack-error.ts";

/** Newer versions of the CLI carry a `replace` directive, which `go install` refuses. */
const CLI = "github.com/temporalio/cli/cmd/temporal@v1.5.1";

/** A server that somebody else runs, or the program that runs one. */
export type TemporalSource =
  | { readonly kind: "server"; readonly address: string }
  | { readonly kind: "binary"; readonly path: string };

/**
 * In this order: the server `TEMPORAL_ADDRESS` names; `temporal` on PATH; the one in our cache;
 * one built there from the Go module proxy, if go is installed.
 *
 * Not the SDK's download: `@temporalio/testing` is a development dependency, and the vendor's
 * installer does the same for everything else on the machine as well.
 */
export async function findTemporal(
  say: Say,
  env: Environment = process.env,
): Promise<TemporalSource> {
  if (env["TEMPORAL_ADDRESS"]) return { kind: "server", address: env["TEMPORAL_ADDRESS"] };
  const found = await locateTemporal(env);
  if (found !== undefined) return { kind: "binary", path: found };
  const cached = cachedTemporal(env);
  const go = await onPath("go", env);
  if (go === undefined) {
    throw new StackError(
      `No Temporal server: TEMPORAL_ADDRESS is not set, and there is no \`temporal\` on PATH or at ${cached}. ` +
        `Do one of these: \`brew install temporal\` or the download at https://temporal.download/cli ` +
        `(put \`temporal\` on PATH); install Go 1.24 or newer, and it is built from source; or set ` +
        `TEMPORAL_ADDRESS=host:port to use a server that runs elsewhere.`,
    );
  }
  await withLock(join(cacheHome(env), "temporal.lock"), say, async () => {
    if ((await executable(cached)) === undefined) await build(go, cached, env, say);
  });
  return { kind: "binary", path: cached };
}

/** The program, if it is there already: on PATH, or in our cache. */
export const locateTemporal = async (env: Environment = process.env): Promise<string | undefined> =>
  (await onPath("temporal", env)) ?? (await executable(cachedTemporal(env)));

const cachedTemporal = (env: Environment): string => join(cacheHome(env), "bin", "temporal");

/** Builds beside and renames: an interrupted build leaves no program behind. */
async function build(go: string, target: string, env: Environment, say: Say): Promise<void> {
  const folder = join(cacheHome(env), "building");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  say("building the Temporal server from source, once: about 3 minutes and 250 MB");
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 1000);
  const stillAtIt = setInterval(() => say(`  still building Temporal (${seconds()} s)`), 20_000);
  try {
    const { code, errors } = await finished(go, ["install", CLI], folder, {
      ...env,
      GOBIN: folder,
      GOFLAGS: "", // a user's -mod=vendor would forbid `install` of another module
      GOOS: undefined,
      GOARCH: undefined,
    });
    if (code !== 0) {
      throw new StackError(
        `\`go install ${CLI}\` ended with code ${code}. Put a \`temporal\` program on PATH ` +
          `(https://temporal.download/cli) or set TEMPORAL_ADDRESS=host:port instead. It said:\n${errors}`,
      );
    }
    await ensureFolder(join(target, ".."));
    await rename(join(folder, "temporal"), target);
    say(`built ${target} in ${seconds()} s`);
  } finally {
    clearInterval(stillAtIt);
    await rm(folder, { recursive: true, force: true });
  }
}

function finished(
  program: string,
  words: readonly string[],
  cwd: string,
  env: Environment,
): Promise<{ code: number | null; errors: string }> {
  return new Promise((settle, refuse) => {
    const child = spawn(program, [...words], { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(-2000);
    });
    child.once("error", refuse);
    child.once("close", (code) => settle({ code, errors: errors.trim() }));
  });
}

async function onPath(program: string, env: Environment): Promise<string | undefined> {
  for (const folder of (env["PATH"] ?? "").split(delimiter).filter((part) => part !== "")) {
    const found = await executable(join(folder, program));
    if (found !== undefined) return found;
  }
  return undefined;
}

const executable = (path: string): Promise<string | undefined> =>
  access(path, constants.X_OK).then(
    () => path,
    () => undefined,
  );
