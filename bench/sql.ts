import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { startPostgres, stopPostgres } from "../local/postgres.ts";
import { migrateDatabase } from "../store/index.ts";
import { writeDocument } from "./document.ts";
import { askedWords, commandText, machineText, table } from "./machine.ts";
import { median } from "./measurements.ts";
import { count } from "./options.ts";
import { type Size, seed } from "./sql/seed.ts";

/** How long the views take on 10,000 trials × 50 epochs, in a database of their own. */
const HELP = `npm run bench:sql -- [options]

  --sweeps 1        that share the trials
  --trials 10000    in all
  --epochs 50
  --rounds 21
  --write           put the table into docs/benchmarks.md
`;

const { values: options } = parseArgs({
  options: {
    sweeps: { type: "string", default: "1" },
    trials: { type: "string", default: "10000" },
    epochs: { type: "string", default: "50" },
    rounds: { type: "string", default: "21" },
    write: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

interface Question {
  readonly title: string;
  readonly query: string;
  /** Milliseconds. */
  readonly aim: number;
}

const QUESTIONS: readonly Question[] = [
  {
    title: "leaderboard, the first 20",
    query: "select * from leaderboard where sweep_id = 's1' order by place limit 20",
    aim: 20,
  },
  {
    title: "curve of one trial",
    query: `select epoch, value from learning_curves
            where sweep_id = 's1' and trial_number = 77 and metric = 'discriminator_loss' order by epoch`,
    aim: 20,
  },
  {
    title: "by_configuration",
    query: "select * from by_configuration where sweep_id = 's1' order by configuration",
    aim: 20,
  },
  {
    title: "agreement",
    query: "select * from agreement where sweep_id = 's1' order by trial_number",
    aim: 200,
  },
];

interface Measured {
  readonly question: Question;
  readonly rows: number;
  /** From the query sent to the last row read. */
  readonly milliseconds: readonly number[];
  /** That the server's process computed, whatever else the machine did; NaN where only Linux tells. */
  readonly processor: readonly number[];
}

/** Interleaved rounds; the first is not counted. */
async function measure(pool: pg.Pool, rounds: number): Promise<readonly Measured[]> {
  const { rows: backend } = await pool.query<{ pid: number }>("select pg_backend_pid() as pid");
  const used = () => processorMs(backend[0]?.pid ?? 0);
  const measured = QUESTIONS.map((question) => ({
    ...{ question, rows: 0 },
    ...{ milliseconds: [] as number[], processor: [] as number[] },
  }));
  for (let round = 0; round <= rounds; round++)
    for (const each of measured) {
      const before = await used();
      const started = performance.now();
      const { rows } = await pool.query(each.question.query);
      const elapsed = performance.now() - started;
      each.rows = rows.length;
      if (round === 0) continue;
      each.milliseconds.push(elapsed);
      each.processor.push((await used()) - before);
    }
  return measured;
}

/** What a process has computed so far. */
async function processorMs(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/schedstat`, "utf8").catch(() => "");
  return text === "" ? Number.NaN : Number(text.split(" ")[0]) / 1e6;
}

async function main(): Promise<void> {
  if (options.help) return console.log(HELP);
  const sweeps = count("sweeps", options.sweeps);
  const size: Size = {
    sweeps,
    trials: Math.floor(count("trials", options.trials) / sweeps),
    epochs: count("epochs", options.epochs),
  };
  const rounds = count("rounds", options.rounds);
  const home = await mkdtemp(join(tmpdir(), "liesweep-bench-sql-"));
  try {
    await chmod(home, 0o755); // as root, PostgreSQL runs as `nobody`, who must be able to enter
    const { url } = await startPostgres(home, { env: {} });
    await migrateDatabase(url);
    const pool = new pg.Pool({ connectionString: url, max: 1 });
    await seed(pool, size);
    const load = loadavg()[0] ?? 0;
    const measured = await measure(pool, rounds);
    const { rows } = await pool.query<{ version: string }>(
      "select current_setting('server_version') as version",
    );
    await pool.end();
    const text = reportText(measured, size, { load, server: rows[0]?.version ?? "" });
    console.log(text);
    if (options.write) await writeDocument("bench:sql", text);
  } finally {
    await stopPostgres(home);
    await rm(home, { recursive: true, force: true });
  }
}

const reportText = (
  measured: readonly Measured[],
  { sweeps, trials, epochs }: Size,
  { load, server }: { readonly load: number; readonly server: string },
): string =>
  [
    `- Machine: ${machineText()}; PostgreSQL ${server} as \`npm run setup\` installs it, with its own settings`,
    `- Date: ${new Date().toISOString().slice(0, 10)}; load before: ${load.toFixed(1)}`,
    `- Command: \`${commandText(
      "bench:sql",
      askedWords(),
    )}\`; medians and ranges of ${measured[0]?.milliseconds.length ?? 0} interleaved rounds, rows read included`,
    `- ${sweeps === 1 ? "One sweep" : `${sweeps} sweeps`} of ${trials.toLocaleString("en-US")} trials × ${epochs} epochs, ` +
      "K = 1 to 5, four seeds, n = 2 and 8, data that fill 8 dimensions",
    "",
    ...table(
      ["question about one sweep", "rows", "ms", "range", "of the server's processor", "aim"],
      measured.map(({ question, rows, milliseconds, processor }) => [
        question.title,
        rows.toLocaleString("en-US"),
        `**${msText(median(milliseconds))}**`,
        `${msText(Math.min(...milliseconds))} – ${msText(Math.max(...milliseconds))}`,
        msText(median(processor)),
        `${question.aim}`,
      ]),
    ),
  ].join("\n");

const msText = (value: number): string => (Number.isNaN(value) ? "–" : value.toFixed(1));

try {
  await main();
} catch (error) {
  console.error(`bench:sql: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
