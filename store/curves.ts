import type { SweepId } from "../sweep/index.ts";
import type { Session } from "./database.ts";
import type { Band, CurveBand, EngineShare } from "./sweep-store.ts";

/** Bands are taken in the database: a sweep of 10,000 trials has half a million epochs. */
export async function readCurves(session: Session, sweep: SweepId): Promise<readonly CurveBand[]> {
  const { rows } = await session.query<CurveRow>(CURVES, [sweep]);
  return rows.map(({ discriminatorLoss, largestExtent, ...row }) => ({
    ...row,
    discriminatorLoss: bandOf(discriminatorLoss),
    largestExtent: bandOf(largestExtent),
  }));
}

interface CurveRow extends Omit<CurveBand, "discriminatorLoss" | "largestExtent"> {
  readonly discriminatorLoss: readonly number[] | null;
  readonly largestExtent: readonly number[] | null;
}

function bandOf(percentiles: readonly number[] | null): Band | undefined {
  const [low, middle, high] = percentiles ?? [];
  return low === undefined || middle === undefined || high === undefined
    ? undefined
    : { low, middle, high };
}

/** PostgreSQL sorts NaN after infinity, so one bound leaves both out. */
const CURVES = `
  select t.group_dimension as "groupDimension", t.basis_count as "basisCount", e.epoch,
         count(*)::int as trials,
         percentile_cont(array[0.1, 0.5, 0.9]) within group (order by e.discriminator_loss)
           filter (where e.discriminator_loss < 'infinity') as "discriminatorLoss",
         percentile_cont(array[0.1, 0.5, 0.9]) within group (order by e.largest_extent)
           filter (where e.largest_extent < 'infinity') as "largestExtent"
  from epochs e join trials t on t.id = e.trial_id
  where t.sweep_id = $1
  group by t.group_dimension, t.basis_count, e.epoch
  order by t.group_dimension, t.basis_count, e.epoch`;

export async function readEngines(
  session: Session,
  sweep: SweepId,
): Promise<readonly EngineShare[]> {
  const { rows } = await session.query<EngineShare>(ENGINES, [sweep]);
  return rows;
}

const ENGINES = `
  select a.engine, a.backend, a.versions,
         count(distinct a.worker)::int as workers, count(distinct a.trial_id)::int as trials
  from attempts a join trials t on t.id = a.trial_id and t.attempt = a.attempt
  where t.sweep_id = $1
  group by a.engine, a.backend, a.versions
  order by trials desc, a.engine, a.backend, a.versions`;
