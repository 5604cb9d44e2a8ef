import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { cacheHome } from "../local/home.ts";
import { freePort } from "../local/ports.ts";
import { startPostgres, stopPostgres } from "../local/postgres.ts";
import { startTemporal, stopTemporal } from "../local/temporal.ts";
import { writeDocument } from "./document.ts";
import { commandText, machineText, table } from "./machine.ts";
import { median } from "./measurements.ts";
import { count, counts } from "./options.ts";
import {
  idleShare,
  type Outcome,
  oneSweep,
  PACKS_IN_FLIGHT,
  type Servers,
  type Setting,
  SLOTS,
} from "./orchestration/one-sweep.ts";
import { isInstalled, startTemporalOnPostgres } from "./orchestration/temporal-on-postgres.ts";

/**
 * How many trials a second everything but the training allows: real servers, real workers and real
 * rows, and a trainer that does no work. Beside it Optuna and Ray Tune, with trials that do none either.
 */
const HELP = `npm run setup:orchestration && npm run bench:orchestration -- [options]

  --servers dev,postgres   what Temporal keeps its state in: the dev server's file, or PostgreSQL
  --pack-sizes 1,32        limits.packSize of the sweeps
  --workers 1,4            worker processes
  --trials 1024,16384       of a sweep, for each of the pack sizes
  --peer-trials 400        trials of each peer; 0 leaves the peers out
  --rounds 3               interleaved; figures are medians
  --write                  put the tables into docs/benchmarks.md
`;

const { values: options } = parseArgs({
  options: {
    servers: { type: "string", default: "dev,postgres" },
    "pack-sizes": { type: "string", default: "1,32" },
    workers: { type: "string", default: "1,4" },
    trials: { type: "string", default: "1024,16384" },
    "peer-trials": { type: "string", default: "400" },
    rounds: { type: "string", default: "3" },
    write: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

/** What Temporal keeps its state in. */
type Kind = "dev" | "postgres";

interface Row {
  readonly kind: Kind;
  readonly outcomes: readonly Outcome[];
}

interface Peer {
  readonly title: string;
  readonly rates: readonly number[];
}

async function main(): Promise<void> {
  if (options.help) return console.log(HELP);
  const rounds = count("rounds", options.rounds);
  const kinds = options.servers.split(",").map(kindOf);
  if (kinds.includes("postgres") && !(await isInstalled()))
    throw new Error("`npm run setup:orchestration` builds the Temporal server for PostgreSQL");
  const load = loadavg()[0] ?? 0;
  const measured: { kind: Kind; outcome: Outcome }[] = [];
  for (let round = 0; round < rounds; round++)
    for (const kind of kinds)
      await withServers(kind, async (servers) => {
        for (const setting of settings()) {
          const outcome = await oneSweep(`zero-${measured.length}`, setting, servers);
          console.error(`${kind}: ${JSON.stringify(outcome)}`);
          measured.push({ kind, outcome });
        }
      });
  const idle = await withServers("dev", idleShare);
  const peers = Number(options["peer-trials"]) > 0 ? await measurePeers(rounds) : [];
  const rows = kinds.flatMap((kind) =>
    settings().map(({ packSize, workers }): Row => {
      const isOfRow = (of: (typeof measured)[number]) =>
        of.kind === kind && of.outcome.packSize === packSize && of.outcome.workers === workers;
      return { kind, outcomes: measured.filter(isOfRow).map(({ outcome }) => outcome) };
    }),
  );
  const text = reportText({ rows, peers, load, idle });
  console.log(text);
  if (options.write) await writeDocument("bench:orchestration", text);
}

function kindOf(word: string): Kind {
  if (word === "dev" || word === "postgres") return word;
  throw new Error(`--servers has "${word}", which is neither dev nor postgres`);
}

function settings(): readonly Setting[] {
  const trials = counts("trials", options.trials);
  return counts("pack-sizes", options["pack-sizes"]).flatMap((packSize, i) =>
    counts("workers", options.workers).map((workers) => {
      const of = trials[i] ?? trials.at(-1) ?? 0;
      if (of % 4 > 0)
        throw new Error(`--trials has ${of}, which four configurations do not divide`);
      return { packSize, workers, trials: of };
    }),
  );
}

/** Servers of their own, on disk, without anything of an earlier sweep. */
async function withServers<T>(kind: Kind, work: (at: Servers) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), "liesweep-bench-"));
  await chmod(home, 0o755); // as root, PostgreSQL runs as `nobody`, who must be able to enter
  const ports = { port: await freePort(), uiPort: await freePort() };
  const env = {
    ...process.env,
    ...{ DATABASE_URL: undefined, TEMPORAL_ADDRESS: undefined },
    LIESWEEP_TEMPORAL_PORT: String(ports.port),
    LIESWEEP_TEMPORAL_UI_PORT: String(ports.uiPort),
  };
  try {
    const { url: databaseUrl } = await startPostgres(home, { env });
    if (kind === "dev") {
      const { address } = await startTemporal(home, { env });
      return await work({ databaseUrl, temporalAddress: address });
    }
    const temporal = await startTemporalOnPostgres(databaseUrl, join(home, "temporal-server"));
    try {
      return await work({ databaseUrl, temporalAddress: temporal.address });
    } finally {
      await temporal.stop();
    }
  } finally {
    await stopTemporal(home);
    await stopPostgres(home);
    await rm(home, { recursive: true, force: true });
  }
}

