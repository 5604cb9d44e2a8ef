import { parseArgs } from "node:util";
import type { ActivityTools } from "../../activities/index.ts";
import { installRuntime } from "../../worker/runtime.ts";
import { serve } from "../../worker/serve.ts";

/**
 * A worker as it is, but for its trainer: that gives a report, the generators and the ending of every trial at once,
 * in this process. It says `ready` when it polls, and ends by SIGTERM.
 */
const { values } = parseArgs({
  options: {
    database: { type: "string", default: "" },
    temporal: { type: "string", default: "" },
    slots: { type: "string", default: "1" },
  },
});

const tools: Pick<ActivityTools, "train" | "test" | "checkpoints"> = {
  train: (_, { trials, slots, channels }) => ({
    drop: () => undefined,
    stop: () => undefined,
    async *[Symbol.asyncIterator]() {
      for (let from = 0; from < trials.length; from += slots) {
        const begun = trials.slice(from, from + slots);
        yield {
          report: {
            reports: begun.map(({ number: trial }) => ({ trial, ...NO_LOSS })),
            generators: begun.map(({ number: trial, groupDimension: dimension }) => ({
              ...{ trial, epoch: 1, dimension },
              generators: Array.from({ length: channels }, () => new Float64Array(dimension ** 2)),
            })),
            // What collapsed is no evidence, so selection ends at once.
            endings: begun.map(({ number: trial }) => ({ trial, ending: "collapsed", epoch: 1 })),
          },
        };
      }
    },
  }),
  test: async () => [],
  checkpoints: {
    load: async () => undefined,
    save: async () => undefined,
    clear: async () => undefined,
  },
};

const NO_LOSS = {
  epoch: 1,
  generatorLoss: 0.5,
  discriminatorLoss: 0.69,
  identityPenalty: 0.9,
  overlapPenalty: 0,
  largestExtent: 0,
};

await installRuntime();
const running = await serve({
  databaseUrl: values.database,
  temporalAddress: values.temporal,
  slots: Number(values.slots),
  engine: { engine: "none", backend: "none", detail: "no engine" },
  tools,
  drainMs: 1000,
});
process.on("SIGTERM", () => running.stop());
console.log("ready");
await running.stopped;
