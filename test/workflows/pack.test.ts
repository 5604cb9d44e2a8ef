import { CancelledFailure, Context } from "@temporalio/activity";
import { Client, Connection } from "@temporalio/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sweepId } from "../../sweep/index.ts";
import { SWEEP_TASK_QUEUE } from "../../workflows/index.ts";
import { startWorkers } from "../support/made-up-workers.ts";
import { TemporalServer } from "../support/temporal-server.ts";

let server: TemporalServer;
let connection: Connection;

beforeAll(async () => {
  server = await TemporalServer.start();
  connection = await Connection.connect({ address: server.address });
}, 180_000);
afterAll(async () => {
  await connection.close();
  await server[Symbol.asyncDispose]();
});

it("a pack that is cancelled is, though its trainer breaks as it is told to stop", async () => {
  const said: string[] = [];
  let begin: () => void;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const activities = {
    async trainPack(): Promise<never> {
      begin();
      const context = Context.current();
      const beat = setInterval(() => context.heartbeat(), 50);
      try {
        return await context.cancelled;
      } catch (error) {
        expect(error).toBeInstanceOf(CancelledFailure);
        throw new Error("the machine broke");
      } finally {
        clearInterval(beat);
      }
    },
    cancelPack: () => Promise.resolve(said.push("cancelled")),
    failPack: (_: unknown, message: string) => Promise.resolve(said.push(message)),
  };
  await using _workers = await startWorkers(server.address, activities);
  const handle = await new Client({ connection }).workflow.start("packWorkflow", {
    taskQueue: SWEEP_TASK_QUEUE,
    workflowId: "pack",
    args: [{ sweep: sweepId("gone"), number: 0, firstTrial: 0, trials: 1 }],
  });
  await begun;
  await handle.cancel();
  expect(await handle.result()).toEqual({ number: 0, kind: "cancelled" });
  expect(said).toEqual(["cancelled"]);
}, 60_000);
