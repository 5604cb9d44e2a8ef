import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { installedLibraries } from "../engines/libraries.ts";
import { liesweepVersion } from "./version.ts";

/** Changes when another backend might win: other processor, card, program, package, library or variable of one. */
export function machineKey(libraries: readonly string[] = installedLibraries()): string {
  const devices = ["/dev/nvidia0", "/dev/dri", "/dev/kfd"].filter(existsSync);
  const facts = [
    ...[liesweepVersion(), process.version, process.platform, process.arch],
    ...[cpus()[0]?.model, cpus().length],
    ...[devices, libraries],
  ];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
}
