import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import {
  type GrafanaAddress,
  type GrafanaClient,
  GrafanaRefusal,
  GrafanaSilent,
  grafanaClient,
  type RuleGroup,
} from "#grafana-client";

/** The dashboards cannot be brought to this Grafana. The message says what was seen and what to do. */
class GrafanaPushError extends Error {
  override readonly name = "GrafanaPushError";
}

/** What is there afterwards. */
export interface Pushed {
  readonly version: string;
  /** With the address of each in the browser. */
  readonly dashboards: readonly { readonly uid: string; readonly url: string }[];
  /** Titles. */
  readonly rules: readonly string[];
}

/** The oldest Grafana whose dashboards have the schema that ours are written in, version 42 or the one before. */
const OLDEST = 12;

const FOLDER = { uid: "liesweep", title: "liesweep" };

const infra = fileURLToPath(new URL("../infra/grafana/", import.meta.url));

/**
 * Puts the dashboards and alert rules of this version on a Grafana. What has their uids is replaced, so
 * repeating it changes nothing. Nothing is written before version, token and data sources are known to do.
 *
 * @throws {@link GrafanaPushError}
 */
export async function push(address: GrafanaAddress): Promise<Pushed> {
  const grafana = grafanaClient(address);
  const [dashboards, group] = await Promise.all([readDashboards(), readRules()]);
  try {
    const version = await requireVersion(grafana, address);
    await requireSources(grafana, sourcesOf({ dashboards, group }));
    if (!(await grafana.folder(FOLDER.uid))) await grafana.createFolder(FOLDER.uid, FOLDER.title);
    const saved = [];
    for (const dashboard of dashboards) {
      const { uid, url } = await grafana.saveDashboard(dashboard, FOLDER.uid);
      saved.push({ uid, url: new URL(url, address.url).href });
    }
    await grafana.saveRules(group);
    return { version, dashboards: saved, rules: group.rules.map((rule) => rule.title) };
  } catch (error) {
    throw explained(error, address);
  }
}

async function requireVersion(grafana: GrafanaClient, { url }: GrafanaAddress): Promise<string> {
  const { version } = (await grafana.health()) as { readonly version?: string };
  const [, major] = /^v?(\d+)\./.exec(version ?? "") ?? [];
  if (version === undefined || major === undefined)
    throw new GrafanaPushError(
      `What answers at ${url} does not say which version of Grafana it is. Give --url its address, ` +
        "with the path that it is served below.",
    );
  if (Number(major) < OLDEST)
    throw new GrafanaPushError(
      `Grafana at ${url} is ${version}, and these dashboards need ${OLDEST} or newer. Nothing was changed.`,
    );
  return version;
}

async function requireSources(
  grafana: GrafanaClient,
  wanted: ReadonlyMap<string, string>,
): Promise<void> {
  const missing: string[] = [];
  for (const [uid, type] of wanted) {
    const found = await grafana.dataSource(uid);
    if (!found) missing.push(`no data source has the uid ${uid}`);
    else if (found.type !== type)
      missing.push(`the data source ${uid} is a ${found.type} and not a ${type}`);
  }
  if (missing.length > 0)
    throw new GrafanaPushError(
      `In this Grafana ${missing.join(", and ")}. Provision infra/grafana/provisioning/datasources, ` +
        "or make them by hand with these uids: docs/grafana.md. Nothing was changed.",
    );
}

/** Every data source that panels and rules name, with its type. */
function sourcesOf(content: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  JSON.stringify(content, (key, value: unknown) => {
    if (key === "datasource" && value !== null && typeof value === "object") {
      const { uid, type } = value as { readonly uid?: string; readonly type?: string };
      if (uid !== undefined && type !== undefined) found.set(uid, type);
    }
    return value;
  });
  return found;
}

function explained(error: unknown, { url }: GrafanaAddress): unknown {
  if (error instanceof GrafanaSilent)
    return new GrafanaPushError(
      `No Grafana answers at ${url} (${error.message}). Give its address as --url http://host:3000 or GRAFANA_URL.`,
      { cause: error },
    );
  if (!(error instanceof GrafanaRefusal)) return error;
  switch (error.status) {
    case 401:
      return new GrafanaPushError(
        `Grafana at ${url} does not know this token (${error.message}). Make one under Administration, ` +
          "Service accounts, and give it as GRAFANA_TOKEN or --token.",
        { cause: error },
      );
    case 403:
      return new GrafanaPushError(
        `This token may not do that (${error.message}). Its service account needs the role Editor to write ` +
          "dashboards and rules, and the permission to read data sources.",
        { cause: error },
      );
    default:
      return new GrafanaPushError(
        `Grafana at ${url} refused: ${error.message}. What was written before it stays; pushing again repeats it.`,
        { cause: error },
      );
  }
}

async function readDashboards(): Promise<readonly object[]> {
  const names = (await readdir(`${infra}dashboards`)).filter((name) => name.endsWith(".json"));
  return Promise.all(
    names
      .sort()
      .map(
        async (name) => JSON.parse(await readFile(`${infra}dashboards/${name}`, "utf8")) as object,
      ),
  );
}

const readRules = async (): Promise<RuleGroup> =>
  JSON.parse(await readFile(`${infra}alerts/liesweep.json`, "utf8")) as RuleGroup;
