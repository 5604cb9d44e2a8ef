import type { OpenTelemetryPlugin } from "@temporalio/interceptors-opentelemetry";
import type { ServiceName, Spans } from "./spans.ts";

/** A process has one tracer, as it has one environment; undefined while it traces nothing. */
let spans: Spans | undefined;

/**
 * Traces this process if the environment names a collector, by the variables of OpenTelemetry
 * (`OTEL_EXPORTER_OTLP_ENDPOINT`). Otherwise nothing is loaded and every function here does as good
 * as nothing.
 */
export async function startTracing(
  service: ServiceName,
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): Promise<void> {
  if (spans || !isWanted(env)) return;
  const { openSpans } = await import("./spans.ts");
  spans = openSpans(service, env["TRACEPARENT"]);
}

const isWanted = (env: Readonly<NodeJS.ProcessEnv>): boolean =>
  Boolean(env["OTEL_EXPORTER_OTLP_ENDPOINT"] || env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]) &&
  env["OTEL_SDK_DISABLED"]?.toLowerCase() !== "true";

/** Does `work` in a span inside whichever span is open, and marks it where `work` throws. */
export const inSpan = <T>(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  work: () => Promise<T>,
): Promise<T> => (spans ? spans.within(name, attributes, work) : work());

/** What continues the open span in a process that is started with these variables. */
export const spanEnvironment = (): Readonly<Record<string, string>> => spans?.carried() ?? {};

/** For Temporal's clients and workers: carries the open span through workflows into activities. */
export const tracingPlugins = (): OpenTelemetryPlugin[] => (spans ? [spans.plugin] : []);

/** Sends what is left, waiting a few seconds at most for a collector that does not answer. */
export async function endTracing(): Promise<void> {
  await spans?.end();
  spans = undefined;
}
