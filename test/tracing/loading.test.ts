import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

/** Files of OpenTelemetry that a process has loaded after `script`. */
async function loadedBy(script: string, env: Readonly<Record<string, string>>) {
  const program = `${script}
    const { Module } = await import("node:module");
    const loaded = Object.keys(Module._cache).filter((file) => file.includes("opentelemetry"));
    console.log(JSON.stringify(loaded)); process.exit();`;
  const words = ["--import", "tsx", "--input-type=module", "-e", program];
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const clean = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: "" };
  const { stdout } = await promisify(execFile)(process.execPath, words, {
    cwd,
    env: { ...clean, ...env },
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as readonly string[];
}

const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" };

describe("tracing", () => {
  const starting = `
    const { startTracing } = await import("./tracing/index.ts");
    await startTracing("liesweep");`;

  it.each([
    ["the commands", 'await import("./cli/main.ts");'],
    ["a worker", 'await import("./worker/index.ts");'],
    ["Temporal's client", 'await import("./cli/temporal.ts");'],
    ["tracing that nobody asked for", starting],
  ])("is not loaded by %s", async (_, script) => {
    expect(await loadedBy(script, {})).toEqual([]);
  });

  it("is loaded where a collector is named", async () => {
    expect(await loadedBy(starting, collector)).not.toEqual([]);
  });

  it("is not loaded where it is switched off", async () => {
    expect(await loadedBy(starting, { ...collector, OTEL_SDK_DISABLED: "true" })).toEqual([]);
  });

  it("does not hold a command up when no collector answers", async () => {
    const begun = performance.now();
    await loadedBy(
      `const { endTracing, inSpan, startTracing } = await import("./tracing/index.ts");
       await startTracing("liesweep");
       await inSpan("nothing", {}, async () => {});
       await endTracing();`,
      collector,
    );
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});
