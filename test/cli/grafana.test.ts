import { once } from "node:events";
import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { grafanaClient } from "#grafana-client";
import { type GrafanaServerOptions, startGrafana, TOKENS } from "../support/grafana-server.ts";
import { freePort } from "../support/program.ts";
import { liesweep } from "./captured-terminal.ts";

const DASHBOARDS = ["sweeps", "trials", "filtration", "agreement", "workers", "cost"]
  .map((name) => `liesweep-${name}`)
  .toSorted();

const push = (url: string, token = TOKENS.editor, ...words: string[]) =>
  liesweep({ GRAFANA_URL: url, GRAFANA_TOKEN: token }, "grafana", "push", ...words);

/** What a push to such a Grafana says, where it must say no and change nothing. */
async function refused(options: GrafanaServerOptions, token?: string): Promise<string> {
  await using grafana = await startGrafana(options);
  const { code, out, err } = await push(grafana.url, token);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(grafana.writes).toEqual([]);
  return err;
}

describe("grafana push", () => {
  it("puts every dashboard and rule where it belongs, and says where", async () => {
    await using grafana = await startGrafana();
    const { code, out, err } = await push(grafana.url);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect([...grafana.dashboards.keys()].toSorted()).toEqual(DASHBOARDS);
    expect(grafana.ruleGroups.get("liesweep")?.rules.length).toBe(4);
    for (const uid of DASHBOARDS) expect(out).toContain(`${grafana.url}d/${uid}/`);
    expect(out).toContain("Grafana 12.2.0 has 6 dashboards and 4 alert rules.");
  });

  it("changes nothing but versions when it is repeated", async () => {
    await using grafana = await startGrafana();
    await push(grafana.url);
    const before = grafana.writes.length;
    const { code } = await push(grafana.url);
    expect(code).toBe(0);
    expect([...grafana.dashboards.values()].map(({ version }) => version)).toEqual(
      DASHBOARDS.map(() => 2),
    );
    // the folder was there
    expect(grafana.writes.length).toBe(2 * before - 1);
  });

  it("prints JSON for scripts, also of a Grafana below a path", async () => {
    await using grafana = await startGrafana({ path: "/grafana/" });
    const words = ["--url", grafana.url.replace(/\/$/, ""), "--token", TOKENS.editor, "--json"];
    const { out } = await liesweep({}, "grafana", "push", ...words);
    const pushed = JSON.parse(out) as { dashboards: { uid: string; url: string }[] };
    expect(pushed).toMatchObject({
      version: "12.2.0",
      rules: expect.arrayContaining(["No slots"]),
    });
    expect(pushed.dashboards.map(({ uid }) => uid)).toEqual(DASHBOARDS);
    for (const { url } of pushed.dashboards) expect(url).toContain(`${grafana.url}d/liesweep-`);
  });

  it("tells a token that Grafana does not know", async () => {
    expect(await refused({}, "glsa_wrong")).toMatch(
      /does not know this token \(.*401: Invalid API key\).*GRAFANA_TOKEN/,
    );
  });

  it("tells a token that may not write", async () => {
    expect(await refused({}, TOKENS.viewer)).toMatch(/may not do that \(.*403.*role Editor/);
  });

  it("tells an old Grafana, and one that does not say how old it is", async () => {
    expect(await refused({ version: "11.6.1" })).toMatch(/is 11\.6\.1, and .* need 12 or newer/);
    expect(await refused({ version: "" })).toMatch(/does not say which version/);
  });

  it.each([
    ["one that is missing", {}, /no data source has the uid liesweep-prometheus/],
    [
      "one of another type",
      { "liesweep-prometheus": "loki" },
      /liesweep-prometheus is a loki and not a prometheus/,
    ],
  ])("tells of data sources %s", async (_, others, message) => {
    const dataSources = { "liesweep-postgres": "grafana-postgresql-datasource", ...others };
    expect(await refused({ dataSources })).toMatch(message);
  });

  it("tells that nobody answers, and that what answers is no Grafana", async () => {
    const none = await push(`http://127.0.0.1:${await freePort()}`);
    expect(none.code).toBe(1);
    expect(none.err).toMatch(
      /No Grafana answers at http:\/\/127\.0\.0\.1:\d+ \(.*ECONNREFUSED.*--url/,
    );
    const server = createServer((_, response) => response.end("<html>hello</html>")).listen(0);
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const other = await push(`http://127.0.0.1:${port}`);
    server.close();
    expect(other.err).toMatch(/No Grafana answers at .* no JSON/);
  });

  it("does not wait for ever", async () => {
    const server = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const grafana = grafanaClient({
      ...{ url: `http://127.0.0.1:${port}`, token: "x", patienceMs: 50 },
    });
    await expect(grafana.health()).rejects.toThrow("too long to answer");
    server.closeAllConnections();
    server.close();
  });

  it("asks for a token, an address and the one action there is", async () => {
    for (const [words, message] of [
      [["push"], /A token is needed/],
      [["push", "--url", "grafana", "--token", "x"], /grafana is no address/],
      [["pull"], /There is no `liesweep grafana pull`/],
    ] as const) {
      const { code, out, err } = await liesweep({}, "grafana", ...words);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(err).toMatch(message);
    }
  });
});
