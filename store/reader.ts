import pg from "pg";
import type { SweepId } from "../sweep/index.ts";
import { connectPool, transaction } from "./database.ts";
import { QueryError, ReaderRefusedError, SchemaMissingError } from "./errors.ts";
import { PRISMA_LOCK, pendingMigrations } from "./migrate.ts";
import { withSweep } from "./sweep-variable.ts";

/** Who readers and dashboards are: may select and nothing else. The migrations make the role, without a password. */
export const READER = "liesweep_reader";

/** What a statement gave. */
export interface Answer {
  readonly columns: readonly AnswerColumn[];
  /** Cells as PostgreSQL writes them; null for null. */
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface AnswerColumn {
  readonly name: string;
  readonly isNumber: boolean;
  /** A cell's text as a value: number, boolean, date, array, text. */
  parse(text: string): unknown;
}

/** Someone who reads the database as {@link READER}. */
export interface Reader {
  /**
   * The answer to one statement, in a transaction that may only read. Times are in UTC.
   *
   * @param sweep - what `:'sweep'` and `:sweep` stand for
   * @throws {QueryError} with what PostgreSQL says, where it does not take the statement
   */
  ask(statement: string, sweep: SweepId): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * A reader of the database at `url`; the caller closes it. Logs in as whomever `url` names, who must
 * be the reader or may become it.
 *
 * @throws {UnreachableDatabaseError} if nobody answers, or will not let us in.
 * @throws {SchemaMissingError} if the database lacks migrations of this version.
 * @throws {ReaderRefusedError} if the one who logged in may not become the reader.
 */
export async function openReader(url: string): Promise<Reader> {
  const pool = await connectPool(url);
  try {
    const missing = await pendingMigrations(pool);
    if (missing.length > 0) throw new SchemaMissingError(url, missing);
    const client = await pool.connect();
    await client.query(`set role ${READER}; set time zone 'UTC'`).catch((error: unknown) => {
      client.release(true);
      throw new ReaderRefusedError(url, READER, error);
    });
    return {
      ask: (statement, sweep) => ask(client, statement, sweep),
      async close() {
        client.release(true);
        await pool.end();
      },
    };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** Lets the reader log in to the server at `url` with this password. */
export async function admitReader(url: string, password: string): Promise<void> {
  const pool = await connectPool(url);
  try {
    await transaction(pool, async (client) => {
      // Two who alter a role at once would meet in "tuple concurrently updated".
      await client.query("select pg_advisory_xact_lock($1)", [PRISMA_LOCK]);
      await client.query(`alter role ${READER} login password ${pg.escapeLiteral(password)}`);
    });
  } finally {
    await pool.end();
  }
}

async function ask(client: pg.PoolClient, statement: string, sweep: SweepId): Promise<Answer> {
  const { text, isNamed } = withSweep(statement);
  try {
    await client.query("begin read only");
    const { fields, rows } = await client.query<(string | null)[]>({
      text,
      values: isNamed ? [sweep] : [],
      rowMode: "array",
      types: { getTypeParser: () => (cell: string) => cell },
      ...ONE_STATEMENT,
    });
    return { columns: fields.map(columnOf), rows };
  } catch (error) {
    if (error instanceof pg.DatabaseError) throw new QueryError(error);
    throw error;
  } finally {
    await client.query("rollback");
  }
}

/** The protocol that takes no second statement, which could end the transaction and write. Its types do not know it. */
const ONE_STATEMENT = { queryMode: "extended" };

function columnOf({ name, dataTypeID }: pg.FieldDef): AnswerColumn {
  const isNumber = NUMBERS.has(dataTypeID);
  return { name, isNumber, parse: isNumber ? Number : pg.types.getTypeParser(dataTypeID) };
}

const { INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC } = pg.types.builtins;
const NUMBERS = new Set<number>([INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC]);
