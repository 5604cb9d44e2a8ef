import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { findContenders, type Multiplier } from "./contenders.ts";
import { writeDocument } from "./document.ts";
import {
  type Case,
  keepProducts,
  keepTimings,
  medianMs,
  PRODUCT_SIZE,
  type Product,
} from "./measurements.ts";
import { count, counts } from "./options.ts";
import { reportText } from "./report.ts";
import { runTogether } from "./run-case.ts";

/**
 * `npm run bench:engine`: how long a step takes, on every engine that loads and beside its peers.
 * Every case of every round is a process of its own; a round goes through all cases before the next
 * begins, so that a busy minute touches all of them alike.
 */
const HELP = `npm run bench:engine -- [options]

  --widths 128,512              H, hidden widths
  --trials 1,2,4,8,16,32,64     T, trials in a pack
  --channels 1                  K
  --steps 32                    steps of one run (a training's run is an epoch)
  --seconds 1                   least time of a case: runs repeat until it is over
  --rounds 3                    medians are over so many
  --engines onnx:cpu,…          instead of every engine that loads
  --peers                       JAX and PyTorch as well (npm run setup:peers)
  --write                       put the tables into docs/benchmarks.md
`;

const { values: options } = parseArgs({
  options: {
    widths: { type: "string", default: "128,512" },
    trials: { type: "string", default: "1,2,4,8,16,32,64" },
    channels: { type: "string", default: "1" },
    steps: { type: "string", default: "32" },
    seconds: { type: "string", default: "1" },
    rounds: { type: "string", default: "3" },
    engines: { type: "string" },
    peers: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

/** Products in one timed run: about 20 ms each on a core of today. */
const PRODUCTS = 8;

async function main(): Promise<void> {
  if (options.help) return console.log(HELP);
  const [widths, trials, channels] = [
    counts("widths", options.widths),
    counts("trials", options.trials),
    counts("channels", options.channels),
  ];
  const [steps, rounds] = [count("steps", options.steps), count("rounds", options.rounds)];
  const seconds = Number(options.seconds);
  const load = loadavg()[0]!;
  const field = await findContenders(options.engines?.split(","), options.peers);
  for (const line of field.absent) console.error(`left out: ${line}`);

  const products: Product[] = field.multipliers.flatMap((multiplier: Multiplier) =>
    multiplier.arrangements.map((arrangement) => ({ multiplier, arrangement, gigaflops: [] })),
  );
  const cases: Case[] = widths.flatMap((width) =>
    channels.flatMap((K) =>
      field.contenders.flatMap((contender) =>
        contender.arrangements.flatMap((arrangement) =>
          capped(trials, contender.most?.trials).map((T) => ({
            contender,
            arrangement,
            sizes: {
              ...{ trials: T, width, channels: K },
              steps: Math.min(steps, contender.most?.steps ?? steps),
            },
            msPerTrialStep: [],
            peakBytes: 0,
          })),
        ),
      ),
    ),
  );

  for (let round = 1; round <= rounds; round++) {
    for (const of of products)
      await attempt(of, async () => {
        const { multiplier, arrangement } = of;
        const command = multiplier.command(PRODUCT_SIZE, PRODUCTS, seconds, arrangement);
        keepProducts(of, await runTogether(command, arrangement.processes));
      });
    for (const of of cases)
      await attempt(of, async () => {
        const { contender, arrangement, sizes } = of;
        const command = contender.command(sizes, seconds, arrangement);
        keepTimings(of, await runTogether(command, arrangement.processes));
        const { width, channels: K, trials: T } = sizes;
        console.error(
          `${round}/${rounds} H=${width} K=${K} T=${T} ${contender.title}, ${arrangement.title}: ` +
            `${medianMs(of).toFixed(3)} ms`,
        );
      });
  }

  const text = reportText({
    ...{ field, cases, products, rounds, steps },
    command: ["npm run bench:engine --", ...process.argv.slice(2)].join(" "),
    load,
  });
  console.log(text);
  if (options.write) await writeDocument("bench:engine", text);
}

/** A case that fails once is reported and not tried again; the others go on. */
async function attempt(of: Case | Product, run: () => Promise<void>): Promise<void> {
  if (of.failure !== undefined) return;
  try {
    await run();
  } catch (error) {
    of.failure = error instanceof Error ? error.message : String(error);
    console.error(`failed: ${of.failure}`);
  }
}

/** Each T, or the most that the contender takes in its place. */
const capped = (trials: readonly number[], most = Number.POSITIVE_INFINITY): readonly number[] => [
  ...new Set(trials.map((T) => Math.min(T, most))),
];

try {
  await main();
} catch (error) {
  console.error(`bench:engine: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
