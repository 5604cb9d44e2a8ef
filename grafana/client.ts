/** Where a Grafana is and who speaks to it. */
export interface GrafanaAddress {
  /** `http://host:3000`, with a path where it is served below one. */
  readonly url: string;
  /** Of a service account. */
  readonly token: string;
  /** A Grafana that is up answers in well under a second; 15 s when absent. */
  readonly patienceMs?: number;
}

/** How Grafana answered that it will not: `status` is HTTP's. */
export class GrafanaRefusal extends Error {
  override readonly name = "GrafanaRefusal";
  readonly status: number;

  constructor(call: string, status: number, said: string) {
    super(`${call} answered ${status}: ${said}`);
    this.status = status;
  }
}

/** Nobody answered as a Grafana does: no server, another one, or one that took too long. */
export class GrafanaSilent extends Error {
  override readonly name = "GrafanaSilent";
}

export interface Health {
  readonly version: string;
  /** `ok`, or what is wrong with its own database. */
  readonly database: string;
}

export interface SavedDashboard {
  readonly uid: string;
  /** Its path on the server. */
  readonly url: string;
  readonly version: number;
}

/** Rules that are evaluated together, as the HTTP API takes them. */
export interface RuleGroup {
  readonly title: string;
  readonly folderUid: string;
  /** Seconds. */
  readonly interval: number;
  readonly rules: readonly { readonly title: string }[];
}

export type GrafanaClient = ReturnType<typeof grafanaClient>;

/**
 * The calls of Grafana's HTTP API that dashboards as code need; npm has no maintained client for it.
 * Each throws {@link GrafanaRefusal} or {@link GrafanaSilent}.
 */
export function grafanaClient({ url, token, patienceMs = 15_000 }: GrafanaAddress) {
  const base = url.endsWith("/") ? url : `${url}/`;

  async function call<T>(method: "GET" | "POST" | "PUT", path: string, body?: object): Promise<T> {
    const what = `${method} /${path}`;
    const response = await fetch(new URL(path, base), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/json",
        ...(body && { "content-type": "application/json" }),
        // Otherwise rules could not be changed in the browser any more, and dashboards could.
        ...(path.startsWith("api/v1/provisioning/") && { "x-disable-provenance": "true" }),
      },
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.timeout(patienceMs),
    }).catch((error: unknown) => {
      throw new GrafanaSilent(`${what}: ${reasonOf(error)}`, { cause: error });
    });
    const text = await response.text();
    if (!response.ok) throw new GrafanaRefusal(what, response.status, saidIn(text));
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      throw new GrafanaSilent(`${what} answered with what is no JSON`, { cause: error });
    }
  }

  /** The same, where the server saying that there is no such thing is an answer. */
  const find = <T>(path: string): Promise<T | undefined> =>
    call<T>("GET", path).catch((error: unknown) => {
      if (error instanceof GrafanaRefusal && error.status === 404) return undefined;
      throw error;
    });

  return {
    /** Asks for no token. */
    health: (): Promise<Health> => call("GET", "api/health"),
    dataSource: (uid: string): Promise<{ readonly type: string } | undefined> =>
      find(`api/datasources/uid/${encodeURIComponent(uid)}`),
    folder: (uid: string): Promise<{ readonly title: string } | undefined> =>
      find(`api/folders/${encodeURIComponent(uid)}`),
    createFolder: (uid: string, title: string): Promise<{ readonly uid: string }> =>
      call("POST", "api/folders", { uid, title }),
    /** In place of what has its uid. */
    saveDashboard: (dashboard: object, folderUid: string): Promise<SavedDashboard> =>
      call("POST", "api/dashboards/db", { dashboard, folderUid, overwrite: true }),
    /** In place of the group of this title in its folder. */
    saveRules: (group: RuleGroup): Promise<RuleGroup> => {
      const [folder, title] = [group.folderUid, group.title].map(encodeURIComponent);
      return call("PUT", `api/v1/provisioning/folder/${folder}/rule-groups/${title}`, group);
    },
  };
}

/** Errors are JSON with a message; a proxy before it may say anything. */
function saidIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === "string") return message;
  } catch {
    // what is no JSON is quoted as it is
  }
  return text.trim().slice(0, 200) || "nothing more";
}

/** `fetch` says "fetch failed", and its cause why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "it took too long to answer";
  const { cause } = error;
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0]);
  return cause instanceof Error ? reasonOf(cause) : error.message;
}
