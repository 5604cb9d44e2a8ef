import type { FailureCount, SweepId } from "../sweep/index.ts";
import type { Session } from "./database.ts";

/** What ended attempts of a sweep, the class that cost the most trials first. */
export async function readFailures(
  session: Session,
  sweep: SweepId,
): Promise<readonly FailureCount[]> {
  const { rows } = await session.query<FailureCount>(READ, [sweep]);
  return rows;
}

const READ = `
  select failure_class as "failureClass", trials, attempts, latest_message as message
  from failures where sweep_id = $1
  order by trials desc, attempts desc, failure_class`;
