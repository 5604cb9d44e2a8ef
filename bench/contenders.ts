import { access } from "node:fs/promises";
import { availableParallelism, homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BATCH_SIZE, type PackSizes } from "./pack.ts";
import { ask, type Command, childCommand } from "./run-case.ts";

/** How the machine is shared out. */
export interface Arrangement {
  readonly title: string;
  readonly processes: number;
  /** Of each process; 0 is all that the machine has. */
  readonly threads: number;
  readonly allCores: boolean;
}

const CORES = availableParallelism();
const ONE: Arrangement = { title: "one thread", processes: 1, threads: 1, allCores: false };
const EACH: Arrangement = {
  title: `${CORES} processes of one thread`,
  processes: CORES,
  threads: 1,
  allCores: true,
};
const SHARED: Arrangement = {
  title: `one process, ${CORES} threads`,
  processes: 1,
  threads: 0,
  allCores: true,
};

export type Role = "engine" | "jax" | "loop";

export interface Contender {
  readonly role: Role;
  readonly title: string;
  readonly version: string;
  readonly arrangements: readonly Arrangement[];
  /** It gets no more trials than this, nor more steps in a run. */
  readonly most?: { readonly trials: number; readonly steps?: number };
  command(sizes: PackSizes, seconds: number, arrangement: Arrangement): Command;
}

export interface Multiplier {
  readonly title: string;
  readonly arrangements: readonly Arrangement[];
  command(size: number, products: number, seconds: number, arrangement: Arrangement): Command;
}

/** What takes part, and why others do not. */
export interface Field {
  readonly contenders: readonly Contender[];
  readonly multipliers: readonly Multiplier[];
  readonly absent: readonly string[];
}

/** Every engine that loads, or those named, and the peers that are installed if they are wanted. */
export async function findContenders(
  wanted: readonly string[] | undefined,
  peers: boolean,
): Promise<Field> {
  const absent: string[] = [];
  const contenders: Contender[] = [];
  const multipliers: Multiplier[] = [onnxMultiplier];
  const { engines } = (await ask(childCommand({ kind: "probe", engine: "" }))) as {
    engines: string[];
  };
  for (const engine of wanted ?? engines)
    try {
      const probe = childCommand({ kind: "probe", engine });
      const { version } = (await ask(probe)) as { version: string };
      contenders.push(engineContender(engine, version));
    } catch (error) {
      absent.push(`${engine}: ${error instanceof Error ? error.message : String(error)}`);
    }
  if (!peers) absent.push("peers: not asked for (`--peers`)");
  else {
    const python = peerPython();
    const versions = await peerVersions(python);
    for (const [name, { role, title, script, most }] of Object.entries(PEERS)) {
      const version = versions[name];
      if (version === undefined)
        absent.push(`${title}: ${name} is not installed; run \`npm run setup:peers\``);
      else contenders.push(peerContender(python, script, { role, title, version, ...most }));
    }
    for (const library of ["numpy", "jax"])
      if (versions[library] !== undefined)
        multipliers.push(peerMultiplier(python, library, versions[library]));
  }
  return { contenders, multipliers, absent };
}

/** Without native code a large case takes minutes and tells no more than a small one. */
const SLOW: Readonly<Record<string, Contender["most"]>> = {
  "tfjs:wasm": { trials: 4, steps: 2 },
  "tfjs:cpu": { trials: 2, steps: 2 },
};

function engineContender(engine: string, version: string): Contender {
  return {
    role: "engine",
    title: engine.replace(":", " on "),
    version,
    arrangements: [ONE, EACH],
    ...(engine in SLOW && { most: SLOW[engine]! }),
    command: (sizes, seconds) => childCommand({ kind: "engine", engine, ...sizes, seconds }),
  };
}

const PEERS = {
  jax: { role: "jax", title: "JAX", script: "jax_step.py", most: {} },
  torch: {
    role: "loop",
    title: "PyTorch loop",
    script: "one_at_a_time.py",
    most: { most: { trials: 1 } },
  },
} as const;

const peerContender = (
  python: string,
  script: string,
  facts: Pick<Contender, "role" | "title" | "version" | "most">,
): Contender => ({
  ...facts,
  arrangements: [ONE, EACH, SHARED],
  command: ({ trials, width, channels, steps }, seconds, { threads }) => ({
    file: python,
    args: [
      peerFile(script),
      ...[trials, width, channels, BATCH_SIZE, steps].map(String),
      ...["--threads", `${threads}`, "--seconds", `${seconds}`, "--wait"],
    ],
  }),
});

const onnxMultiplier: Multiplier = {
  title: "onnxruntime-node",
  arrangements: [ONE, EACH, SHARED],
  command: (size, products, seconds, { threads }) =>
    childCommand({ kind: "sgemm", size, products, seconds, threads: threads || CORES }),
};

const peerMultiplier = (python: string, library: string, version: string): Multiplier => ({
  title: `${library} ${version}`,
  arrangements: [ONE, EACH, SHARED],
  command: (size, products, seconds, { threads }) => ({
    file: python,
    args: [
      peerFile("sgemm.py"),
      ...[library, "1", `${size}`, "1", "1", `${products}`],
      ...["--threads", `${threads}`, "--seconds", `${seconds}`, "--wait"],
    ],
  }),
});

export const peerFile = (name: string): string =>
  fileURLToPath(new URL(`peers/${name}`, import.meta.url));

/** The Python that `npm run setup:peers` made. */
export const peerPython = (): string =>
  join(
    process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"),
    "liesweep",
    "peers",
    "bin",
    "python",
  );

async function peerVersions(python: string): Promise<Readonly<Record<string, string>>> {
  const script =
    "import json, importlib.metadata as m; " +
    "print(json.dumps({d.name: d.version for d in m.distributions()}))";
  const there = await access(python).then(
    () => true,
    () => false,
  );
  return there
    ? ((await ask({ file: python, args: ["-c", script] })) as Record<string, string>)
    : {};
}
