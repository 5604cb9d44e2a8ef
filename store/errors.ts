import type { DatabaseError } from "pg";
import type { SweepId } from "../sweep/index.ts";

/** Nobody answers at the address, or will not let us in. Start the server or mend the address. */
export class UnreachableDatabaseError extends Error {
  override readonly name = "UnreachableDatabaseError";
  /** `postgresql://user@host:port/database`, without the password. */
  readonly address: string;

  constructor(url: string, cause: unknown) {
    const address = withoutPassword(url);
    super(
      `No PostgreSQL database at ${address}: ${reasonOf(cause)}. Start the server, or set DATABASE_URL to one that runs.`,
      { cause },
    );
    this.address = address;
  }
}

/** The database answers, but some of the migrations this version needs were never applied. Apply them. */
export class SchemaMissingError extends Error {
  override readonly name = "SchemaMissingError";
  readonly missing: readonly string[];

  constructor(url: string, missing: readonly string[]) {
    super(
      `The database ${withoutPassword(url)} lacks ${missing.join(", ")}. \`liesweep up\` applies them.`,
    );
    this.missing = missing;
  }
}

/** A migration's file and the database's journal tell different stories. A person must decide which is right. */
export class MigrationConflictError extends Error {
  override readonly name = "MigrationConflictError";
  readonly migration: string;

  constructor(migration: string, why: string) {
    super(`Migration ${migration} ${why}`);
    this.migration = migration;
  }
}

/** A write names something that no row has. The caller forgot to record it, or misspelt it. */
export class UnknownRowError extends Error {
  override readonly name = "UnknownRowError";
  readonly sweep: SweepId;

  constructor(sweep: SweepId, what = "no such sweep was opened") {
    super(`Sweep ${sweep}: ${what}.`);
    this.sweep = sweep;
  }
}

/** What was asked of a sweep does not go with its rows. Whoever asked is told, and nothing was changed. */
export class RefusedChangeError extends Error {
  override readonly name = "RefusedChangeError";
}

/** Whoever logged in may not become the reader. An administrator must grant it, or the address of a reader be given. */
export class ReaderRefusedError extends Error {
  override readonly name = "ReaderRefusedError";

  constructor(url: string, reader: string, cause: unknown) {
    super(
      `At ${withoutPassword(url)} queries cannot be asked as ${reader}: ${reasonOf(cause)}. ` +
        `Have an administrator run \`grant ${reader} to current_user\` for that user, or set ` +
        "LIESWEEP_READER_URL to an address that logs in as the reader.",
      { cause },
    );
  }
}

/** PostgreSQL did not take a statement that a person wrote. They mend it. */
export class QueryError extends Error {
  override readonly name = "QueryError";

  constructor(cause: DatabaseError) {
    const { code, message, position, detail, hint } = cause;
    const where = position === undefined ? "" : `, at character ${position}`;
    const advice = ADVICE[code ?? ""] ?? hint;
    super([`${message}${where}.`, detail, advice].filter(Boolean).join(" "), { cause });
  }
}

/** By PostgreSQL's code, where it can be told better what to do. */
const ADVICE: Readonly<Record<string, string>> = {
  "25006": "Queries are asked in a transaction that may only read.",
  "42501": "Queries are asked as a reader, who may only select.",
  "42601": "Queries are single statements of PostgreSQL; docs/sql.md has some that work.",
};

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return "an address that is no URL";
  const { protocol, username, host, pathname } = new URL(url);
  return `${protocol}//${username === "" ? "" : `${username}@`}${host}${pathname}`;
}

/** An AggregateError of several refused addresses has no message of its own. */
function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join("; ");
  return cause instanceof Error ? cause.message : String(cause);
}
