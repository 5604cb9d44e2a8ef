import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { runningTemporal } from "../local/temporal.ts";
import { writeDocument } from "./document.ts";
import { commandText, machineText, table } from "./machine.ts";
import { slotIdle } from "./slot-idle.ts";
import { readSlots } from "./slot-work.ts";

/**
 * `npm run bench:main-job`: where the time of the two-body sweep of `npm start` goes, phase by phase, from the
 * moments in its rows. Needs the ports of Temporal; `LIESWEEP_TEMPORAL_PORT` and `LIESWEEP_TEMPORAL_UI_PORT` name others.
 */
const { values: options } = parseArgs({
  options: { write: { type: "boolean", default: false } },
});

const CLI = fileURLToPath(new URL("../cli/liesweep.mjs", import.meta.url));
const EXAMPLE = fileURLToPath(new URL("../examples/two-body.yaml", import.meta.url));

/** One phase of a sweep: what ran between the end of the one before and its own. */
interface Phase {
  readonly phase: string;
  readonly count: number;
  readonly seconds: number;
}

/** Each phase ends with the last of its rows; they follow one another. */
const PHASES = `
with asked as (
  select test.tested_at as ended, case
    when direction.origin in ('zero', 'random') then 'tests: controls'
    when test.closely then 'tests: a close look at what seems exact'
    when direction.origin = 'trial' and cardinality(test.directions) = 1 and test.sees = 'sample' then 'tests: learned directions'
    else 'tests: residuals, brackets, algebras, ranges' end as phase
  from validity_tests test
  join directions direction on direction.sweep_id = test.sweep_id and direction.number = test.directions[1]
  where test.sweep_id = :'sweep'
), ends as (
  select 'start and calibration of the worker' as phase, 1 as count, min(started_at) as ended from trials where sweep_id = :'sweep'
  union all select 'training', count(*), max(finished_at) from trials where sweep_id = :'sweep'
  union all select phase, count(*), max(ended) from asked group by phase
  union all select 'verdict', 1, finished_at from sweeps where id = :'sweep'
)
select phase, count::int,
  extract(epoch from ended - coalesce(lag(ended) over (order by ended),
    (select created_at from sweeps where id = :'sweep')))::float8 as seconds
from ends order by ended`;

async function main(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), "liesweep-main-job-"));
  await chmod(home, 0o755); // a root's PostgreSQL runs as another user
  const liesweep = async (...words: readonly string[]) =>
    promisify(execFile)(process.execPath, [CLI, ...words], {
      env: { ...process.env, LIESWEEP_HOME: home },
      maxBuffer: 2 ** 26,
    });
  try {
    await liesweep("run", EXAMPLE);
    const temporal = await runningTemporal(home);
    const slots = availableParallelism();
    const { ended, work } = await readSlots(temporal?.address ?? "", "two-body");
    const idle = slotIdle(work, slots, Math.min(...work.map((each) => each.scheduled)), ended);
    const { stdout } = await liesweep("sql", "two-body", "--format", "json", PHASES);
    const phases = JSON.parse(stdout) as readonly Phase[];
    const whole = phases.reduce((sum, { seconds }) => sum + seconds, 0);
    const text = [
      `- Machine: ${machineText()}`,
      `- Date: ${new Date().toISOString().slice(0, 10)}; command: \`${commandText("bench:main-job", [])}\``,
      `- From its first pack to its verdict, ${(100 * idle).toFixed(1)} % of the time of ${slots} slots went to orchestration: work waited for a ` +
        "slot that was free, or there was none because the next was being decided",
      "",
      ...table(
        ["phase", "trials or tests", "s", "share"],
        [
          ...phases.map(({ phase, count, seconds }) => [
            phase,
            count === 1 ? "" : `${count}`,
            seconds.toFixed(1),
            `${((100 * seconds) / whole).toFixed(0)} %`,
          ]),
          ["all", "", whole.toFixed(1), ""],
        ],
      ),
    ]
      .join("\n")
      .trimEnd();
    console.log(text);
    if (options.write) await writeDocument("main-job", text);
  } finally {
    await liesweep("down").catch(() => undefined);
    await rm(home, { recursive: true, force: true });
  }
}

await main();
