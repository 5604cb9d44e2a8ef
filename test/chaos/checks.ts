import { isDeepStrictEqual } from "node:util";
import type { Stack } from "./stack.ts";

/** What a sweep leaves behind that faults must not show in. */
interface Results {
  readonly trials: readonly object[];
  readonly epochs: readonly object[];
  readonly generators: readonly object[];
  readonly tests: readonly object[];
  readonly verdicts: readonly object[];
  readonly bases: readonly object[];
}

const RESULTS: Readonly<Record<keyof Results, string>> = {
  trials: "select number, state, last_epoch from trials where sweep_id = $1 order by number",
  epochs: `select t.number, e.epoch, e.generator_loss, e.discriminator_loss, e.identity_penalty, e.overlap_penalty,
                  e.largest_extent
           from epochs e join trials t on t.id = e.trial_id where t.sweep_id = $1 order by 1, 2`,
  generators: `select t.number, g.ordinal, g.epoch, g.entries
               from generators g join trials t on t.id = g.trial_id where t.sweep_id = $1 order by 1, 2`,
  tests:
    "select number, directions, cross_entropy from validity_tests where sweep_id = $1 order by 1",
  verdicts: "select number, status, name, score from verdicts where sweep_id = $1 order by 1",
  bases: `select v.number, g.ordinal, g.entries
          from verdict_generators g join verdicts v on v.id = g.verdict_id where v.sweep_id = $1 order by 1, 2`,
};

/** What is wrong with the rows of a sweep that has ended, in words; nothing where all is well. */
export async function faultsIn(
  stack: Stack,
  sweep: string,
  undisturbed: string,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const [name, sql] of Object.entries(RESULTS)) {
    const [seen, expected] = await Promise.all([
      stack.ask(sql, [sweep]),
      stack.ask(sql, [undisturbed]),
    ]);
    if (expected.length === 0 && name !== "bases")
      wrong.push(`the undisturbed sweep has no ${name}`);
    else if (seen.length !== expected.length)
      wrong.push(`${name}: ${seen.length} rows in place of ${expected.length}`);
    else {
      const at = seen.findIndex((row, i) => !isDeepStrictEqual(row, expected[i]));
      if (at >= 0)
        wrong.push(
          `${name}: ${JSON.stringify(seen[at])} in place of ${JSON.stringify(expected[at])}`,
        );
    }
  }
  for (const [law, sql] of Object.entries(LAWS)) {
    const broken = await stack.ask(sql, [sweep]);
    if (broken.length > 0) wrong.push(`${law}: not so for ${JSON.stringify(broken[0])}`);
  }
  return wrong;
}

/** Each query finds what breaks the law it is named after. */
const LAWS: Readonly<Record<string, string>> = {
  "no row says running": `
    select 'sweep' as what from sweeps where id = $1 and state <> 'complete'
    union all select 'trial' from trials where sweep_id = $1 and state in ('queued', 'running')
    union all select 'attempt' from attempts a join trials t on t.id = a.trial_id
              where t.sweep_id = $1 and a.state = 'running'`,
  "curves have no gap": `
    select t.number from trials t left join epochs e on e.trial_id = t.id where t.sweep_id = $1
    group by t.id having count(e.*) <> t.last_epoch or min(e.epoch) <> 1 or max(e.epoch) <> t.last_epoch`,
  "attempts are numbered from 1, and the last one alone is complete": `
    select t.number from trials t join attempts a on a.trial_id = t.id where t.sweep_id = $1
    group by t.id having count(*) <> t.attempt or max(a.attempt) <> t.attempt
      or count(*) filter (where a.state = 'complete') <> 1
      or bool_or(a.state = 'complete' and a.attempt <> t.attempt)`,
  "no epoch is of an attempt later than the one that ended its trial": `
    select t.number from trials t join epochs e on e.trial_id = t.id where t.sweep_id = $1 and e.attempt > t.attempt`,
};

/** Trials that were trained by more than one attempt, each from where the one before had been kept. */
export async function resumed(stack: Stack, sweep: string): Promise<number> {
  const rows = await stack.ask<{ trials: number }>(
    `select count(*)::int as trials from (
       select from epochs e join trials t on t.id = e.trial_id where t.sweep_id = $1
       group by t.id having count(distinct e.attempt) > 1) several`,
    [sweep],
  );
  return rows[0]?.trials ?? 0;
}

/** Attempts at trials, in all. */
export async function attempts(stack: Stack, sweep: string): Promise<number> {
  const rows = await stack.ask<{ attempts: number }>(
    "select count(*)::int as attempts from attempts a join trials t on t.id = a.trial_id where t.sweep_id = $1",
    [sweep],
  );
  return rows[0]?.attempts ?? 0;
}
