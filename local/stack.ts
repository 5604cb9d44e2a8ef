import { ensureFolder, stateHome } from "./home.ts";
import { answers } from "./ports.ts";
import { postgresUrl, startPostgres, stopPostgres } from "./postgres.ts";
import { readerPassword, readerUrl } from "./reader.ts";
import { setUp } from "./setup.ts";
import { type Environment, type Say, StackError } from "./stack-error.ts";
import { runningTemporal, startTemporal, stopTemporal, type Temporal } from "./temporal.ts";
import { stopWorker, workerLog, workerPid } from "./worker.ts";

/** What a command needs to know of the running servers. */
export interface Stack {
  readonly home: string;
  readonly databaseUrl: string;
  /** For readers and dashboards; unknown where the environment names a database and no reader. */
  readonly readerUrl: string | undefined;
  readonly temporalAddress: string;
  readonly temporalUiUrl: string | undefined;
  readonly workerLog: string;
}

/** The same where some may not run: those are undefined. */
export interface Addresses {
  readonly home: string;
  readonly databaseUrl: string | undefined;
  readonly readerUrl: string | undefined;
  readonly temporalAddress: string | undefined;
  readonly temporalUiUrl: string | undefined;
  readonly workerPid: number | undefined;
  readonly workerLog: string;
}

/** Brings up, or joins, everything a sweep needs except the worker. Repeating it changes nothing. */
export async function up(say: Say, env: Environment = process.env): Promise<Stack> {
  const home = stateHome(env);
  await prepare(home);
  await setUp(say, env);

  const postgres = await startPostgres(home, { env, say });
  if (postgres.origin === "started") say(`PostgreSQL started, data in ${home}/postgres`);
  // Not at the top: the store needs the generated client, which setUp has just written.
  const { admitReader, migrateDatabase } = await import("../store/index.ts");
  for (const migration of await migrateDatabase(postgres.url))
    say(`applied migration ${migration}`);
  // Ours alone: in a server of the user's, who may log in is theirs to say.
  if (postgres.origin !== "environment")
    await admitReader(postgres.url, await readerPassword(home, say));

  const temporal = await startTemporal(home, { env, say });
  if (temporal.origin === "environment") await refuseSilent(temporal);
  if (temporal.origin === "started") say(`Temporal started on ${temporal.address}`);
  return {
    home,
    databaseUrl: postgres.url,
    readerUrl: await readerUrl(home, env),
    temporalAddress: temporal.address,
    temporalUiUrl: temporal.uiUrl,
    workerLog: workerLog(home),
  };
}

/** Ends what runs in this home: the worker first, so that it can still report. */
export async function down(say: Say, env: Environment = process.env): Promise<void> {
  const home = stateHome(env);
  if ((await workerPid(home)) !== undefined) say("waiting for the worker to finish its step");
  if (await stopWorker(home)) say("worker stopped");
  if (await stopTemporal(home)) say("Temporal stopped");
  if (await stopPostgres(home, say)) say("PostgreSQL stopped");
}

/** Where the servers are, by the environment first and the files in home second; starts nothing. */
export async function addresses(env: Environment = process.env): Promise<Addresses> {
  const home = stateHome(env);
  const [url, reader, temporal, pid] = await Promise.all([
    env["DATABASE_URL"] || postgresUrl(home),
    readerUrl(home, env),
    env["TEMPORAL_ADDRESS"]
      ? { address: env["TEMPORAL_ADDRESS"], uiUrl: undefined }
      : runningTemporal(home),
    workerPid(home),
  ]);
  return {
    home,
    databaseUrl: url,
    readerUrl: reader,
    temporalAddress: temporal?.address,
    temporalUiUrl: temporal?.uiUrl,
    workerPid: pid,
    workerLog: workerLog(home),
  };
}

async function prepare(home: string): Promise<void> {
  try {
    await ensureFolder(home);
  } catch (error) {
    throw new StackError(
      `The folder ${home}, where liesweep keeps its databases and logs, cannot be made ` +
        `(${(error as Error).message}). Set LIESWEEP_HOME to a folder you may write to.`,
    );
  }
}

async function refuseSilent({ address }: Temporal): Promise<void> {
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  if (host !== undefined && port !== undefined && (await answers(Number(port), host, 5000))) return;
  throw new StackError(
    `TEMPORAL_ADDRESS=${address} does not answer. Give it as host:port of a running Temporal server, ` +
      `or unset it and liesweep starts one on this machine.`,
  );
}
