import { Client, Connection } from "@temporalio/client";
import { expect, it } from "vitest";
import { parseSweep } from "../../sweep/parse.ts";
import { SEARCH_ATTRIBUTES, sweepStart } from "../../workflows/index.ts";
import { startWorkers } from "../support/made-up-workers.ts";
import { TemporalServer } from "../support/temporal-server.ts";
import { until } from "../support/until.ts";

const spec = parseSweep(
  "million.yaml",
  `sweep: million
dataset: { name: asymmetric, samples: 200, seed: 1 }
search: { basisCount: [1], regularization: [0.3, 1, 3, 10], groupDimension: [3], seeds: 250000 }
limits: { packSize: 32, concurrentPacks: 16 }`,
);

it("a sweep of a million trials goes from run to run, and neither a history nor a payload grows with it", async () => {
  await using server = await TemporalServer.start(
    ...["--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=300"],
  );
  const connection = await Connection.connect({ address: server.address });
  await connection.operatorService.addSearchAttributes({
    namespace: "default",
    searchAttributes: SEARCH_ATTRIBUTES,
  });
  const client = new Client({ connection });
  const packs: number[] = [];
  {
    await using _workers = await startWorkers(server.address, {
      openSweep: () => Promise.resolve({ dimension: 3 }),
      closeSweep: () => Promise.resolve(),
      cancelPack: () => Promise.resolve(),
      silentEndings: () => Promise.resolve([]),
      trainPack: ({ number, trials }: { readonly number: number; readonly trials: number }) =>
        Promise.resolve({ ended: trials }).finally(() => packs.push(number)),
    });
    const { type, ...options } = sweepStart(spec);
    const handle = await client.workflow.start(type, options);
    await until("some runs have passed", () => packs.length >= 300);

    await handle.cancel(); // as likely as not while packs are being started
    await expect(handle.result()).rejects.toThrow("cancelled");
  }
  expect([...packs].sort((a, b) => a - b)).toEqual(packs.map((_, number) => number));

  const runs = [];
  for await (const { runId } of client.workflow.list({ query: "WorkflowId = 'million'" }))
    runs.push(await client.workflow.getHandle("million", runId).fetchHistory());
  await connection.close();
  expect(runs.length).toBeGreaterThan(2);
  for (const { events } of runs) {
    expect(events!.length).toBeLessThan(600);
    // What a run begins with, and what it hands on.
    for (const event of events!) expect(JSON.stringify(event).length).toBeLessThan(10_000);
  }
}, 120_000);
