import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installedLibraries } from "../../engines/libraries.ts";
import { NATIVE, nativeFolder } from "../../engines/tfjs/native.ts";
import { chooseBackend, rememberedBackend } from "../../worker/calibrate.ts";
import { machineKey } from "../../worker/machine.ts";

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "liesweep-machine-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const OPTIONAL = [
  "onnxruntime-node",
  "@tensorflow/tfjs-node",
  "@tensorflow/tfjs-node-gpu",
  "@tensorflow/tfjs-backend-webgpu",
  "webgpu",
] as const;

/** Version of each package that is installed. */
type Installed = Partial<Record<(typeof OPTIONAL)[number], string>>;

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** A new checkout with these packages. */
async function checkout(installed: Installed): Promise<string> {
  const root = join(folder, String(count++));
  for (const [name, version] of Object.entries(installed))
    await write(join(root, "node_modules", name, "package.json"), JSON.stringify({ version }));
  return root;
}

/** No built TensorFlow of this machine's. */
const bare = { XDG_CACHE_HOME: "/nonexistent" };

const keyOf = (root: string, env: Readonly<Record<string, string>> = {}): string =>
  machineKey(installedLibraries({ ...bare, ...env }, join(root, "engines", "libraries.ts")));

describe("the key of a machine", () => {
  const installs: fc.Arbitrary<Installed> = fc.record(
    Object.fromEntries(OPTIONAL.map((name) => [name, fc.constantFrom("1.0.0", "1.0.1")])),
    { requiredKeys: [] },
  );

  test("is the same for the same packages and versions, and for no others", async () => {
    await fc.assert(
      fc.asyncProperty(installs, installs, async (one, other) => {
        const same = OPTIONAL.every((name) => one[name] === other[name]);
        const [key, another] = [keyOf(await checkout(one)), keyOf(await checkout(other))];
        expect(key === another).toBe(same);
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    [
      "onnxruntime-node",
      `bin/napi-v6/${process.platform}/${process.arch}/libonnxruntime_providers_cuda.so`,
    ],
    ["@tensorflow/tfjs-node", "lib/napi-v8/tfjs_binding.node"],
    ["@tensorflow/tfjs-node-gpu", "deps/lib/libtensorflow.so"],
  ] as const)("changes when a binary comes to %s later than the package", async (name, binary) => {
    const root = await checkout({ [name]: "1.0.0" });
    const before = keyOf(root);
    await write(join(root, "node_modules", name, binary), "");
    expect(keyOf(root)).not.toBe(before);
  });

  test("changes when a library comes to a folder of LD_LIBRARY_PATH", async () => {
    const root = await checkout({});
    const env = { LD_LIBRARY_PATH: `/nonexistent:${join(root, "cuda")}` };
    const before = keyOf(root, env);
    await write(join(root, "cuda", "libcudnn.so.9"), "");
    expect(keyOf(root, env)).not.toBe(before);
  });

  test.each(["LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "VK_DRIVER_FILES", "TF_XLA_FLAGS"])(
    "changes with %s",
    async (name) => {
      const root = await checkout({});
      expect(keyOf(root, { [name]: "1" })).not.toBe(keyOf(root));
    },
  );

  test("does not change with what no library reads", async () => {
    const root = await checkout({});
    expect(keyOf(root, { LANG: "C", PWD: "/" })).toBe(keyOf(root));
  });
});

test("a choice is forgotten when a package is installed, and made anew", async () => {
  const file = join(folder, "calibration.json");
  const before = process.env["XDG_CACHE_HOME"];
  process.env["XDG_CACHE_HOME"] = join(folder, "cache");
  try {
    const chosen = await chooseBackend(file, 1);
    expect(await rememberedBackend(file)).toEqual(chosen);
    const built = join(nativeFolder(), "node_modules", NATIVE.package, "package.json");
    await write(built, JSON.stringify({ version: "0" }));
    expect(await rememberedBackend(file)).toBeUndefined();
    await chooseBackend(file, 1);
    expect(await rememberedBackend(file)).toBeDefined();
  } finally {
    if (before === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = before;
  }
});
