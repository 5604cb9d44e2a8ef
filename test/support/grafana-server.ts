import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

export interface GrafanaServer extends AsyncDisposable {
  readonly url: string;
  /** Requests that changed something, as `POST /api/folders`. */
  readonly writes: readonly string[];
  readonly dashboards: ReadonlyMap<string, { readonly title: string; readonly version: number }>;
  readonly ruleGroups: ReadonlyMap<string, { readonly rules: readonly object[] }>;
}

export interface GrafanaServerOptions {
  readonly version?: string;
  /** Type by uid. */
  readonly dataSources?: Readonly<Record<string, string>>;
  /** Served below this path, as behind a proxy. */
  readonly path?: string;
}

/** Tokens that it knows, by role. */
export const TOKENS = { editor: "glsa_editor", viewer: "glsa_viewer" };

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const refusal = (status: number, message: string): Answer => ({ status, body: { message } });

/**
 * The part of Grafana's HTTP API that pushing uses, with its status codes and messages as its
 * documentation gives them (health, data source, folder, dashboard, alerting provisioning).
 */
export async function startGrafana({
  version = "12.2.0",
  dataSources = {
    "liesweep-postgres": "grafana-postgresql-datasource",
    "liesweep-prometheus": "prometheus",
  },
  path = "/",
}: GrafanaServerOptions = {}): Promise<GrafanaServer> {
  const writes: string[] = [];
  const folders = new Map<string, string>();
  const dashboards = new Map<string, { title: string; version: number }>();
  const ruleGroups = new Map<string, { rules: readonly object[] }>();

  function answer(method: string, place: string, token: string, body: string): Answer {
    if (method === "GET" && place === "api/health")
      return { status: 200, body: { commit: "0", database: "ok", version } };
    if (!Object.values(TOKENS).includes(token)) return refusal(401, "Invalid API key");
    const [, source] = /^api\/datasources\/uid\/([^/]+)$/.exec(place) ?? [];
    if (method === "GET" && source !== undefined) {
      const type = dataSources[source];
      return type === undefined
        ? refusal(404, "Data source not found")
        : { status: 200, body: { uid: source, type } };
    }
    const [, folder] = /^api\/folders\/([^/]+)$/.exec(place) ?? [];
    if (method === "GET" && folder !== undefined) {
      const title = folders.get(folder);
      return title === undefined
        ? refusal(404, "folder not found")
        : { status: 200, body: { uid: folder, title } };
    }
    if (token === TOKENS.viewer)
      return refusal(403, "You'll need additional permissions to perform this action.");
    writes.push(`${method} /${place}`);
    return write(method, place, JSON.parse(body) as Record<string, unknown>);
  }

  function write(method: string, place: string, body: Record<string, unknown>): Answer {
    if (method === "POST" && place === "api/folders") {
      const { uid, title } = body as { uid: string; title: string };
      if (folders.has(uid)) return refusal(409, "a folder with the same uid already exists");
      folders.set(uid, title);
      return { status: 200, body: { uid, title } };
    }
    if (method === "POST" && place === "api/dashboards/db") {
      const { dashboard, folderUid, overwrite } = body as {
        dashboard: { uid: string; title?: string };
        folderUid: string;
        overwrite: boolean;
      };
      if (!dashboard.title) return refusal(400, "Dashboard title cannot be empty");
      if (!folders.has(folderUid)) return refusal(400, "folder not found");
      const there = dashboards.get(dashboard.uid);
      if (there && !overwrite) return refusal(412, "A dashboard with the same uid already exists");
      const saved = { title: dashboard.title, version: (there?.version ?? 0) + 1 };
      dashboards.set(dashboard.uid, saved);
      const url = `${path}d/${dashboard.uid}/${dashboard.title.toLowerCase().replaceAll(" ", "-")}`;
      return { status: 200, body: { ...saved, uid: dashboard.uid, url, status: "success" } };
    }
    const [, folder = "", group = ""] =
      /^api\/v1\/provisioning\/folder\/([^/]+)\/rule-groups\/([^/]+)$/.exec(place) ?? [];
    if (method === "PUT" && group !== "") {
      const rules = body["rules"] as readonly { condition: string; data: { refId: string }[] }[];
      if (!folders.has(folder)) return refusal(404, "folder not found");
      if (rules.some(({ condition, data }) => !data.some(({ refId }) => refId === condition)))
        return refusal(400, "invalid alert rule: condition does not exist");
      ruleGroups.set(group, { rules });
      return { status: 200, body };
    }
    return refusal(404, "Not found");
  }

  const server = createServer((request, response) => {
    const place = (request.url ?? "").slice(path.length);
    void text(request).then((body) => {
      const { status, body: said } = request.url?.startsWith(path)
        ? answer(request.method ?? "", place, tokenOf(request), body)
        : refusal(404, "Not found");
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(said));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}${path}`,
    ...{ writes, dashboards, ruleGroups },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const tokenOf = ({ headers }: IncomingMessage): string =>
  headers.authorization?.replace(/^Bearer /, "") ?? "";
