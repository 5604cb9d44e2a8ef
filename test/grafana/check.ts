import { readFile } from "node:fs/promises";
import { Ajv } from "ajv";
import type pg from "pg";
import { parse } from "yaml";
import { expand, type Filling } from "./macros.ts";

const infra = new URL("../../infra/grafana/", import.meta.url);

/** Of a dashboard, as its JSON says it. */
interface Target {
  readonly refId: string;
  readonly datasource?: { readonly uid: string };
  readonly rawSql?: string;
  readonly format?: string;
  readonly expr?: string;
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly datasource?: { readonly uid: string };
  readonly options?: { readonly xField?: string };
  readonly targets?: readonly Target[];
  readonly gridPos: { readonly x: number; readonly w: number };
}

export interface DashboardFile {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list?: readonly {
      readonly name: string;
      readonly type: string;
      readonly query: string;
      readonly datasource?: { readonly uid: string };
    }[];
  };
}

export interface RuleGroupFile {
  readonly rules: readonly {
    readonly title: string;
    readonly condition: string;
    readonly data: readonly {
      readonly refId: string;
      readonly datasourceUid: string;
      readonly model: Target & {
        readonly conditions?: readonly {
          readonly evaluator: { readonly type: string; readonly params: readonly number[] };
        }[];
      };
    }[];
  }[];
}

/** Where queries may go and what they may name. */
export interface Surroundings {
  /** Signed in as a reader. */
  readonly reader: pg.Pool;
  /** Uids of data sources that provisioning makes. */
  readonly sources: ReadonlySet<string>;
  /** Of the metrics that docs/metrics.md explains. */
  readonly metrics: ReadonlySet<string>;
}

