import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { NATIVE, nativeFolder } from "./tfjs/native.ts";

type Environment = Readonly<NodeJS.ProcessEnv>;

/**
 * Everything installed here that decides which backends load and how fast they are, as texts to
 * compare: packages with their versions and binaries, libraries of CUDA and Vulkan, the card's driver,
 * and the variables that point to them. Reads names alone and loads nothing, so that a process which
 * must never load an engine may ask; that is why this file is a door of its own beside `index.ts`.
 *
 * @param from - the module, or a file beside `node_modules`, whose packages are meant
 */
export function installedLibraries(
  env: Environment = process.env,
  from: string | URL = import.meta.url,
): readonly string[] {
  const native = join(nativeFolder(env), "package.json");
  return [
    ...Object.entries(PACKAGES).map(([name, places]) => packageText(from, name, places)),
    packageText(native, NATIVE.package, TENSORFLOW),
    ...LIBRARIES.filter((name) => isLoadable(name, env)),
    ...MANIFESTS.flatMap(namesIn),
    textOf("/proc/driver/nvidia/version"),
    ...VARIABLES.map((name) => `${name}=${env[name] ?? ""}`),
  ];
}

/** Where tfjs-node keeps its addon and TensorFlow's library, once they are built or fetched. */
const TENSORFLOW = ["lib/napi-v8", "deps/lib"];

/** Packages that bring a backend, and the folders in them whose files may come later than the package. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "onnxruntime-node": [`bin/napi-v6/${process.platform}/${process.arch}`],
  "@tensorflow/tfjs": [],
  "@tensorflow/tfjs-backend-wasm": [],
  "@tensorflow/tfjs-backend-webgpu": [],
  "@tensorflow/tfjs-node": TENSORFLOW,
  "@tensorflow/tfjs-node-gpu": TENSORFLOW,
  webgpu: ["dist"],
};

/** Of the system: without them a provider of a GPU does not start. */
const LIBRARIES = [
  ...["libcuda.so.1", "libcublas.so.11", "libcublas.so.12", "libcudnn.so.8", "libcudnn.so.9"],
  "libvulkan.so.1",
];

/** Where Vulkan's loader finds its drivers. */
const MANIFESTS = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"];

/** Which libraries, cards and drivers a process sees, and how TensorFlow computes on a CPU. */
const VARIABLES = [
  ...["LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH"],
  ...["CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"],
  ...["VK_ICD_FILENAMES", "VK_DRIVER_FILES", "VK_ADD_DRIVER_FILES"],
  ...["VK_LOADER_DRIVERS_SELECT", "VK_LOADER_DRIVERS_DISABLE"],
  ...["TF_ENABLE_ONEDNN_OPTS", "TF_XLA_FLAGS"],
];

/** Not through `require.resolve`, which hides what a package does not export. */
function packageText(from: string | URL, name: string, places: readonly string[]): string {
  const folders = createRequire(from).resolve.paths(name) ?? [];
  const at = folders.map((folder) => join(folder, name)).find((each) => existsSync(each));
  if (at === undefined) return `${name} is not installed`;
  const binaries = places.flatMap((place) => namesIn(join(at, place)));
  return [name, textOf(join(at, "package.json")), ...binaries].join("\n");
}

/** By a folder of LD_LIBRARY_PATH or the cache of the system's loader. */
const isLoadable = (name: string, env: Environment): boolean =>
  (env["LD_LIBRARY_PATH"] ?? "").split(":").some((at) => at && existsSync(join(at, name))) ||
  textOf("/etc/ld.so.cache").includes(`${name}\0`);

/** Empty where there is none. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}

/** None where there is no such folder. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}
