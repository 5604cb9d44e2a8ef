/** Codes of Node and classes of PostgreSQL that say: nobody there, ask again later. */
const CODES =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08...|57P0.|53300)$/;

/** `pg` has no code for a connection that ended while it waited. */
const MESSAGES = /connection terminated|connection error|connection ended|timeout exceeded/i;

/** Whether a store failed because its database is away, which passes, and not because of what was asked. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === "UnreachableDatabaseError") return true;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && CODES.test(code)) return true;
  return MESSAGES.test(error.message) || isOutage(error.cause);
}
