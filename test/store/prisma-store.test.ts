import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endTrials } from "../../store/endings.ts";
import { openStore, type SweepStore } from "../../store/index.ts";
import { saveReports } from "../../store/reports.ts";
import type { SweepId } from "../../sweep/index.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { storeContract } from "./contract.ts";
import { claimedSweep, generators, report, worker } from "./samples.ts";

/** Every row of a sweep in every table, dates included. */
const ROWS = `
  with mine as (select * from trials where sweep_id = $1)
  select 'sweeps' as name, to_jsonb(s)::text as row from sweeps s where id = $1
  union all select 'trials', to_jsonb(t)::text from mine t
  union all select 'attempts', to_jsonb(a)::text from attempts a join mine on mine.id = a.trial_id
  union all select 'epochs', to_jsonb(e)::text from epochs e join mine on mine.id = e.trial_id
  union all select 'generators', to_jsonb(g)::text from generators g join mine on mine.id = g.trial_id
  union all select 'directions', to_jsonb(d)::text from directions d where sweep_id = $1
  union all select 'tests', to_jsonb(t)::text from validity_tests t where sweep_id = $1
  union all select 'verdicts', to_jsonb(v)::text from verdicts v where sweep_id = $1
  union all select 'bases', to_jsonb(g)::text
    from verdict_generators g join verdicts v on v.id = g.verdict_id where v.sweep_id = $1
  order by name, row`;

storeContract("PrismaStore", async () => {
  const database = await freshDatabase();
  const store = await openStore(database.url);
  const pool = new pg.Pool({ connectionString: database.url });
  return {
    store,
    rows: async (sweep: SweepId) => (await pool.query<object>(ROWS, [sweep])).rows,
    close: async () => {
      await Promise.all([store.close(), pool.end()]);
      await database.drop();
    },
  };
});

describe("PrismaStore on PostgreSQL", () => {
  let database: TestDatabase;
  let store: SweepStore;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await freshDatabase();
    store = await openStore(database.url);
    pool = new pg.Pool({ connectionString: database.url });
  });
  afterAll(async () => {
    await Promise.all([store.close(), pool.end()]);
    await database.drop();
  });

  it("makes a claim wait for a batch that is not committed, and removes it", async () => {
    const { sweep, claim } = await claimedSweep(store);
    const writer = await pool.connect();
    await writer.query("begin");
    expect(await saveReports(writer, claim, [report(0, 1)])).toEqual([]);
    let claimed = false;
    const next = store.claimTrials(sweep, [0], worker).then((taken) => {
      claimed = true;
      return taken;
    });
    await sleep(200);
    expect(claimed).toBe(false);
    await writer.query("commit");
    writer.release();
    expect((await next).trials[0]?.attempt).toBe(2);
    expect((await store.readTrials(sweep))[0]?.lastReport).toBeUndefined();
    const { rows } = await pool.query("select from epochs where trial_id = $1", [
      claim.trials[0]?.id,
    ]);
    expect(rows).toHaveLength(0);
  });

  it("makes a batch wait for a claim that is not committed, and refuses it", async () => {
    const { sweep, claim } = await claimedSweep(store);
    const claimer = await pool.connect();
    await claimer.query("begin");
    await claimer.query("update trials set attempt = attempt + 1 where sweep_id = $1", [sweep]);
    const refused = store.saveReports(claim, [report(0, 1)]);
    await sleep(100);
    await claimer.query("commit");
    claimer.release();
    expect(await refused).toEqual([0]);
  });

  it.each([
    ["claim", (sweep: SweepId) => store.claimTrials(sweep, [0], worker)],
    ["final state", (sweep: SweepId) => store.setSweepState(sweep, "cancelled")],
  ])("makes a %s wait for an ending that is not committed, and lets it stand", async (_, act) => {
    const { sweep, claim } = await claimedSweep(store);
    const ender = await pool.connect();
    await ender.query("begin");
    await endTrials(ender, claim, [{ trial: 0, ending: "converged", epoch: 3 }]);
    const acted = act(sweep);
    await sleep(100);
    await ender.query("commit");
    ender.release();
    await acted;
    expect((await store.readTrials(sweep))[0]).toMatchObject({ state: "converged", attempt: 1 });
  });

  it("marks how each attempt ended", async () => {
    const { sweep, claim } = await claimedSweep(store);
    const second = await store.claimTrials(sweep, [0, 1], worker);
    await store.endTrials(second, [{ trial: 0, ending: "converged", epoch: 3 }]);
    await store.releaseTrials(second, {
      ...{ kind: "queued", failureClass: "memory", error: "Full", message: "bye" },
    });
    await store.releaseTrials({ sweep, trials: claim.trials.slice(2, 3) }, { kind: "cancelled" });
    await store.setSweepState(sweep, "failed");
    const { rows } = await pool.query(
      `select t.number, a.attempt, a.state, a.failure_class, a.failure_error, a.finished_at is not null as dated
       from attempts a join trials t on t.id = a.trial_id where t.sweep_id = $1
       order by t.number, a.attempt`,
      [sweep],
    );
    expect(rows.map((row: object) => Object.values(row))).toEqual([
      [0, 1, "replaced", null, null, true],
      [0, 2, "complete", null, null, true],
      [1, 1, "replaced", null, null, true],
      [1, 2, "failed", "memory", "Full", true],
      [2, 1, "cancelled", null, null, true],
      [3, 1, "failed", "abandoned", "SweepEnded", true],
    ]);
  });

  it("refuses a matrix that is not square", async () => {
    const { claim } = await claimedSweep(store);
    const crooked = { ...generators(0, 1), dimension: 3 };
    await expect(store.saveGenerators(claim, [crooked])).rejects.toThrow("generators_square");
  });

  it("survives batches, claims and a cancellation that cross", async () => {
    const { sweep, claim } = await claimedSweep(store);
    const epochs = Array.from({ length: 20 }, (_, i) => i + 1);
    await Promise.all([
      ...epochs.map((epoch) =>
        store.saveReports(
          claim,
          [3, 1, 0, 2].map((trial) => report(trial, epoch)),
        ),
      ),
      ...epochs.map((epoch) => store.claimTrials(sweep, epoch % 2 ? [0, 1, 2] : [3, 2, 1], worker)),
      sleep(5).then(() => store.setSweepState(sweep, "cancelled")),
    ]);
    const { trials } = await store.readProgress(sweep);
    expect(trials.cancelled).toBe(4);
    const { rows } = await pool.query(
      `select from attempts a join trials t on t.id = a.trial_id
       where t.sweep_id = $1 and a.state = 'running'`,
      [sweep],
    );
    expect(rows).toHaveLength(0);
  });
});
