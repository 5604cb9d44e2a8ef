import { readdir, readFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generatedFiles } from "../../infra/grafana/files.ts";
import { openStore, type SweepStore } from "../../store/index.ts";
import { plannedSweep, trainedSweep } from "../cli/seeded-sweeps.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import {
  type DashboardFile,
  dashboardFaults,
  type RuleGroupFile,
  ruleFaults,
  type Surroundings,
  surroundings,
  valuesOf,
} from "./check.ts";
import { observedSweep } from "./observed-sweep.ts";

const infra = new URL("../../infra/grafana/", import.meta.url);
const files = generatedFiles();
const paths = [...files.keys()].filter((path) => path.startsWith("dashboards/"));
const dashboard = (path: string) => JSON.parse(files.get(path) ?? "") as DashboardFile;
const rules = JSON.parse(files.get("alerts/liesweep.json") ?? "") as RuleGroupFile;

let database: TestDatabase;
let store: SweepStore;
let admin: pg.Pool;
let around: Surroundings;
beforeAll(async () => {
  database = await freshDatabase();
  store = await openStore(database.url);
  admin = new pg.Pool({ connectionString: database.url });
  await observedSweep(store, "observed");
  around = await surroundings(await readerOf(admin, database.url));
});
afterAll(async () => {
  await Promise.all([store.close(), around.reader.end()]);
  await admin.query("drop owned by grafana_reader; drop role grafana_reader");
  await admin.end();
  await database.drop();
});

describe("the generated files", () => {
  it.each([...files])(
    "%s is what its source says: `npm run grafana` writes it",
    async (path, text) => {
      expect(await readFile(new URL(path, infra), "utf8")).toBe(text);
    },
  );

  it("are all there is", async () => {
    for (const folder of ["dashboards", "alerts", "provisioning/alerting"])
      for (const name of await readdir(new URL(`${folder}/`, infra)))
        expect(files.has(`${folder}/${name}`), `${folder}/${name}`).toBe(true);
  });

  it.each(paths)("%s is a dashboard whose every query a reader can run", async (path) => {
    expect(await dashboardFaults(dashboard(path), around)).toEqual([]);
  });

  it("have alert rules whose every query a reader can run", async () => {
    expect(await ruleFaults(rules, around)).toEqual([]);
  });
});

describe("the same check of a dashboard with a mistake", () => {
  const first = paths[0] ?? "";
  /** The first dashboard with one place of its text changed. */
  const spoilt = (from: string | RegExp, to: string) => {
    const text = files.get(first) ?? "";
    expect(text).toMatch(from);
    return JSON.parse(text.replace(from, to)) as DashboardFile;
  };

  it.each([
    ["a column that there is not", "order by place limit 50", "order by rank limit 50", /rank/],
    [
      "a write",
      /"rawSql": "select \* from leaderboard[^"]*"/,
      '"rawSql": "delete from trials returning id"',
      /permission denied/,
    ],
    [
      "a data source that nobody provisions",
      '"uid": "liesweep-postgres"',
      '"uid": "sweeps"',
      /no data source sweeps/,
    ],
    ["a macro that there is not", "$__timeFilter", "$__timeFiltre", /unknown macro/],
    [
      "a variable that there is not",
      "'$sweep' order by place",
      "'$swep' order by place",
      /unknown variable/,
    ],
    [
      "a time series without a time",
      "$__timeGroupAlias(e.recorded_at, '1m')",
      "1",
      /no column "time"/,
    ],
    [
      "a condition that nothing meets",
      "'$sweep' order by place",
      "'nowhere' order by place",
      /no rows/,
    ],
    ["a number for a title", '"title": "Leaderboard"', '"title": 7', /schema: \/panels/],
    ["an axis that there is not", '"xField": "state"', '"xField": "phase"', /"phase" to draw over/],
  ])("finds %s", async (_, from, to, fault) => {
    expect((await dashboardFaults(spoilt(from, to), around)).join("\n")).toMatch(fault);
  });

  it("finds a metric that docs/metrics.md does not explain", async () => {
    const text = files.get("dashboards/liesweep-workers.json") ?? "";
    const wrong = JSON.parse(text.replace("liesweep_epochs_total", "liesweep_epoch_total"));
    expect((await dashboardFaults(wrong as DashboardFile, around)).join()).toMatch(
      /liesweep_epoch_total/,
    );
  });

  it("finds epochs that do not rise", async () => {
    const text = files.get("dashboards/liesweep-trials.json") ?? "";
    const wrong = JSON.parse(text.replace("order by e.epoch", "order by e.epoch desc"));
    expect((await dashboardFaults(wrong as DashboardFile, around)).join()).toMatch(/does not rise/);
  });

  it("finds a rule with two numbers a row, and one without its condition", async () => {
    const text = files.get("alerts/liesweep.json") ?? "";
    const two = text.replace(
      "count(*)::float8 as running",
      "count(*)::float8 as running, 2.5::float8 as more",
    );
    const faults = await ruleFaults(JSON.parse(two) as RuleGroupFile, around);
    expect(faults.join()).toMatch(/more than one number/);
    const none = JSON.parse(text.replace('"condition": "C"', '"condition": "D"')) as RuleGroupFile;
    expect((await ruleFaults(none, around)).join()).toMatch(/no D/);
  });
});

