import { execFile } from "node:child_process";
import { access, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { NATIVE, nativeFolder } from "./native.ts";

/**
 * `npm run setup:tensorflow`: the addon of tfjs-node, compiled against libtensorflow out of a PyPI
 * wheel. For machines that reach the registries but not the host tfjs-node downloads its library from.
 *
 * Needs python3 with pip, g++ and Linux on x86-64: the wheel's. Done once a machine (274 MB over the
 * network, 0.9 GB on disk); afterwards it only looks. The stamp is written last.
 */
async function setUp(): Promise<void> {
  const folder = nativeFolder();
  const stamp = join(folder, "ready");
  if (await exists(stamp)) return say(`tfjs-node is ready in ${folder}`);
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(
      `the wheel is for Linux on x64 and this is ${process.platform} ${process.arch}`,
    );
  for (const tool of ["python3", "g++"])
    await run(tool, ["--version"]).catch(() => {
      throw new Error(`${tool} is not on PATH; install it and call this again`);
    });

  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{"private": true}\n');
  if (!(await exists(join(folder, "lib", WANTED_LIBRARY)))) await fetchLibrary(folder);
  say(`installing ${NATIVE.package} ${NATIVE.packageVersion} without its own download`);
  await run(
    "npm",
    [
      ...["install", "--ignore-scripts", "--no-save", "--no-audit", "--no-fund"],
      `${NATIVE.package}@${NATIVE.packageVersion}`,
    ],
    { cwd: folder },
  );
  await compile(folder);
  await run(process.execPath, ["-e", PROOF], { cwd: folder });
  await writeFile(stamp, "");
  say(`tfjs-node is ready in ${folder}`);
}

/** What the addon's loader asks for, and what TensorFlow calls it. */
const WANTED_LIBRARY = "libtensorflow.so";
const LIBRARIES = {
  [WANTED_LIBRARY]: "libtensorflow_cc.so.2",
  "libtensorflow_framework.so": "libtensorflow_framework.so.2",
};

async function fetchLibrary(folder: string): Promise<void> {
  const wheels = join(folder, "wheel");
  say(`fetching ${NATIVE.wheel} ${NATIVE.wheelVersion} from PyPI, 274 MB`);
  const which = ["--python-version", "311", "--implementation", "cp", "--abi", "cp311"];
  const platform = ["--platform", "manylinux_2_27_x86_64", "--only-binary", ":all:", "--no-deps"];
  const wheel = `${NATIVE.wheel}==${NATIVE.wheelVersion}`;
  await run("python3", ["-m", "pip", "download", ...which, ...platform, "-d", wheels, wheel]);
  await run("python3", ["-c", UNPACK, wheels, folder]);
  for (const [link, file] of Object.entries(LIBRARIES)) {
    await rm(join(folder, "lib", link), { force: true });
    await symlink(file, join(folder, "lib", link));
  }
  await rm(wheels, { recursive: true });
}

/** Two libraries and the C headers of the one wheel in a folder. Python is there already, unzip may not be. */
const UNPACK = `
import pathlib, re, sys, zipfile
wheels, folder = map(pathlib.Path, sys.argv[1:])
header = re.compile(r"tensorflow/include/(tensorflow/c/.*|xla/tsl/c/.*|(tensorflow/core|tsl)/platform/ct.*string.*)\\.h$")
with zipfile.ZipFile(next(wheels.glob("*.whl"))) as wheel:
    for name in wheel.namelist():
        if re.match(r"tensorflow/libtensorflow_(cc|framework)\\.so\\.2$", name):
            (folder / "lib").mkdir(exist_ok=True)
            with wheel.open(name) as source, open(folder / "lib" / name.split("/")[-1], "wb") as target:
                while block := source.read(1 << 22):
                    target.write(block)
        elif header.match(name):
            wheel.extract(name, folder)
`;

/** The two files that its binding.gyp lists. node-gyp would want Node's headers from yet another host. */
async function compile(folder: string): Promise<void> {
  const napi = Math.min(8, Number(process.versions["napi"])); // the newest that tfjs-node knows
  const module = join(folder, "node_modules", NATIVE.package);
  const target = join(module, "lib", `napi-v${napi}`);
  const headers = dirname(require.resolve("node-api-headers/include/node_api.h"));
  const lib = join(folder, "lib");
  say("compiling its addon");
  await mkdir(target, { recursive: true });
  await run("g++", [
    ...["-O2", "-std=c++17", "-fPIC", "-shared", "-fno-exceptions", "-w", `-DNAPI_VERSION=${napi}`],
    ...[`-I${headers}`, `-I${join(folder, "tensorflow", "include")}`],
    ...["tfjs_backend.cc", "tfjs_binding.cc"].map((file) => join(module, "binding", file)),
    ...["-o", join(target, "tfjs_binding.node")],
    ...[`-L${lib}`, `-Wl,-rpath,${lib}`, "-ltensorflow", "-ltensorflow_framework"],
  ]);
}

const PROOF = `
const tf = require("${NATIVE.package}");
const product = tf.matMul([[1, 2], [3, 4]], [[1], [1]]).dataSync();
if (product[0] !== 3 || product[1] !== 7) throw new Error("2 × 2 products are wrong");
`;

const require = createRequire(import.meta.url);
const execute = promisify(execFile);
const run = (program: string, words: readonly string[], options: { cwd?: string } = {}) =>
  execute(program, words, { ...options, maxBuffer: 1 << 26 });

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

try {
  await setUp();
} catch (error) {
  const { stderr = "", message } = error as Error & { stderr?: string };
  say(
    `tfjs-node is not built, and everything else works without it: ${message.split("\n")[0]}` +
      (stderr && `\n${stderr.trim().split("\n").slice(-5).join("\n")}`),
  );
  process.exitCode = 1;
}
