import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { Resource } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { OpenTelemetryPlugin } from "@temporalio/interceptors-opentelemetry";

/** Whose spans these are, as collectors group them. */
export type ServiceName = "liesweep" | "liesweep-worker" | "liesweep-trainer";

/** The tracer of a process. */
export interface Spans {
  readonly plugin: OpenTelemetryPlugin;
  within<T>(
    name: string,
    attributes: Readonly<Record<string, string | number>>,
    work: () => Promise<T>,
  ): Promise<T>;
  carried(): Readonly<Record<string, string>>;
  end(): Promise<void>;
}

/**
 * Spans that go to the collector of the environment as OTLP over HTTP, in JSON.
 *
 * @param traceparent - of the span that started this process, in the W3C's form
 */
export function openSpans(service: ServiceName, traceparent: string | undefined): Spans {
  const resource = Resource.default().merge(
    new Resource({
      "service.name": service,
      "host.name": hostname(),
      "process.pid": process.pid,
    }),
  );
  const processor = new BatchSpanProcessor(new OTLPTraceExporter());
  const provider = new NodeTracerProvider({ resource, spanProcessors: [processor] });
  provider.register();
  const tracer = trace.getTracer("liesweep");
  const outer = propagation.extract(ROOT_CONTEXT, { traceparent });
  const here = (): Context => (trace.getActiveSpan() ? context.active() : outer);
  return {
    plugin: new OpenTelemetryPlugin({ resource, spanProcessor: processor }),
    within: (name, attributes, work) =>
      tracer.startActiveSpan(name, { attributes: { ...attributes } }, here(), async (span) => {
        try {
          return await work();
        } catch (error) {
          span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
          throw error;
        } finally {
          span.end();
        }
      }),
    carried() {
      const carrier: Record<string, string> = {};
      propagation.inject(here(), carrier);
      const { traceparent: open } = carrier;
      return open === undefined ? {} : { TRACEPARENT: open };
    },
    async end() {
      const patience = new AbortController();
      await Promise.race([
        provider.shutdown().catch(() => undefined),
        sleep(PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => undefined),
      ]);
      patience.abort();
    },
  };
}

/** A collector that is up takes a batch in milliseconds, and no command should hang on one that is not. */
const PATIENCE_MS = 3000;