async function measurePeers(rounds: number): Promise<readonly Peer[]> {
  const trials = count("peer-trials", options["peer-trials"]);
  const [optuna, tune]: [number[], number[]] = [[], []];
  const home = await mkdtemp(join(tmpdir(), "liesweep-bench-"));
  await chmod(home, 0o755);
  try {
    const { url } = await startPostgres(home, { env: { ...process.env, DATABASE_URL: undefined } });
    for (let round = 0; round < rounds; round++) {
      optuna.push(trials / (await secondsOf("optuna_trials.py", url, String(trials), "2")));
      tune.push(trials / (await secondsOf("tune_trials.py", String(trials))));
      console.error(`peers: Optuna ${optuna.at(-1)}, Ray Tune ${tune.at(-1)} trials/s`);
    }
  } finally {
    await stopPostgres(home);
    await rm(home, { recursive: true, force: true });
  }
  const versions = await python("-c", VERSIONS);
  const [ofOptuna, ofRay] = versions.trim().split(" ");
  return [
    { title: `Optuna ${ofOptuna}, PostgreSQL, RandomSampler, 2 processes`, rates: optuna },
    { title: `Ray Tune ${ofRay}, 2 CPUs, actors used again`, rates: tune },
  ];
}

const VERSIONS = "import optuna, ray; print(optuna.__version__, ray.__version__)";

/** What a script of bench/peers prints last: the seconds it took. */
async function secondsOf(script: string, ...words: string[]): Promise<number> {
  const file = fileURLToPath(new URL(`peers/${script}`, import.meta.url));
  const said = await python(file, ...words);
  const seconds = Number(said.trim().split("\n").at(-1));
  if (!(seconds > 0)) throw new Error(`${script} said ${said} in place of its seconds`);
  return seconds;
}

async function python(...words: string[]): Promise<string> {
  const program = join(cacheHome(), "orchestrators", "bin", "python");
  const { stdout } = await promisify(execFile)(program, words);
  return stdout;
}

interface Measured {
  readonly rows: readonly Row[];
  readonly peers: readonly Peer[];
  /** Processes that wanted a core in the minute before. */
  readonly load: number;
  /** Share of a core that a worker uses while it waits. */
  readonly idle: number;
}

const reportText = ({ rows, peers, load, idle }: Measured): string =>
  [
    `- Machine: ${machineText()}; Node ${process.versions.node}`,
    `- Date: ${new Date().toISOString().slice(0, 10)}; load before: ${load.toFixed(1)}`,
    `- Command: \`${commandText("bench:orchestration")}\``,
    `- Medians of ${options.rounds} interleaved rounds; ${PACKS_IN_FLIGHT} packs in flight, ${SLOTS} slots a worker`,
    `- A worker that waits uses ${(100 * idle).toFixed(2)} % of a core (over 30 s)`,
    "",
    ...table(
      [
        ...["Temporal's state in", "packSize", "workers", "trials", "of a pack"],
        ...["trials/s (range)", "history events a trial", "peak MB of a worker"],
      ],
      rows.map(({ kind, outcomes }) => {
        const { packSize, workers, trials, packs } = outcomes[0]!;
        const middle = (of: (outcome: Outcome) => number) => median(outcomes.map(of));
        return [
          ...[kind === "dev" ? "dev server's file" : "PostgreSQL", String(packSize)],
          ...[String(workers), String(trials), String(trials / packs)],
          rangeText(outcomes.map(({ seconds }) => trials / seconds)),
          middle(({ events }) => events / trials).toFixed(2),
          middle(({ workerBytes }) => workerBytes / 1e6).toFixed(0),
        ];
      }),
    ),
    ...(peers.length === 0
      ? []
      : table(
          ["peer", "trials", "trials/s (range)"],
          peers.map(({ title, rates }) => [title, options["peer-trials"], rangeText(rates)]),
        )),
  ].join("\n");

const rangeText = (rates: readonly number[]): string => {
  const [least, middle, most] = [Math.min(...rates), median(rates), Math.max(...rates)].map(
    rounded,
  );
  return `**${middle}** (${least}–${most})`;
};

const rounded = (rate: number): string => rate.toFixed(rate < 10 ? 1 : 0);

await main();
