import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";

/** The data sources of provisioning/datasources, by the uids given there. */
export const POSTGRES = { type: "grafana-postgresql-datasource", uid: "liesweep-postgres" };
export const PROMETHEUS = { type: "prometheus", uid: "liesweep-prometheus" };

/** What Grafana makes of the rows: series over a column `time`, or a table. */
export type Format = "table" | "time_series";

/** A query of PostgreSQL, for which the SDK has no builder. */
export const sql = (query: string, format: Format = "table", refId = "A"): Builder<Dataquery> => ({
  build: () => {
    const target = { refId, datasource: POSTGRES, editorMode: "code", format, rawQuery: true };
    return { ...target, rawSql: dedent(query), _implementsDataqueryVariant() {} };
  },
});

/** A query of Prometheus over the time shown. */
export const promql = (expr: string, legend: string, refId = "A"): DataqueryBuilder =>
  new DataqueryBuilder()
    .refId(refId)
    .datasource(PROMETHEUS)
    .expr(expr)
    .legendFormat(legend)
    .range();

/** The same, of this moment alone. */
export const promqlNow = (expr: string, legend: string, refId = "A"): DataqueryBuilder =>
  promql(expr, legend, refId).instant();

/** Without the first and last line and the indentation of the code around it. */
function dedent(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const margin = Math.min(...lines.map((line) => line.length - line.trimStart().length));
  return lines.map((line) => line.slice(margin)).join("\n");
}
