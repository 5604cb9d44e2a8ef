import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { writeDocument } from "./document.ts";
import { askedWords, commandText, machineText } from "./machine.ts";
import { truthCases } from "./truth/cases.ts";
import { type Row, tableOf, tally } from "./truth/report.ts";

/**
 * The truth suite: every set with a known answer, several seeds each, verdict against truth.
 *
 *   npm run bench:truth -- --data ../shared/data --seeds 11,12,13 --write
 */
const command = new Command()
  .requiredOption("--data <folder>", "folder of the .npz files", "../shared/data")
  .option("--only <text>", "cases whose name contains this", "")
  .option("--truth <kind>", "exact, approximate or none: cases of this kind alone", "")
  .option("--skip <name>", "a case to leave out", "")
  .option("--rows <file>", "keep the rows of earlier runs here, and run what is not among them")
  .option("--trained <folder>", "keep what was trained here, and judge it again without training")
  .option("--seeds <list>", "seeds of the data of sets with a symmetry", "11,12,13")
  .option("--control-seeds <list>", "seeds of the data of controls", "11,12,13,14")
  .option("--write", "put the table into docs/benchmarks.md")
  .parse();
const {
  data,
  only,
  truth: kind,
  skip,
  rows: file,
  trained,
  seeds,
  controlSeeds,
  write,
} = command.opts<{
  data: string;
  only: string;
  truth: string;
  skip: string;
  rows?: string;
  trained?: string;
  seeds: string;
  controlSeeds: string;
  write?: true;
}>();

const rows: Row[] =
  file === undefined ? [] : (JSON.parse(await readFile(file, "utf8").catch(() => "[]")) as Row[]);
const jobs = truthCases(data)
  .filter(
    ({ name, truth }) => name.includes(only) && name !== skip && (kind === "" || truth === kind),
  )
  .flatMap(({ name, truth, file: isFile }) => {
    const of = isFile ? "0" : truth === "none" ? controlSeeds : seeds;
    return of.split(",").map((seed) => ({ name, seed: Number(seed) }));
  })
  .filter((job) => !rows.some(({ name, seed }) => name === job.name && seed === job.seed));
const started = performance.now();

/** One process a slot; each takes the next case when it is done with one. */
async function slot(): Promise<void> {
  const child = spawn(
    process.execPath,
    [
      "--import",
      import.meta.resolve("tsx"),
      fileURLToPath(new URL("truth/child.ts", import.meta.url)),
      data,
      ...(trained === undefined ? [] : [trained]),
    ],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  try {
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      child.stdin.write(`${JSON.stringify(job)}\n`);
      const line = await lines.next();
      if (line.done) throw new Error(`the process ended at ${job.name}, seed ${job.seed}`);
      const row = JSON.parse(line.value) as Row;
      rows.push(row);
      if (file !== undefined) await writeFile(file, JSON.stringify(rows));
      console.error(
        `${row.right ? "right" : "WRONG"}  ${row.name}, seed ${row.seed}: ${row.verdict} (${row.seconds.toFixed(0)} s)${row.right ? "" : `\n       ${row.reason}`}`,
      );
    }
  } finally {
    child.kill();
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, slot));
const minutes = ((performance.now() - started) / 60_000).toFixed(0);
const text = [
  `- Machine: ${machineText()}`,
  `- Command: \`${commandText("bench:truth", askedWords())}\`; took ${minutes} min`,
  "",
  ...tally(rows),
  "",
  ...tableOf(rows),
].join("\n");
console.log(text);
if (write) await writeDocument("truth", text);
process.exit(rows.every(({ right }) => right) ? 0 : 1);
