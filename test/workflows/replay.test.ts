import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { historyFromJSON } from "@temporalio/common/lib/proto-utils.js";
import { DefaultLogger, Runtime, Worker } from "@temporalio/worker";
import { beforeAll, expect, it } from "vitest";

const histories = new URL("../histories/", import.meta.url);
const workflowsPath = fileURLToPath(new URL("../../workflows/index.ts", import.meta.url));

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger("WARN") });
});

it.each(await readdir(histories))(
  "%s, recorded before what it is named after, replays",
  async (name) => {
    const recorded = JSON.parse(await readFile(new URL(name, histories), "utf8")) as object;
    await Worker.runReplayHistory({ workflowsPath }, historyFromJSON(recorded));
    expect(recorded).toHaveProperty("events");
  },
);
