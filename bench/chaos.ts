import { parseArgs } from "node:util";
import { FAULTS } from "../test/chaos/faults.ts";
import { processesWith } from "../test/chaos/processes.ts";
import { type Round, round, submitted, untilEnded } from "../test/chaos/round.ts";
import { Stack } from "../test/chaos/stack.ts";
import { writeDocument } from "./document.ts";
import { commandText, machineText, table } from "./machine.ts";
import { count } from "./options.ts";

/**
 * Sweeps on real processes that are killed, frozen and cut off, and what is left in the end: each must be, bit by
 * bit, what an undisturbed sweep of the same question leaves.
 */
const HELP = `npm run chaos -- [options]

  --rounds 10     sweeps, each with every fault once, at other moments and in another order
  --seed 1        of the first round; the next ones count on
  --write         put the table into docs/benchmarks.md
`;

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    write: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

async function main(): Promise<void> {
  if (options.help) return console.log(HELP);
  const [rounds, seed] = [count("rounds", options.rounds), count("seed", options.seed)];
  const done: Round[] = [];
  const stack = await Stack.open(2, { clocks: true });
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.once(name, () => {
      void stack.close().finally(() => process.exit(1)); // its servers would outlive this process
    });
  let orphans: readonly string[] = [];
  let impossible: readonly string[] = [];
  try {
    const undisturbed = await untilEnded(await submitted(stack, "undisturbed", "orbits"));
    const faults = FAULTS.filter(({ isPossible }) => isPossible?.(stack) ?? true);
    impossible = FAULTS.filter((fault) => !faults.includes(fault)).map(({ name }) => name);
    for (let i = 0; i < rounds; i++) {
      const result = await round(faults, seed + i, undisturbed, console.error);
      done.push(result);
      console.error(`${JSON.stringify({ ...result, struck: undefined })}`);
    }
    await stack.endWorkers();
    orphans = processesWith(`LIESWEEP_HOME=${stack.home}`).map(({ command }) => command);
  } finally {
    await stack.close();
  }
  const text = reportText(done, orphans, impossible);
  console.log(text);
  if (orphans.length > 0 || done.some(({ wrong }) => wrong.length > 0)) process.exitCode = 1;
  else if (options.write) await writeDocument("chaos", text);
}

function reportText(
  rounds: readonly Round[],
  orphans: readonly string[],
  impossible: readonly string[],
): string {
  const sum = (of: (round: Round) => number) => rounds.reduce((total, each) => total + of(each), 0);
  const struck = (name: string) => sum((each) => each.struck.get(name) ?? 0);
  const sound = rounds.filter(({ wrong }) => wrong.length === 0);
  const survived = (name: string) =>
    sound.reduce((total, each) => total + (each.struck.get(name) ?? 0), 0);
  const names = FAULTS.map(({ name }) => name).filter((name) => !impossible.includes(name));
  const all = names.reduce((total, name) => total + struck(name), 0);
  const allSurvived = names.reduce((total, name) => total + survived(name), 0);
  return [
    `- Machine: ${machineText()}; Node ${process.versions.node}`,
    `- Date: ${new Date().toISOString().slice(0, 10)}; command: \`${commandText("chaos")}\``,
    `- ${allSurvived} of ${all} faults survived in ${rounds.length} sweeps; ${sum((each) => each.attempts)} attempts at ` +
      `trials, ${sum((each) => each.resumed)} trials went on from a checkpoint; ${orphans.length} orphan processes`,
    ...(impossible.length > 0 ? [`- Cannot be made here: ${impossible.join("; ")}`] : []),
    "",
    ...table(
      ["fault", "struck", "survived"],
      names.map((name) => [name, String(struck(name)), String(survived(name))]),
    ),
    ...rounds.flatMap(({ seed, wrong }) => wrong.map((what) => `- seed ${seed}: ${what}`)),
    ...orphans.map((command) => `- still there: ${command}`),
  ].join("\n");
}

await main();
