import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStore, type SweepStore } from "../../store/index.ts";
import type { Direction, TestedValidity } from "../../sweep/index.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { claimedSweep, direction, found } from "./samples.ts";

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

/** Of every trial with a direction, counted from the rows themselves. */
const COUNTED = `
  select d.trial_id, min(d.score) filter (where d.score <> 'NaN') as best_score,
         (select max(cross_entropy) from validity_tests q
          where q.sweep_id = d.sweep_id and sees = 'sample' and cardinality(directions) = 1 and cross_entropy <> 'NaN'
            and directions[1] in (select number from directions o where o.trial_id = d.trial_id)) as best_cross_entropy,
         count(*) filter (where d.standing = 'accepted')::int as accepted_directions,
         (select count(cross_entropy)::int from validity_tests q
          where q.sweep_id = d.sweep_id and sees = 'sample' and cardinality(directions) = 1
            and directions[1] in (select number from directions o where o.trial_id = d.trial_id)) as tests
  from directions d where d.trial_id is not null
  group by d.sweep_id, d.trial_id order by d.trial_id`;

async function expectStandings(): Promise<readonly object[]> {
  const kept = await pool.query<object>("select * from trial_standings order by trial_id");
  expect(kept.rows).toEqual((await pool.query(COUNTED)).rows);
  return kept.rows;
}

it("standings of trials are what directions, tests and the verdict say, also where answers arrive at once", async () => {
  const { sweep } = await claimedSweep(store);
  await store.addDirections(
    sweep,
    Array.from({ length: 40 }, (_, number): Direction => direction(number, number % 4)),
  );
  expect(await expectStandings()).toHaveLength(4);
  const answers = Array.from(
    { length: 60 },
    (_, number): TestedValidity => ({
      number,
      directions: number % 7 === 0 ? [number % 40, 1] : [(number * 13) % 40],
      displacement: 0.2,
      sees: number % 5 === 0 ? "input" : "sample",
      crossEntropy: number % 11 === 0 ? Number.NaN : Math.sin(number) ** 2,
    }),
  );
  await store.addTests(sweep, answers.slice(0, 30));
  await expectStandings();
  await Promise.all(answers.map((answer) => store.saveTestResults(sweep, [answer])));
  const standings = await expectStandings();
  expect(standings).not.toContainEqual(expect.objectContaining({ best_cross_entropy: null }));
  await store.saveVerdict(sweep, found);
  expect(await expectStandings()).toContainEqual(
    expect.objectContaining({ accepted_directions: 1, best_score: 0.02 }),
  );
  await store.saveVerdict(sweep, {
    ...found,
    directions: [{ direction: 2, standing: "accepted", score: 0.01, reason: "v = 0.01." }],
  });
  expect((await expectStandings())[0]).toMatchObject({ accepted_directions: 0, best_score: null });
});
