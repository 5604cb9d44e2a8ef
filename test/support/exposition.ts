export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Metric {
  readonly type: string;
  readonly help: string;
  /** By the name of the sample: of a histogram, that of the metric with `_bucket`, `_sum`, `_count`. */
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
}

/** Prometheus' text format 0.0.4, read strictly. @throws {SyntaxError} at the first line that is not of it */
export function parseExposition(text: string): ReadonlyMap<string, Metric> {
  if (!text.endsWith("\n")) throw new SyntaxError("The last line does not end.");
  const metrics = new Map<string, { type: string; help: string; samples: Map<string, Sample[]> }>();
  let current = "";
  for (const line of text.split("\n").slice(0, -1)) {
    const [, kind, about, rest] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (kind !== undefined && about !== undefined) {
      current = about;
      const metric = metrics.get(about) ?? { type: "", help: "", samples: new Map() };
      metrics.set(about, { ...metric, [kind.toLowerCase()]: rest });
      continue;
    }
    const [, name, labels = "", value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    const metric = metrics.get(current);
    if (name === undefined || !metric || !belongs(name, current, metric.type))
      throw new SyntaxError(`"${line}" is no sample of ${current || "anything"}.`);
    const samples = metric.samples.get(name) ?? [];
    samples.push({ labels: labelsOf(labels), value: numberOf(value) });
    metric.samples.set(name, samples);
  }
  return metrics;
}

const belongs = (name: string, metric: string, type: string): boolean =>
  type === "histogram"
    ? ["_bucket", "_sum", "_count"].some((suffix) => name === metric + suffix)
    : name === metric;

function labelsOf(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/g)];
  if (pairs.map(([whole]) => whole).join("") !== text)
    throw new SyntaxError(`"${text}" are no labels.`);
  return Object.fromEntries(pairs.map(([, name = "", value = ""]) => [name, value]));
}

function numberOf(text = ""): number {
  if (text === "+Inf") return Number.POSITIVE_INFINITY;
  if (text === "-Inf") return Number.NEGATIVE_INFINITY;
  const value = Number(text);
  if (Number.isNaN(value) && text !== "NaN") throw new SyntaxError(`"${text}" is no number.`);
  return value;
}