/** What is provisioned and documented, for queries by `reader`. */
export async function surroundings(reader: pg.Pool): Promise<Surroundings> {
  const file = await readFile(new URL("provisioning/datasources/liesweep.yaml", infra), "utf8");
  const { datasources } = parse(file) as { datasources: readonly { readonly uid: string }[] };
  const docs = await readFile(new URL("../../docs/metrics.md", import.meta.url), "utf8");
  return {
    reader,
    sources: new Set(datasources.map(({ uid }) => uid)),
    metrics: new Set(
      [...docs.matchAll(/`((?:liesweep|temporal)_\w+)/g)].map(([, name = ""]) => name),
    ),
  };
}

/** What is wrong with a dashboard: its form, its data sources, or any query it would send. Empty is well. */
export async function dashboardFaults(
  dashboard: DashboardFile,
  around: Surroundings,
): Promise<readonly string[]> {
  const faults = [...(await schemaFaults("dashboard", dashboard))];
  const to = new Date();
  const variables: Record<string, string> = {};
  const filling = { variables, from: new Date(to.getTime() - 6 * 3_600_000), to };
  for (const { name, type, query, datasource } of dashboard.templating.list ?? []) {
    if (type === "textbox") variables[name] = query;
    else {
      faults.push(...sourceFaults(`$${name}`, datasource?.uid, around));
      const found = await ask(`$${name}`, query, filling, around);
      if (typeof found === "string") faults.push(found);
      else variables[name] = String(Object.values(found.rows[0] ?? {})[0]);
    }
  }
  const ids = dashboard.panels.map(({ id }) => id);
  if (new Set(ids).size < ids.length) faults.push("two panels have one id");
  for (const panel of dashboard.panels) {
    if (panel.gridPos.x + panel.gridPos.w > 24) faults.push(`${panel.title}: wider than the page`);
    for (const target of panel.targets ?? [])
      faults.push(...(await targetFaults(panel, target, filling, around)));
  }
  return faults;
}

async function targetFaults(
  { title, type, datasource, options }: Panel,
  target: Target,
  filling: Filling,
  around: Surroundings,
): Promise<readonly string[]> {
  const faults = [
    ...sourceFaults(title, datasource?.uid, around),
    ...sourceFaults(title, target.datasource?.uid, around),
  ];
  if (target.expr !== undefined) return [...faults, ...metricFaults(title, target.expr, around)];
  if (target.rawSql === undefined) return [...faults, `${title}: no query`];
  const found = await ask(title, target.rawSql, filling, around);
  if (typeof found === "string") return [...faults, found];
  const { rows, names } = found;
  const [x = ""] = names;
  if (rows.length === 0) faults.push(`${title}: no rows`);
  if (target.format === "time_series" && !names.includes("time"))
    faults.push(`${title}: no column "time"`);
  if (options?.xField !== undefined && !names.includes(options.xField))
    faults.push(`${title}: no column "${options.xField}" to draw over`);
  if (
    type === "trend" &&
    rows.some((row, i) => i > 0 && Number(row[x]) <= Number(rows[i - 1]?.[x]))
  )
    faults.push(`${title}: x does not rise`);
  return faults;
}

/** The same of alert rules: each query gives one number a row, and text that names it. */
export async function ruleFaults(
  group: RuleGroupFile,
  around: Surroundings,
): Promise<readonly string[]> {
  const faults = [...(await schemaFaults("rule-group", group))];
  for (const { title, condition, data } of group.rules) {
    if (!data.some(({ refId }) => refId === condition)) faults.push(`${title}: no ${condition}`);
    for (const { refId, datasourceUid, model } of data) {
      if (refId !== model.refId) faults.push(`${title}: ${refId} is called ${model.refId}`);
      if (datasourceUid === "__expr__") continue;
      faults.push(...sourceFaults(title, datasourceUid, around));
      if (model.expr !== undefined) faults.push(...metricFaults(title, model.expr, around));
      if (model.rawSql === undefined) continue;
      const found = await valuesOf(model.rawSql, around).catch((error: Error) => error.message);
      if (typeof found === "string") faults.push(`${title}: ${found}`);
    }
  }
  return faults;
}

/** What a rule's query says: a number under the text of its row. @throws where it says anything else */
export async function valuesOf(
  query: string,
  { reader }: Pick<Surroundings, "reader">,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await reader.query<Record<string, unknown>>(query);
  return new Map(
    rows.map((row) => {
      const numbers = Object.values(row).filter((value) => typeof value === "number");
      const labels = Object.values(row).filter((value) => typeof value === "string");
      const [value] = numbers;
      if (value === undefined || numbers.length + labels.length < Object.keys(row).length)
        throw new Error("rows are not one number and text");
      if (numbers.length > 1) throw new Error("more than one number a row");
      return [labels.join(" "), value];
    }),
  );
}

async function schemaFaults(name: string, value: unknown): Promise<readonly string[]> {
  const schema = await readFile(new URL(`schemas/${name}.schema.json`, infra), "utf8");
  const ajv = new Ajv({ strict: false, allErrors: true });
  const validate = ajv.compile(JSON.parse(schema) as object);
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `schema: ${error.instancePath} ${error.message}`);
}

const sourceFaults = (
  where: string,
  uid: string | undefined,
  { sources }: Surroundings,
): readonly string[] =>
  uid !== undefined && sources.has(uid) ? [] : [`${where}: no data source ${uid}`];

const metricFaults = (where: string, expr: string, { metrics }: Surroundings): readonly string[] =>
  [...expr.matchAll(/\b(?:liesweep|temporal)_\w+/g)]
    .map(([name]) => name.replace(/_(bucket|sum|count)$/, ""))
    .filter((name) => !metrics.has(name))
    .map((name) => `${where}: docs/metrics.md knows no ${name}`);

/** Rows and names of columns; or what the server said, or what of the query means nothing. */
async function ask(where: string, query: string, filling: Filling, { reader }: Surroundings) {
  try {
    const { rows, fields } = await reader.query<Record<string, unknown>>(expand(query, filling));
    return { rows, names: fields.map(({ name }) => name) };
  } catch (error) {
    return `${where}: ${(error as Error).message}`;
  }
}
