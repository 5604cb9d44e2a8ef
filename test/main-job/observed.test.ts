import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generatedFiles } from "../../infra/grafana/files.ts";
import { type Collector, type ReceivedSpan, startCollector } from "../support/collector.ts";
import { type Metric, parseExposition, type Sample } from "../support/exposition.ts";
import { temporaryHome } from "../support/homes.ts";
import { freePort, liesweep, stackEnvironment } from "../support/program.ts";
import { hasPrometheus, type Prometheus, startPrometheus } from "../support/prometheus.ts";

const sweepFile = `
sweep: observed
dataset: { name: two-body, trajectories: 60, law: full-angle, seed: 1 }
search: { basisCount: [1], regularization: [1], groupDimension: [2], seeds: 3 }
training: { epochs: 6, hiddenWidth: 16 }
selection: { classifierSteps: 100 }
limits: { packSize: 2, concurrentPacks: 2 }
`;

const TRIALS = 3;
const EPOCHS = 6;

describe("a real sweep, observed from outside", () => {
  let home: Awaited<ReturnType<typeof temporaryHome>>;
  let collector: Collector;
  let scraped: string;
  let metrics: ReadonlyMap<string, Metric>;
  let prometheus: Prometheus | undefined;
  /** What Prometheus answers to every query of the dashboard, by query. */
  const answers = new Map<string, readonly unknown[]>();
  beforeAll(async () => {
    home = await temporaryHome();
    collector = await startCollector();
    const file = join(home.path, "observed.yaml");
    await writeFile(file, sweepFile);
    const port = await freePort();
    prometheus = hasPrometheus ? await startPrometheus(home.path, port) : undefined;
    const env = {
      ...(await stackEnvironment(home.path)),
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    };
    const options = ["--engine", "onnx", "--checkpoint-seconds", "0", "--metrics", String(port)];
    const { code, err } = await liesweep(["run", file, ...options], env).finished;
    expect([0, 3], err).toContain(code);
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
    scraped = await response.text();
    metrics = parseExposition(scraped);
    if (prometheus)
      for (const query of dashboardQueries) answers.set(query, await prometheus.query(query));
    // The worker sends its last spans as it ends.
    await liesweep(["down"], { ...env, OTEL_SDK_DISABLED: "true" }).finished;
  }, 400_000);
  afterAll(async () => {
    await prometheus?.[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
    await collector[Symbol.asyncDispose]();
  });

  const samples = (name: string): readonly Sample[] =>
    [...metrics.values()].flatMap((metric) => metric.samples.get(name) ?? []);
  const sum = (name: string): number =>
    samples(name).reduce((total, { value }) => total + value, 0);

  it("is counted by its worker", () => {
    expect(sum("liesweep_slots")).toBeGreaterThan(0);
    expect(sum("liesweep_slots_busy")).toBe(0);
    expect(sum("liesweep_epochs_total")).toBe(TRIALS * EPOCHS);
    expect(sum("liesweep_trial_endings_total")).toBe(TRIALS);
    expect(samples("liesweep_trial_endings_total").map(({ labels }) => labels["ending"])).toEqual([
      ...["collapsed", "converged", "detected", "diverged", "settled"],
    ]);
    expect(sum("liesweep_validity_tests_total")).toBeGreaterThan(0);
    expect(sum("liesweep_validity_batch_seconds_count")).toBeGreaterThan(0);
    expect(sum("liesweep_checkpoint_seconds_count")).toBeGreaterThanOrEqual(EPOCHS);
    expect(sum("liesweep_checkpoint_bytes_total")).toBeGreaterThan(1000);
    expect(samples("liesweep_worker_info")).toMatchObject([
      { labels: { engine: "onnx", backend: "cpu" }, value: 1 },
    ]);
  });

  it("is counted by the Temporal SDK at the same address", () => {
    const slots = samples("temporal_worker_task_slots_available");
    const training = slots.filter(({ labels }) => labels["task_queue"] === "liesweep-training");
    expect(training.map(({ value }) => value)).toEqual([sum("liesweep_slots")]);
    expect(sum("temporal_workflow_completed_total")).toBeGreaterThanOrEqual(1);
  });

  it("has metrics that all say what they are, and histograms that rise to their count", () => {
    for (const [name, { type, help, samples }] of metrics) {
      expect(["counter", "gauge", "histogram"], name).toContain(type);
      if (name.startsWith("liesweep_")) expect(help, name).not.toBe("");
      if (type === "counter") expect(name).toMatch(/_total$/);
      if (type !== "histogram") continue;
      for (const { labels, value } of samples.get(`${name}_count`) ?? []) {
        const rest = JSON.stringify(labels);
        const buckets = (samples.get(`${name}_bucket`) ?? []).filter(
          ({ labels: { le, ...others } }) => JSON.stringify(others) === rest,
        );
        const counts = buckets.map((bucket) => bucket.value);
        expect(counts, name).toEqual(counts.toSorted((a, b) => a - b));
        expect(counts.at(-1), name).toBe(value);
      }
    }
  });

  it("is counted under the names that docs/metrics.md gives, and no others", async () => {
    const text = await readFile(new URL("../../docs/metrics.md", import.meta.url), "utf8");
    const named = new Set([...text.matchAll(/`((?:liesweep|temporal)_\w+)/g)].map(([, it]) => it));
    const ours = [...metrics.keys()].filter((name) => name.startsWith("liesweep_"));
    expect(ours.filter((name) => !named.has(name))).toEqual([]);
    // These need a card, or something that breaks.
    const absent = ["liesweep_device_memory_bytes", "liesweep_trainer_failures_total"];
    const unseen = [...named].filter((name) => name !== undefined && !metrics.has(name));
    expect(unseen.toSorted()).toEqual([...absent, "temporal_activity_execution_failed_total"]);
  });

  it.skipIf(!hasPrometheus)(
    "gives a real Prometheus an answer to every query of the dashboard and the rule",
    () => {
      expect(answers.size).toBeGreaterThan(10);
      const unanswered = [...answers].flatMap(([query, found]) => (found.length ? [] : [query]));
      expect(unanswered).toEqual(dashboardQueries.filter((query) => NEEDS_MORE.test(query)));
    },
  );

  it("is one trace from the command through workflows and activities to the trainers", () => {
    const spans = new Map(collector.spans.map((span) => [span.spanId, span]));
    const command = collector.spans.find(({ name }) => name === "liesweep run");
    expect(command?.parentSpanId).toBeFalsy();
    const ofSweep = collector.spans.filter(({ traceId }) => traceId === command?.traceId);
    const trainers = ofSweep.filter(({ name }) => name === "train");
    expect(trainers.length).toBe(2); // packs of two trials and of one
    for (const trainer of trainers)
      expect(ancestry(trainer, spans)).toEqual([
        "liesweep-trainer train",
        "liesweep-worker RunActivity:trainPack",
        "liesweep-worker StartActivity:trainPack",
        "liesweep-worker RunWorkflow:packWorkflow",
        "liesweep-worker StartChildWorkflow:packWorkflow",
        "liesweep-worker RunWorkflow:sweepWorkflow",
        "liesweep StartWorkflow:sweepWorkflow",
        "liesweep liesweep run",
      ]);
    const names = new Set(ofSweep.map(({ name }) => name));
    for (const activity of ["openSweep", "advanceSelection", "testValidity", "closeSweep"])
      expect(names).toContain(`RunActivity:${activity}`);
    expect(names).toContain("test");
    expect(ofSweep.filter(({ status }) => status.code === 2)).toEqual([]);
    // Nothing of the sweep is in another trace: what is left belongs to no sweep.
    const others = collector.spans.filter(({ traceId }) => traceId !== command?.traceId);
    expect([...new Set(others.map(({ name }) => name))].toSorted()).toEqual([
      "check",
      "load engine",
    ]);
  });
});

/** Queries with an answer only where there is a card, or where something broke. */
const NEEDS_MORE = /device_memory|failures|failed/;

/** Every query of Prometheus in the generated files. */
const dashboardQueries = [...generatedFiles().values()].flatMap((text) =>
  [...text.matchAll(/"expr": ("(?:[^"\\]|\\.)*")/g)].map(
    ([, json = ""]) => JSON.parse(json) as string,
  ),
);

/** Service and name of a span and of all above it. */
function ancestry(span: ReceivedSpan, spans: ReadonlyMap<string, ReceivedSpan>): readonly string[] {
  const above = span.parentSpanId ? spans.get(span.parentSpanId) : undefined;
  return [`${span.service} ${span.name}`, ...(above ? ancestry(above, spans) : [])];
}
