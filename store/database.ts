import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import type { SweepId } from "../sweep/index.ts";
import { UnknownRowError, UnreachableDatabaseError } from "./errors.ts";
import { PrismaClient } from "./generated/client.ts";
import type { SweepState } from "./sweep-store.ts";

/** One pool of connections, spoken to in two ways: Prisma for entities, SQL where a fence or a lock decides. */
export interface Database {
  readonly pool: pg.Pool;
  readonly prisma: PrismaClient;
}

/** What SQL runs on: the pool, or the one connection of an open transaction. */
export type Session = pg.Pool | pg.PoolClient;

const MAX_CONNECTIONS = 10;

/** Prisma's five seconds are too short for a machine whose cores are all training. */
const PRISMA_PATIENCE_MS = 60_000;

/** A pool whose server has answered once. @throws {UnreachableDatabaseError} */
export async function connectPool(url: string): Promise<pg.Pool> {
  if (!URL.canParse(url)) throw new UnreachableDatabaseError(url, "it must be postgresql://…");
  const pool = new pg.Pool({ connectionString: url, max: MAX_CONNECTIONS });
  // An idle connection that breaks is replaced by the pool; unheard, the event would end the process.
  pool.on("error", () => undefined);
  try {
    await pool.query("select 1");
  } catch (error) {
    await pool.end();
    throw new UnreachableDatabaseError(url, error);
  }
  return pool;
}

/** Borrows the pool: whoever made it ends it. */
export function prismaOn(pool: pg.Pool): PrismaClient {
  return new PrismaClient({
    adapter: new PrismaPg(pool),
    transactionOptions: { maxWait: PRISMA_PATIENCE_MS, timeout: PRISMA_PATIENCE_MS },
  });
}

/** Everything `work` does, or nothing of it. */
export async function transaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    client.release();
    return result;
  } catch (error) {
    // Closing the session rolls back, even when the connection itself is what broke.
    client.release(true);
    throw error;
  }
}

/**
 * Holds a sweep's state still until the transaction ends: against change ("share"), or against everyone
 * else who holds it ("update"). Taken before any trial is locked, so that no two transactions wait for each other.
 *
 * @throws {UnknownRowError} if there is no such sweep.
 */
export async function lockSweep(
  client: pg.PoolClient,
  sweep: SweepId,
  strength: "share" | "update",
): Promise<SweepState> {
  const lock = strength === "share" ? "for share" : "for no key update";
  const { rows } = await client.query<{ state: SweepState }>(
    `select state from sweeps where id = $1 ${lock}`,
    [sweep],
  );
  if (rows[0] === undefined) throw new UnknownRowError(sweep);
  return rows[0].state;
}

/** Final states are final: nothing of the sweep is trained any more. */
export const isFinal = (state: SweepState): boolean => state !== "planned" && state !== "running";

/** PostgreSQL's text of a number array; an array of these is how arrays of several lengths reach `unnest`. */
export const arrayLiteral = (numbers: ArrayLike<number>): string =>
  `{${Array.from(numbers).join(",")}}`;
