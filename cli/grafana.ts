import { type CommandEntry, jsonOption } from "./command.ts";
import { badInput } from "./command-error.ts";
import { EXIT } from "./exit-codes.ts";
import { print, printJson } from "./terminal.ts";

export const grafana: CommandEntry = {
  usage: "grafana <action>",
  summary: "put the dashboards and alert rules on a Grafana (action: push)",
  examples: [
    "liesweep grafana push --url http://127.0.0.1:3000",
    "GRAFANA_TOKEN=… liesweep grafana push",
  ],
  notes: `It needs Grafana 12 or newer, a token of a service account that is Editor, and the data sources of
docs/grafana.md. What has the same uids is replaced. Nothing is written before those are known to do.
JSON: {"version", "dashboards": [{"uid", "url"}, ...], "rules": ["Stalled sweep", ...]}.`,
  options(command) {
    command
      .option("--url <address>", "of Grafana (default: GRAFANA_URL, or http://127.0.0.1:3000)")
      .option(
        "--token <token>",
        "of a service account (default: GRAFANA_TOKEN, which others cannot see)",
      );
    jsonOption(command);
  },
  async act(terminal, action, options) {
    if (action !== "push")
      throw badInput(
        `There is no \`liesweep grafana ${action}\`; \`liesweep grafana push\` is what there is.`,
      );
    const url = options.url ?? (terminal.env["GRAFANA_URL"] || "http://127.0.0.1:3000");
    const token = options.token ?? terminal.env["GRAFANA_TOKEN"];
    if (!URL.canParse(url)) throw badInput(`${url} is no address; give one like http://host:3000.`);
    if (!token)
      throw badInput(
        "A token is needed: set GRAFANA_TOKEN to one of a service account, or give --token.",
      );
    const { push } = await import("../grafana/index.ts");
    const pushed = await push({ url, token });
    if (options.json) printJson(terminal, pushed);
    else {
      for (const dashboard of pushed.dashboards) print(terminal, dashboard.url);
      print(
        terminal,
        `Grafana ${pushed.version} has ${pushed.dashboards.length} dashboards and ${pushed.rules.length} alert rules.`,
      );
    }
    return EXIT.ok;
  },
};
