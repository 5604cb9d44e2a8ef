/** Codes of Node, of Prisma and classes of PostgreSQL that say: nobody there, ask again later. */
const CODES =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|P10(01|02|08|17)|P20(24|37)|08...|57P0.|53300)$/;

/** `pg` has no code for a connection that ended while it waited. */
const MESSAGES = /connection terminated|connection error|connection ended|timeout exceeded/i;

/** Whether a store failed because its database is away, which passes, and not because of what was asked. */
export function isOutage(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { name, message, code, originalCode, cause, meta } = error as Told;
  if (name === "UnreachableDatabaseError") return true;
  if ([code, originalCode].some((each) => each !== undefined && CODES.test(each))) return true;
  if (message !== undefined && MESSAGES.test(message)) return true;
  return isOutage(cause) || isOutage(meta?.driverAdapterError);
}

/** What an error says of itself; Prisma's carry those of its adapter. */
interface Told {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly originalCode?: string;
  readonly cause?: unknown;
  readonly meta?: { readonly driverAdapterError?: unknown };
}
