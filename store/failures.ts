import type { FailureClass, FailureCount, SweepId } from "../sweep/index.ts";
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

/** How often attempts at one of these trials ended so: at the one where they did most often. */
export async function countFailures(
  session: Session,
  sweep: SweepId,
  numbers: readonly number[],
  failureClass: FailureClass,
): Promise<number> {
  const { rows } = await session.query<{ count: number }>(COUNT, [sweep, numbers, failureClass]);
  return rows[0]?.count ?? 0;
}

const COUNT = `
  select count(*)::int as count
  from attempts a
  join trials t on t.id = a.trial_id
  where t.sweep_id = $1 and t.number = any($2::int[]) and a.failure_class = $3::failure_class
  group by t.id
  order by count desc limit 1`;
