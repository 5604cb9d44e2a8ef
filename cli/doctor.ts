import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { type Addresses, addresses, locateTemporal } from "../local/index.ts";
import { bytesText } from "../report/quantities.ts";
import type { MeasuredBackend } from "../worker/index.ts";
import { type CommandEntry, jsonOption } from "./command.ts";
import { connectServer, connectStore } from "./connect.ts";
import { EXIT } from "./exit-codes.ts";
import { colorsOf, print, printJson, type Terminal, widthOf } from "./terminal.ts";
import { wrapped } from "./text-table.ts";
import { calibrationFile } from "./worker-options.ts";

/** One line of what a doctor says. */
interface Finding {
  readonly what: string;
  /** Null where it cannot be told, and does not matter yet. */
  readonly ok: boolean | null;
  readonly detail: string;
  readonly msPerTrialStep?: number;
}

export const doctor: CommandEntry = {
  usage: "doctor",
  summary: "tell what works here: versions, engines, servers, disk",
  examples: ["liesweep doctor", "liesweep doctor --measure"],
  notes: `Exit code 1 if no engine loads, so that nothing could be trained; 0 otherwise. --measure also runs each
engine's self-check, times it for some seconds and has the next worker start with the fastest.
JSON: {"canTrain", "findings": [{"what", "ok", "detail"}, ...]}; ok is null where it cannot be told. With
--measure, engines also have "msPerTrialStep": of one process, 8 trials at width 128, batch 64 (docs/json.md).`,
  options(command) {
    jsonOption(command);
    command.option("--measure", "see how fast each engine is");
  },
  async act(terminal, _, { json, measure }) {
    const at = await addresses(terminal.env);
    const engines = await engineFindings(measure ? calibrationFile(at.home) : undefined);
    const canTrain = engines.some(({ ok }) => ok === true);
    const findings = [
      ...(await versionFindings()),
      ...engines,
      await cardFinding(terminal),
      await probe("PostgreSQL", async () => {
        await (await connectStore(at)).close();
        return `${withoutPassword(at.databaseUrl)} answers, its tables are those of this version`;
      }),
      await probe("Temporal", async () => {
        await (await connectServer(at)).close();
        return `${at.temporalAddress} answers${at.temporalUiUrl ? `, UI at ${at.temporalUiUrl}` : ""}`;
      }),
      workerFinding(at),
      await probe("disk", () => diskText(at.home)),
    ];
    if (json) printJson(terminal, { canTrain, findings });
    else for (const finding of findings) print(terminal, lineOf(finding, terminal));
    return canTrain ? EXIT.ok : EXIT.fault;
  },
};

async function versionFindings(): Promise<readonly Finding[]> {
  const { liesweepVersion } = await import("../worker/index.ts");
  return [
    { what: "liesweep", ok: true, detail: liesweepVersion() },
    { what: "Node", ok: true, detail: process.versions.node },
    await probe("npm", () => firstLine("npm", ["--version"])),
    await probe("temporal program", async () =>
      firstLine((await locateTemporal()) ?? "temporal", ["--version"]),
    ).then((finding) => (finding.ok ? finding : { ...finding, ok: null, detail: NO_PROGRAM })),
  ];
}

/** Memory of an NVIDIA card; of others WebGPU tells the largest buffer alone, beside its engines. */
async function cardFinding({ env }: Terminal): Promise<Finding> {
  const { cardMemory } = await import("../worker/index.ts");
  const memory = await cardMemory(env);
  return memory
    ? {
        ...{ what: "card memory", ok: true },
        detail: `${bytesText(memory.freeBytes)} of ${bytesText(memory.totalBytes)} free`,
      }
    : { what: "card memory", ok: null, detail: "nvidia-smi tells of no NVIDIA card" };
}

/** @param calibration - the file to keep a measurement in, if one is wanted */
async function engineFindings(calibration: string | undefined): Promise<readonly Finding[]> {
  const { calibrate, checkBackends, largestBuffer } = await import("../worker/index.ts");
  const reports: readonly MeasuredBackend[] = calibration
    ? await calibrate(calibration, availableParallelism())
    : await checkBackends();
  const hasWebGpu = reports.some(({ backend, loads }) => backend === "webgpu" && loads);
  const bufferBytes = hasWebGpu ? await largestBuffer() : undefined;
  return reports.map(({ engine, backend, loads, detail, msPerTrialStep }) => ({
    what: `${engine} on ${backend}`,
    ok: loads,
    detail: [
      detail,
      ...(msPerTrialStep ? [`${msPerTrialStep.toPrecision(3)} ms per trial-step`] : []),
      ...(loads && backend === "webgpu" && bufferBytes
        ? [`buffers up to ${bytesText(bufferBytes)}`]
        : []),
    ].join(", "),
    ...(msPerTrialStep && { msPerTrialStep }),
  }));
}

const workerFinding = ({ workerPid, workerLog, home }: Addresses): Finding =>
  workerPid === undefined
    ? { what: "worker", ok: false, detail: `none of ${home} runs; \`liesweep worker\` starts one` }
    : { what: "worker", ok: true, detail: `process ${workerPid}, its log in ${workerLog}` };

/** A question that may fail, with the reason as its answer. */
async function probe(what: string, ask: () => Promise<string>): Promise<Finding> {
  try {
    return { what, ok: true, detail: await ask() };
  } catch (error) {
    return { what, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

async function firstLine(program: string, words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, words, { timeout: 10_000 });
  return stdout.split("\n")[0] ?? "";
}

/** Of the disk that holds `home`, or will. */
async function diskText(home: string): Promise<string> {
  let folder = home;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  return `${bytesText(bavail * bsize)} free for ${home}`;
}

function withoutPassword(url: string | undefined): string {
  if (url === undefined || !URL.canParse(url)) return "the database";
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

function lineOf({ what, ok, detail }: Finding, { stdout, env }: Terminal): string {
  const { green, red } = colorsOf(stdout, env);
  const [first = "", ...rest] = wrapped(detail, widthOf(stdout), " ".repeat(INDENT));
  const mark = ok === null ? "–" : ok ? green("✓") : red("✗");
  return [`${mark} ${what.padEnd(INDENT - 2)}${first.trimStart()}`, ...rest].join("\n");
}

const INDENT = 22;

/** The one that liesweep built for itself is not on PATH. */
const NO_PROGRAM = "not on PATH; `liesweep setup` finds or builds one of its own";
