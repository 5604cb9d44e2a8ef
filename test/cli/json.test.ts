import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, Connection } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { JSON_FORMS, outputJsonSchema } from "../../cli/json-forms.ts";
import { COMMANDS } from "../../cli/main.ts";
import { watchSweep } from "../../cli/watching.ts";
import { openStore, type SweepStore } from "../../store/index.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { startGrafana, TOKENS } from "../support/grafana-server.ts";
import { capturedTerminal, liesweep } from "./captured-terminal.ts";
import { faults, type JsonCommand } from "./json-output.ts";
import { judgedSweep, plannedSweep, trainedSweep, VERDICTS } from "./seeded-sweeps.ts";

const folder = new URL("../../docs/json/", import.meta.url);

const commands = Object.keys(JSON_FORMS) as readonly JsonCommand[];

describe("docs/json", () => {
  // UPDATE=1 npx vitest run test/cli/json.test.ts -t docs/json
  it.each(commands)("%s.schema.json is the schema of what that command prints", async (command) => {
    const file = new URL(`${command}.schema.json`, folder);
    const schema = `${JSON.stringify(outputJsonSchema(command), null, 2)}\n`;
    if (process.env["UPDATE"] === "1") await writeFile(file, schema);
    expect(await readFile(file, "utf8")).toBe(schema);
  });

  it("has a schema for every command with --json, and for no other", async () => {
    const withJson: string[] = [];
    for (const { usage } of COMMANDS) {
      const [command = ""] = usage.split(" ");
      const { out } = await liesweep({}, command, "--help");
      if (out.includes("--json ")) withJson.push(command);
    }
    expect([...commands].toSorted()).toEqual(withJson.toSorted());
    const files = await readdir(folder);
    expect(files.toSorted()).toEqual(commands.map((name) => `${name}.schema.json`).toSorted());
    const page = await readFile(new URL("../json.md", folder), "utf8");
    for (const name of commands) expect(page).toContain(`(json/${name}.schema.json)`);
  });
});

describe("a schema refuses", () => {
  it("a field that it does not name, one that is missing, and one of another type", () => {
    const good = { sweep: "a", submitted: "started" };
    expect(faults("submit", good)).toEqual([]);
    for (const bad of [{ ...good, more: 1 }, { sweep: "a" }, { ...good, sweep: 1 }])
      expect(faults("submit", bad)).not.toEqual([]);
  });
});

describe("what is printed is as the schema says", () => {
  let database: TestDatabase;
  let store: SweepStore;
  let home: string;
  let env: Readonly<Record<string, string>>;
  let client: Client;
  const asked = `json-${process.pid}`;
  beforeAll(async () => {
    database = await freshDatabase();
    store = await openStore(database.url);
    home = await mkdtemp(join(tmpdir(), "liesweep-json-"));
    const temporalAddress = inject("temporalAddress");
    env = { LIESWEEP_HOME: home, DATABASE_URL: database.url, TEMPORAL_ADDRESS: temporalAddress };
    client = new Client({ connection: await Connection.connect({ address: temporalAddress }) });
    await plannedSweep(store, "waiting");
    await trainedSweep(store, "trained");
    for (const status of ["found", "none", "inconclusive"] as const)
      await judgedSweep(store, status, VERDICTS[status]);
    await writeFile(
      join(home, "asked.yaml"),
      `sweep: ${asked}
dataset: { name: asymmetric, samples: 200, seed: 1 }
search: { basisCount: [1], regularization: [1], groupDimension: [3], seeds: 1 }
training: { epochs: 1, batchSize: 64, hiddenWidth: 8 }
`,
    );
  });
  afterAll(async () => {
    await client.workflow.getHandle(asked).terminate();
    await Promise.all([store.close(), client.connection.close()]);
    await database.drop();
    await rm(home, { recursive: true });
  });

  /** What a command prints, found to be as its schema says. */
  async function printed(command: JsonCommand, ...words: readonly string[]): Promise<unknown> {
    const { out, err } = await liesweep(env, command, ...words, "--json");
    expect(out, err).not.toBe("");
    const document: unknown = JSON.parse(out);
    expect(faults(command, document)).toEqual([]);
    return document;
  }

  it.each(["waiting", "trained", "found", "none", "inconclusive"])("show %s", async (sweep) => {
    expect(await printed("show", sweep)).toMatchObject({ sweep });
  });

  it("list", async () => expect(await printed("list")).toHaveLength(5));

  it("compare", async () => {
    await printed("compare", "found", "waiting");
    await printed("compare", "found", "found");
  });

  it("report, and export to stdout and to a file", async () => {
    const page = join(home, "found.html");
    expect(await printed("report", "found", "-o", page)).toMatchObject({ file: page });
    expect(await printed("export", "found")).toMatchObject({ levels: [{ level: 1 }] });
    const file = join(home, "found.npz");
    const { length } = await (async () => {
      expect(await printed("export", "found", "-o", file)).toMatchObject({ file, format: "npz" });
      return readFile(file);
    })();
    expect(await printed("export", "found", "-o", file)).toMatchObject({ bytes: length });
    expect(await liesweep(env, "export", "found", "--format", "npz", "--json")).toMatchObject({
      ...{ code: 2, out: "" },
    });
  });

  it("watch: an object a line, of progress, of why nothing happens, and at the end all of the sweep", async () => {
    const { sweep } = await plannedSweep(store, "followed");
    const terminal = capturedTerminal(env);
    const pace = { lookMs: 10, idleMs: 0, workflowMs: 60_000 };
    const watching = watchSweep(terminal, sweep, "lines", pace);
    await expect.poll(() => terminal.out()).toContain('"notice"');
    await store.setSweepState(sweep, "running");
    await store.saveVerdict(sweep, { ...VERDICTS.none, directions: [] });
    await store.setSweepState(sweep, "complete");
    expect(await watching).toBe(0);
    expect(terminal.err()).toBe("");
    const lines = terminal.out().trimEnd().split("\n");
    const events = lines.map((line) => JSON.parse(line) as { event: string });
    for (const event of events) expect(faults("watch", event)).toEqual([]);
    expect(events.map(({ event }) => event).slice(0, 2)).toEqual(["progress", "notice"]);
    expect(events.filter(({ event }) => event === "end")).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ event: "end", verdict: { status: "none" } });
  });

  it("submit, then cancel of what is asked, of what nobody works on and of what has ended", async () => {
    const file = join(home, "asked.yaml");
    expect(await printed("submit", file)).toEqual({ sweep: asked, submitted: "started" });
    expect(await printed("submit", file)).toEqual({ sweep: asked, submitted: "attached" });
    const outcomes = [];
    for (const sweep of [asked, "waiting", "found"]) outcomes.push(await printed("cancel", sweep));
    expect(outcomes).toMatchObject([
      { state: "planned", outcome: "cancelling" },
      { state: "planned", outcome: "cancelled" },
      { state: "complete", outcome: "nothing to cancel" },
    ]);
  });

  it("plan", async () => {
    expect(await printed("plan", join(home, "asked.yaml"), "--slots", "1")).toMatchObject({
      trials: 1,
    });
  }, 240_000);

  it("doctor", async () => {
    expect(await printed("doctor")).toMatchObject({ canTrain: true });
  }, 240_000);

  it("up", async () => {
    expect(await printed("up")).toMatchObject({ temporalAddress: env["TEMPORAL_ADDRESS"] });
  });

  it("grafana push", async () => {
    await using grafana = await startGrafana();
    const words = ["push", "--url", grafana.url, "--token", TOKENS.editor];
    expect(await printed("grafana", ...words)).toMatchObject({ version: "12.2.0" });
  });
});
