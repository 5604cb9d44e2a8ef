import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { historyFromJSON } from "@temporalio/common/lib/proto-utils.js";
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from "@temporalio/worker";
import { DeterminismViolationError } from "@temporalio/workflow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endTracing, startTracing, tracingPlugins } from "../../tracing/index.ts";

const HISTORIES = new URL("../histories/", import.meta.url);
const ROOT = new URL("../../", import.meta.url);
const names = (await readdir(HISTORIES, { recursive: true })).filter((name) =>
  name.endsWith(".json"),
);
const workflowsPath = fileURLToPath(new URL("workflows/index.ts", ROOT));
const SLOW = { timeout: 240_000 };

const recorded = (name: string) => readFile(new URL(name, HISTORIES), "utf8");

const parsed = (text: string) => historyFromJSON(JSON.parse(text));

let workflowBundle: WorkflowBundleWithSourceMap;
beforeAll(async () => {
  Runtime.install({
    logger: new DefaultLogger("ERROR"),
    // What an altered history is told about it, a dozen times.
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: "ERROR" }) } },
  });
  workflowBundle = await bundleWorkflowCode({
    workflowsPath,
    logger: new DefaultLogger("ERROR"),
  });
}, SLOW.timeout);
afterAll(endTracing);

describe("histories", SLOW, () => {
  it.each(names)("%s, recorded before what its folder is named after, replays", async (name) => {
    await expect(
      Worker.runReplayHistory({ workflowBundle }, parsed(await recorded(name))),
    ).resolves.toBeUndefined();
  });

  it.each(names)("%s, altered, does not", async (name) => {
    const text = await recorded(name);
    // Activities that the code does not ask for.
    const altered = text.replaceAll(/("activityType":\s*{\s*"name":\s*)"(\w+)"/g, '$1"$2Twice"');
    expect(altered).not.toBe(text);
    await expect(Worker.runReplayHistory({ workflowBundle }, parsed(altered))).rejects.toThrow(
      DeterminismViolationError,
    );
  });

  it("recorded without traces replay in a worker that traces", async () => {
    await startTracing("liesweep-worker", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" });
    const plugins = tracingPlugins();
    expect(plugins.length).toBe(1);
    const histories = await Promise.all(
      names.map(async (name) => ({ workflowId: name, history: parsed(await recorded(name)) })),
    );
    const replayed: unknown[] = [];
    for await (const { workflowId, error } of Worker.runReplayHistories(
      { workflowsPath, plugins },
      histories,
    ))
      replayed.push([workflowId, error]);
    expect(replayed).toEqual(names.map((name) => [name, undefined]));
  });
});

it("the bundle has workflows/ and sweep/ in it, and no other folder of ours", () => {
  const [, encoded = ""] = /sourceMappingURL=data:[^,]*,([\w+/=]+)/.exec(workflowBundle.code) ?? [];
  const { sources } = JSON.parse(Buffer.from(encoded, "base64").toString()) as {
    readonly sources: readonly string[];
  };
  const root = fileURLToPath(ROOT);
  const folders = sources.flatMap((source) => {
    const at = source.indexOf(root);
    const path = at < 0 ? "" : source.slice(at + root.length);
    return path === "" || path.startsWith("node_modules/") ? [] : [path.split("/")[0]];
  });
  expect([...new Set(folders)].sort()).toEqual(["sweep", "workflows"]);
});
