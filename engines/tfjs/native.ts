import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * The folder where `npm run setup:tensorflow` builds tfjs-node against the TensorFlow library of a
 * PyPI wheel. Outside node_modules, so that `npm ci` does not undo it and all checkouts share it.
 */
export function nativeFolder(env: Readonly<NodeJS.ProcessEnv> = process.env): string {
  return join(
    env["XDG_CACHE_HOME"] || join(homedir(), ".cache"),
    "liesweep",
    "tensorflow",
    `${NATIVE.wheelVersion}-tfjs-${NATIVE.packageVersion}`,
  );
}

/** What is built there. */
export const NATIVE = {
  package: "@tensorflow/tfjs-node",
  packageVersion: "4.22.0",
  wheel: "tensorflow-cpu",
  wheelVersion: "2.21.0",
} as const;

/** `require` as seen from that folder, whether or not anything was built there. */
export const requireNative = (): NodeJS.Require =>
  createRequire(join(nativeFolder(), "package.json"));