describe("an alert rule", () => {
  const query = (title: string) => {
    const rule = rules.rules.find((each) => each.title === title);
    const limit = rule?.data.flatMap(({ model }) => model.conditions ?? [])[0]?.evaluator.params[0];
    return { rawSql: rule?.data[0]?.model.rawSql ?? "", limit: limit ?? Number.NaN };
  };
  /** Sweeps that the rule of this title would wake somebody for. */
  const firing = async (title: string) => {
    const { rawSql, limit } = query(title);
    return [...(await valuesOf(rawSql, around))].flatMap(([name, value]) =>
      value > limit ? [name] : [],
    );
  };

  it("fires for the sweep that has recorded nothing for a while, and for no other", async () => {
    await trainedSweep(store, "lively");
    await trainedSweep(store, "stalled");
    expect(await firing("Stalled sweep")).toEqual([]);
    await admin.query(`
      update epochs set recorded_at = recorded_at - interval '20 minutes'
        where trial_id in (select id from trials where sweep_id = 'stalled');
      update validity_tests set tested_at = tested_at - interval '20 minutes' where sweep_id = 'stalled';
      update sweeps set started_at = started_at - interval '1 hour' where id = 'stalled'`);
    expect(await firing("Stalled sweep")).toEqual(["stalled"]);
  });

  it("fires for a sweep that has not even begun to record", async () => {
    await plannedSweep(store, "silent").then(({ sweep }) => store.setSweepState(sweep, "running"));
    await admin.query(
      "update sweeps set started_at = now() - interval '20 minutes' where id = 'silent'",
    );
    expect(await firing("Stalled sweep")).toContain("silent");
  });

  it("fires where many trials fail, and where many numbers are none", async () => {
    await trainedSweep(store, "failing");
    await trainedSweep(store, "unsound");
    expect(await firing("Many trials fail")).toEqual([]);
    expect(await firing("Many numbers are none")).toEqual([]);
    await admin.query(`
      update trials set state = 'failed' where sweep_id = 'failing' and number < 2;
      update validity_tests set cross_entropy = 'NaN' where sweep_id = 'unsound' and number < 2`);
    expect(await firing("Many trials fail")).toEqual(["failing"]);
    expect(await firing("Many numbers are none")).toEqual(["unsound"]);
  });

  it("of slots counts the sweeps that run", async () => {
    const { rows } = await admin.query<{ running: number }>(
      "select count(*)::int as running from sweeps where state = 'running'",
    );
    const [value] = (await valuesOf(query("No slots").rawSql, around)).values();
    expect(value).toBe(rows[0]?.running);
  });
});

/** Connections of somebody who may read and nothing else, as Grafana's should be. */
async function readerOf(pool: pg.Pool, url: string): Promise<pg.Pool> {
  await pool.query("create role grafana_reader login password 'reads' in role liesweep_reader");
  const signedIn = new URL(url);
  signedIn.username = "grafana_reader";
  signedIn.password = "reads";
  return new pg.Pool({ connectionString: signedIn.href, statement_timeout: 5000 });
}
