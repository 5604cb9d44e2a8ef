import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type WatchPace, watchSweep } from "../../cli/watching.ts";
import { freePort } from "../../local/ports.ts";
import { openStore, type SweepStore } from "../../store/index.ts";
import { report, worker } from "../store/samples.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { until } from "../support/until.ts";
import { capturedTerminal, liesweep, widest } from "./captured-terminal.ts";
import { judgedSweep, plannedSweep, trainedSweep, VERDICTS } from "./seeded-sweeps.ts";

let database: TestDatabase;
let store: SweepStore;
let env: Readonly<Record<string, string>>;

const FAST: WatchPace = { lookMs: 10, idleMs: 60_000, workflowMs: 60_000 };

beforeAll(async () => {
  database = await freshDatabase();
  store = await openStore(database.url);
  env = {
    LIESWEEP_HOME: "/nonexistent",
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: inject("temporalAddress"),
  };
});
afterAll(async () => {
  await store.close();
  await database.drop();
});

const watchAt = (terminal: ReturnType<typeof capturedTerminal>, sweep: string, pace = {}) =>
  watchSweep(terminal, sweep as never, "text", { ...FAST, ...pace });

const says = (terminal: ReturnType<typeof capturedTerminal>, words: string) =>
  until(`it says ${words}`, () => terminal.err().includes(words), 20);

describe("watch without a terminal", () => {
  it("prints plain lines on change, then the verdict, and returns its code", async () => {
    const { sweep } = await plannedSweep(store, "plain");
    const terminal = capturedTerminal(env);
    const watching = watchAt(terminal, sweep);
    await says(terminal, "0 % trained");
    await store.setSweepState(sweep, "running");
    const claim = await store.claimTrials(sweep, [0, 1, 2, 3, 4, 5, 6, 7], worker);
    await store.saveReports(
      claim,
      [0, 1, 2, 3, 4, 5, 6, 7].map((trial) => report(trial, 1)),
    );
    await says(terminal, "33 % trained");
    await store.endTrials(claim, [{ trial: 0, epoch: 1, ending: "detected" }]);
    await store.saveVerdict(sweep, { ...VERDICTS.inconclusive, directions: [] });
    await store.setSweepState(sweep, "complete");
    expect(await watching).toBe(3);
    const err = terminal.err();
    expect(err).toContain("plain: 33 % trained; trials 0 done, 8 running, 0 waiting;");
    expect(err).not.toContain("\u001b");
    expect(err.split("\n").length).toBeLessThan(8);
    expect(terminal.out()).toMatch(/^plain: inconclusive/);
  });

  it("of a sweep that has ended prints its verdict at once, as JSON where asked", async () => {
    const sweep = await judgedSweep(store, "over", VERDICTS.found);
    const { code, out } = await liesweep(env, "watch", sweep, "--json");
    expect(code).toBe(0);
    const lines = out.trimEnd().split("\n");
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
      ...{ event: "end", sweep, verdict: { name: "so(2)" } },
    });
  });

  it("takes an unknown name for bad input", async () => {
    expect((await liesweep(env, "watch", "nobody")).code).toBe(2);
  });

  it("on Ctrl-C says how to come back and leaves the sweep alone", async () => {
    const { sweep } = await plannedSweep(store, "left");
    const terminal = capturedTerminal(env);
    const watching = watchAt(terminal, sweep);
    await until("it says something", () => terminal.err() !== "", 20);
    terminal.interrupt();
    expect(await watching).toBe(130);
    expect(terminal.err()).toContain("come back with `liesweep watch left`");
    expect((await store.readProgress(sweep)).state).toBe("planned");
  });

  it("hints at a worker where trials wait and none runs", async () => {
    const { sweep } = await plannedSweep(store, "idle");
    const terminal = capturedTerminal(env);
    const watching = watchAt(terminal, sweep, { idleMs: 50 });
    await says(terminal, "`liesweep worker`");
    await sleep(100);
    expect(terminal.err().match(/liesweep worker/g)).toHaveLength(1);
    terminal.interrupt();
    await watching;
  });

  it("waits for a database that is away, and goes on", async () => {
    const { sweep } = await plannedSweep(store, "outage");
    const way = await wayTo(database.url);
    const terminal = capturedTerminal({ ...env, DATABASE_URL: way.url });
    const watching = watchAt(terminal, sweep);
    await until("it says something", () => terminal.err() !== "", 20);
    await way.close();
    await says(terminal, "reconnecting");
    await sleep(100);
    expect(terminal.err().match(/reconnecting/g)).toHaveLength(1);
    await way.open();
    await store.setSweepState(sweep, "cancelled");
    expect(await watching).toBe(1);
    expect(terminal.out()).toMatch(/^outage: cancelled; no verdict/);
    await way.close();
  });

  it("ends where the workflow has ended and no verdict will come", async () => {
    const { sweep } = await plannedSweep(store, "orphaned");
    const watching = watchAt(capturedTerminal(env), sweep, { workflowMs: 20 });
    await expect(watching).rejects.toThrow(/not known to Temporal.*Submit the same file again/);
  });
});

describe("watch on a terminal", () => {
  it("draws one block that fits its columns", async () => {
    const sweep = await trainedSweep(store, "live");
    const terminal = capturedTerminal({ ...env, TERM: "xterm" }, { isTTY: true, columns: 80 });
    const watching = watchAt(terminal, sweep);
    await says(terminal, "validity");
    terminal.interrupt();
    expect(await watching).toBe(130);
    const block = stripVTControlCharacters(terminal.err());
    expect(widest(block), block).toBeLessThanOrEqual(80);
    for (const text of [
      "100 % tested",
      "5 done, 0 running, 0 waiting of 8",
      "3 ended early (1 detected, 1 collapsed, 1 diverged)",
      "24 of 24",
      "4 of 4",
      "best so far: entropy 0.6929 of 0.6931 = ln 2",
    ])
      expect(block).toContain(text);
  });
});

/** A port that leads to the server of `url` while it is open. */
async function wayTo(url: string) {
  const { hostname, port: target } = new URL(url);
  const port = await freePort();
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket.on("error", () => undefined));
  };
  const server = createServer((near) => {
    const far = connect(Number(target), hostname);
    keep(near);
    keep(far);
    near.pipe(far).pipe(near);
  });
  const open = () => once(server.listen(port, "127.0.0.1"), "listening");
  await open();
  return {
    url: Object.assign(new URL(url), { hostname: "127.0.0.1", port: String(port) }).href,
    open,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}
