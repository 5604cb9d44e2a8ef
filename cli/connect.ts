import { type Addresses, addresses } from "../local/index.ts";
import type { Reader, SweepStore } from "../store/index.ts";
import { fault } from "./command-error.ts";
import type { SweepServer } from "./temporal.ts";
import type { Terminal } from "./terminal.ts";

/** Both servers of a sweep, known to answer. */
export interface Connected {
  readonly at: Addresses;
  readonly store: SweepStore;
  readonly server: SweepServer;
}

/** Runs `work` on the store of the environment, or of the local stack, and lets go of it whatever happens. */
export async function withStore<T>(
  { env }: Terminal,
  work: (store: SweepStore, at: Addresses) => Promise<T>,
): Promise<T> {
  const at = await addresses(env);
  const store = await connectStore(at);
  try {
    return await work(store, at);
  } finally {
    await store.close();
  }
}

/** The same with Temporal: `work` begins only when both answer, so that nothing is half made. */
export async function withServers<T>(
  terminal: Terminal,
  work: (connected: Connected) => Promise<T>,
): Promise<T> {
  return withStore(terminal, async (store, at) => {
    const server = await connectServer(at);
    try {
      return await work({ at, store, server });
    } finally {
      await server.close();
    }
  });
}

/** The caller closes it. */
export async function connectStore(at: Addresses): Promise<SweepStore> {
  const { openStore } = await import("../store/index.ts");
  return openDatabase(at, at.databaseUrl, openStore);
}

/** One who may only read, and the address to log in at. The caller closes it. */
export async function connectReader(
  at: Addresses,
): Promise<{ readonly url: string; readonly reader: Reader }> {
  const { openReader } = await import("../store/index.ts");
  return openDatabase(at, at.readerUrl ?? at.databaseUrl, async (url) => ({
    url,
    reader: await openReader(url),
  }));
}

async function openDatabase<T>(
  { home }: Addresses,
  url: string | undefined,
  open: (url: string) => Promise<T>,
): Promise<T> {
  if (url === undefined)
    throw fault(
      `No PostgreSQL runs in ${home}. Start the local stack with \`liesweep up\`, or set DATABASE_URL.`,
    );
  const { SchemaMissingError } = await import("../store/index.ts");
  try {
    return await open(url);
  } catch (error) {
    if (error instanceof SchemaMissingError)
      throw fault(
        `The database lacks the tables of this version (${error.missing.join(", ")}). ` +
          "`liesweep up` makes them, also in a database that DATABASE_URL names.",
        error,
      );
    throw error;
  }
}

/** The caller closes it. */
export async function connectServer({ temporalAddress, home }: Addresses): Promise<SweepServer> {
  if (temporalAddress === undefined)
    throw fault(
      `No Temporal server runs in ${home}. Start the local stack with \`liesweep up\`, or set TEMPORAL_ADDRESS.`,
    );
  const { SweepServer } = await import("./temporal.ts");
  return SweepServer.connect(temporalAddress);
}
