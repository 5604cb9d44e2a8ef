import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Context } from "@temporalio/activity";
import { Client, Connection, type WorkflowHandle } from "@temporalio/client";
import { ApplicationFailure, defineSearchAttributeKey } from "@temporalio/common";
import { historyToJSON } from "@temporalio/common/lib/proto-utils.js";
import { DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";
import type { ChangeRequest } from "../../sweep/index.ts";
import { parseSweep } from "../../sweep/parse.ts";
import { SEARCH_ATTRIBUTES, SWEEP_TASK_QUEUE, trainingQueue } from "../../workflows/index.ts";
import { TemporalServer } from "../support/temporal-server.ts";

/**
 * Records histories of the workflows of a checkout, on a real server, with activities that only give the answers that
 * lead where a history is to go. Before a change of workflow code: `npm run record:histories -- --before "what is to be true"`.
 */
const { values: options } = parseArgs({
  options: {
    before: { type: "string", default: "now" },
    workflows: { type: "string", default: "workflows" },
    only: { type: "string" },
  },
});

const FOLDER = new URL("../histories/", import.meta.url).pathname;

/** Activities by name; what a case leaves out answers nothing. */
type Answers = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;

interface Case {
  readonly type: "sweepWorkflow" | "packWorkflow" | "selectionWorkflow";
  answers(): Answers;
  /** What happens to it while it runs. */
  meanwhile?(handle: WorkflowHandle): Promise<unknown>;
  /** More of the sweep file. */
  readonly limits?: string;
}

const HANDED_OVER = { isHandedOver: true };
const VERDICT = { kind: "verdict", status: "none", reason: "nothing was found" };

/** The first so many calls give what is listed, later ones the last of it. */
const inTurn = (...outcomes: readonly unknown[]) => {
  let calls = 0;
  return () => Promise.resolve(outcomes[Math.min(calls++, outcomes.length - 1)]);
};

const CASES: Readonly<Record<string, Case>> = {
  "a pack that is cancelled as its trainer breaks": {
    type: "packWorkflow",
    answers: () => ({
      async trainPack() {
        const context = Context.current();
        const beat = setInterval(() => context.heartbeat(), 50);
        await context.cancelled.catch(() => undefined);
        clearInterval(beat);
        throw ApplicationFailure.nonRetryable("the machine broke");
      },
    }),
    async meanwhile(handle) {
      await sleep(1500); // in which its training begins
      await handle.cancel();
    },
  },
  "a pack that is handed over": {
    type: "packWorkflow",
    answers: () => ({ trainPack: inTurn(HANDED_OVER, HANDED_OVER, { ended: 2 }) }),
  },
  "a pack that fails": {
    type: "packWorkflow",
    answers: () => ({
      trainPack: () => Promise.reject(ApplicationFailure.nonRetryable("the machine broke")),
    }),
  },
  "a sweep whose data have changed": {
    type: "sweepWorkflow",
    answers: () => ({
      async trainPack({ number }: { readonly number: number }) {
        if (number > 0) return { ended: 4 };
        throw ApplicationFailure.nonRetryable("the data have changed", "DatasetError");
      },
      advanceSelection: inTurn(VERDICT),
    }),
  },
  "a sweep that tests": {
    type: "sweepWorkflow",
    answers: () => ({
      trainPack: inTurn({ ended: 4 }),
      advanceSelection: inTurn({ kind: "test", batches: [[0, 1], [2]] }, VERDICT),
      testValidity: inTurn(undefined, HANDED_OVER, undefined),
    }),
  },
  "a sweep that is paused and extended": {
    type: "sweepWorkflow",
    answers: () => ({
      async trainPack() {
        await sleep(700);
        return { ended: 4 };
      },
      changeSweep: (_sweep: unknown, _number: unknown, { kind, ...rest }: ChangeRequest) =>
        Promise.resolve(
          kind === "extended"
            ? { kind, search: { ...specOf("recorded").search, ...rest } }
            : { kind, ...rest },
        ),
      advanceSelection: inTurn(VERDICT),
    }),
    async meanwhile(handle) {
      await handle.executeUpdate("pause", { args: [] });
      await handle.executeUpdate("extend", { args: [{ seeds: 5 }] });
      await handle.executeUpdate("setPriority", { args: [1] });
      await handle.executeUpdate("resume", { args: [] });
    },
  },
  "a sweep of which too much fails": {
    type: "sweepWorkflow",
    limits: ", failures: 1",
    answers: () => ({
      trainPack: () => Promise.reject(ApplicationFailure.nonRetryable("the machine broke")),
      judgeFailures: inTurn(undefined, { ...VERDICT, status: "inconclusive" }),
    }),
  },
  "a selection anew": {
    type: "selectionWorkflow",
    answers: () => ({
      advanceSelection: inTurn({ kind: "test", batches: [[0, 1], [2]] }, VERDICT),
      testValidity: inTurn(HANDED_OVER, undefined),
    }),
  },
};

const NOTHING: Answers = {
  openSweep: inTurn({ dimension: 2 }),
  closeSweep: inTurn(undefined),
  advanceSelection: inTurn(VERDICT),
  judgeFailures: inTurn(undefined),
  failPack: inTurn(undefined),
  cancelPack: inTurn(undefined),
  silentEndings: inTurn([]),
  trainPack: inTurn({ ended: 1 }),
  testValidity: inTurn(undefined),
};

const specOf = (name: string, limits = "") =>
  parseSweep(
    name,
    `sweep: ${name}
dataset: { name: asymmetric, samples: 50, seed: 1 }
search: { basisCount: [1], regularization: [1, 3], groupDimension: [3], seeds: 4 }
limits: { packSize: 1, concurrentPacks: 2${limits} }`,
  );

async function record(title: string, { type, answers, meanwhile, limits }: Case): Promise<string> {
  await using server = await TemporalServer.start();
  const connection = await Connection.connect({ address: server.address });
  await connection.operatorService.addSearchAttributes({
    namespace: "default",
    searchAttributes: SEARCH_ATTRIBUTES,
  });
  const native = await NativeConnection.connect({ address: server.address });
  const activities = { ...NOTHING, ...answers() };
  const shared = { connection: native, activities, identity: "worker" };
  const deciding = await Worker.create({
    ...shared,
    taskQueue: SWEEP_TASK_QUEUE,
    workflowsPath: resolve(options.workflows, "index.ts"),
  });
  const training = await Worker.create({ ...shared, taskQueue: trainingQueue() });
  const history = async () => {
    const spec = specOf("recorded", limits);
    const pack = { sweep: spec.sweep, number: 0, firstTrial: 0, trials: 2, channels: 1 };
    const client = new Client({ connection, identity: "client" });
    const handle = await client.workflow.start(type, {
      taskQueue: SWEEP_TASK_QUEUE,
      workflowId: type === "packWorkflow" ? "recorded/pack/00000" : spec.sweep,
      args: { sweepWorkflow: [spec], packWorkflow: [pack], selectionWorkflow: [spec.sweep, {}] }[
        type
      ],
      typedSearchAttributes: [
        { key: defineSearchAttributeKey("SweepId", "KEYWORD"), value: spec.sweep as string },
      ],
    });
    await meanwhile?.(handle);
    const outcome = await handle.result().then(JSON.stringify, String);
    process.stderr.write(`${title}: ${outcome}\n`);
    return historyToJSON(await handle.fetchHistory());
  };
  try {
    return await training.runUntil(deciding.runUntil(history));
  } finally {
    await Promise.all([connection.close(), native.close()]);
  }
}

/** Histories say nothing of the machine that made them. */
const plain = (history: string): string =>
  `${JSON.stringify(JSON.parse(history, (key, value: unknown) => (key === "stackTrace" ? "" : value)))}\n`;

Runtime.install({ logger: new DefaultLogger("ERROR") });
const words = (text: string) => text.replaceAll(" ", "-");
const folder = join(FOLDER, words(options.before));
await mkdir(folder, { recursive: true });
for (const [title, it] of Object.entries(CASES))
  if (options.only === undefined || title.includes(options.only))
    await writeFile(join(folder, `${words(title)}.json`), plain(await record(title, it)));
process.exit(0);
