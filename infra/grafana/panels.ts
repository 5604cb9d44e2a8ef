import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import {
  type DataSourceRef,
  ReduceDataOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  type GridPos,
  type Panel,
  QueryVariableBuilder,
  VariableRefresh,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { type Format, POSTGRES, PROMETHEUS, sql } from "./sources.ts";

/** What every panel builder of the SDK can do. */
interface PanelBuilder extends Builder<Panel> {
  title(text: string): this;
  description(text: string): this;
  gridPos(place: GridPos): this;
  datasource(source: DataSourceRef): this;
  withTarget(target: Builder<Dataquery>): this;
}

interface Placed {
  readonly title: string;
  /** What it shows and how to read it. */
  readonly description: string;
  /** Of 24. */
  readonly width: number;
  readonly height?: number;
}

/** A panel on rows. Panels follow each other from left to right and fill whole lines. */
export const ofRows = <B extends PanelBuilder>(
  builder: B,
  {
    query,
    format = "table",
    ...about
  }: Placed & { readonly query: string; readonly format?: Format },
): B => placed(builder, about).datasource(POSTGRES).withTarget(sql(query, format));

/** A panel on what workers tell Prometheus. */
export function ofMetrics<B extends PanelBuilder>(
  builder: B,
  { queries, ...about }: Placed & { readonly queries: readonly Builder<Dataquery>[] },
): B {
  placed(builder, about).datasource(PROMETHEUS);
  for (const query of queries) builder.withTarget(query);
  return builder;
}

const placed = <B extends PanelBuilder>(
  builder: B,
  { title, description, width, height = 8 }: Placed,
): B => builder.title(title).description(description).gridPos({ x: 0, y: 0, w: width, h: height });

/** A stat shows every row, not a reduction of them. */
export const everyRow = (fields = ""): ReduceDataOptionsBuilder =>
  new ReduceDataOptionsBuilder().values(true).calcs([]).fields(fields);

/** An empty dashboard, with links to the others. */
export const dashboard = (uid: string, title: string, description: string): DashboardBuilder =>
  new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(["liesweep"])
    .timezone("browser")
    .time({ from: "now-24h", to: "now" })
    .link(
      new DashboardLinkBuilder("liesweep")
        .type(DashboardLinkType.Dashboards)
        .tags(["liesweep"])
        .includeVars(true)
        .keepTime(true),
    );

/** `$sweep`, the newest first. */
export const sweepVariable = (): QueryVariableBuilder =>
  variable("sweep", "Sweep", "select id from sweeps order by created_at desc limit 200");

export const variable = (name: string, label: string, query: string): QueryVariableBuilder =>
  new QueryVariableBuilder(name)
    .label(label)
    .datasource(POSTGRES)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged);

/** A matrix as rows and columns, of entries (row_index, column_index, value). */
export const matrixColumns = Array.from(
  { length: 8 },
  (_, column) => `max(value) filter (where column_index = ${column}) as "${column}"`,
).join(", ");
