import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { S3_SERVER, s3Home, s3Program, s3Stamp } from "./s3-server.ts";

/**
 * `npm run setup:s3`: puts the S3 server of the tests where they look for it. Quick the second time.
 *
 * Nothing else needs it; without it the S3 tests are skipped and say so. The programs of a Python
 * environment name its folder, so it is made in place; the stamp that says it is whole comes last.
 */
const run = promisify(execFile);
const say = (line: string) => void process.stderr.write(`${line}\n`);

if ((await s3Program()) !== undefined) say(`the S3 server of the tests is in ${s3Home()}`);
else {
  say(`installing ${S3_SERVER.join(", ")} for the tests, once: about half a minute and 140 MB`);
  const home = s3Home();
  await rm(home, { recursive: true, force: true });
  await mkdir(dirname(home), { recursive: true });
  await run("python3", ["-m", "venv", home]);
  await run(join(home, "bin", "pip"), ["install", "--quiet", "--no-input", ...S3_SERVER]);
  await run(join(home, "bin", "moto_server"), ["--help"]);
  await writeFile(s3Stamp(), "");
  say(`installed ${home}`);
}
