import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { historyFromJSON } from "@temporalio/common/lib/proto-utils.js";
import { DefaultLogger, Runtime, Worker } from "@temporalio/worker";
import { afterAll, beforeAll, expect, it } from "vitest";
import { endTracing, startTracing, tracingPlugins } from "../../tracing/index.ts";

const histories = new URL("../histories/", import.meta.url);
const workflowsPath = fileURLToPath(new URL("../../workflows/index.ts", import.meta.url));

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger("WARN") });
});
afterAll(endTracing);

it.each(await readdir(histories))(
  "%s, recorded before what it is named after, replays",
  async (name) => {
    const recorded = JSON.parse(await readFile(new URL(name, histories), "utf8")) as object;
    await Worker.runReplayHistory({ workflowsPath }, historyFromJSON(recorded));
    expect(recorded).toHaveProperty("events");
  },
);

it("histories recorded without traces replay in a worker that traces", async () => {
  await startTracing("liesweep-worker", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" });
  const plugins = tracingPlugins();
  expect(plugins.length).toBe(1);
  for (const name of await readdir(histories)) {
    const recorded = JSON.parse(await readFile(new URL(name, histories), "utf8")) as object;
    await Worker.runReplayHistory({ workflowsPath, plugins }, historyFromJSON(recorded));
  }
});
