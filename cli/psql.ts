import { spawn } from "node:child_process";
import { once } from "node:events";
import type { SweepId } from "../sweep/index.ts";
import { fault } from "./command-error.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { say, type Terminal } from "./terminal.ts";

/**
 * psql on this terminal, as the reader, until it is left. Its variable `sweep` holds the name.
 *
 * @throws CommandError where there is no psql
 */
export async function openPsql(url: string, sweep: SweepId, terminal: Terminal): Promise<ExitCode> {
  const { READER } = await import("../store/index.ts");
  const { address, password } = withoutPassword(url);
  say(terminal, `:'sweep' is '${sweep}'; \\dv lists views, docs/sql.md explains them, \\q leaves`);
  const child = spawn("psql", ["--no-psqlrc", "--set", `sweep=${sweep}`, address], {
    stdio: "inherit",
    env: {
      ...terminal.env,
      // not among the words, which every user of the machine can see
      ...(password === "" ? {} : { PGPASSWORD: password }),
      PGOPTIONS: `-c role=${READER} -c default_transaction_read_only=on -c TimeZone=UTC`,
    },
  });
  // Ctrl-C reaches psql too, and ends a query there, not us.
  const ignore = () => undefined;
  process.on("SIGINT", ignore);
  try {
    const [code] = (await once(child, "close")) as [number | null];
    return code === 0 ? EXIT.ok : EXIT.fault;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw fault(
      "psql is not installed (it is in the package postgresql-client or libpq). " +
        `Without it: \`liesweep sql ${sweep} "select …"\`, or the query on stdin.`,
      error,
    );
  } finally {
    process.off("SIGINT", ignore);
  }
}

function withoutPassword(url: string): { readonly address: string; readonly password: string } {
  const address = new URL(url);
  const password = decodeURIComponent(address.password);
  address.password = "";
  return { address: address.href, password };
}
