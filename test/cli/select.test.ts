import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, Connection } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { readQuestion } from "../../cli/question.ts";
import { submitSelection } from "../../cli/selection-anew.ts";
import { SweepServer } from "../../cli/temporal.ts";
import { openStore, type SweepStore } from "../../store/index.ts";
import { planTrials, type SweepId, selectionWorkflowId } from "../../sweep/index.ts";
import { worker } from "../store/samples.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { liesweep } from "./captured-terminal.ts";
import { judgedSweep, plannedSweep, trainedSweep, VERDICTS } from "./seeded-sweeps.ts";

let database: TestDatabase;
let store: SweepStore;
let server: SweepServer;
let folder: string;
let env: Readonly<Record<string, string>>;
const started: SweepId[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  store = await openStore(database.url);
  folder = await mkdtemp(join(tmpdir(), "liesweep-cli-"));
  env = {
    LIESWEEP_HOME: folder,
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: inject("temporalAddress"),
  };
  server = await SweepServer.connect(inject("temporalAddress"));
});
afterAll(async () => {
  // No worker takes them up, so that a cancel would leave them open.
  const connection = await Connection.connect({ address: inject("temporalAddress") });
  const { workflow } = new Client({ connection });
  for (const sweep of started) await workflow.getHandle(selectionWorkflowId(sweep)).terminate();
  await Promise.all([store.close(), server.close(), connection.close()]);
  await database.drop();
  await rm(folder, { recursive: true });
});

/** A sweep on data that exist, ended in this state with one trial trained. */
async function endedSweep(name: string, state: "complete" | "cancelled" | "failed") {
  const file = join(folder, `${name}.yaml`);
  await writeFile(
    file,
    `sweep: ${name}
dataset: { name: asymmetric, samples: 200, seed: 1 }
search: { basisCount: [1], regularization: [1], groupDimension: [3], seeds: 3 }
`,
  );
  const { spec, facts } = await readQuestion(file);
  await store.openSweep(spec, facts);
  await store.addTrials(spec.sweep, planTrials(spec));
  await store.setSweepState(spec.sweep, "running");
  const claim = await store.claimTrials(spec.sweep, [0], worker);
  await store.endTrials(claim, [{ trial: 0, epoch: 1, ending: "settled" }]);
  await store.setSweepState(spec.sweep, state);
  started.push(spec.sweep);
  return spec.sweep;
}

const name = (what: string) => `select-${process.pid}-${what}`;

describe("select refuses, and starts nothing", () => {
  it.each([
    ["tolerance", "0", "Expected more than 0, got 0."],
    ["tolerance", "1", "Expected less than 1, got 1."],
    ["tolerance", "", 'Expected a number, got "".'],
    ["displacement", "-0.2", "Expected more than 0, got -0.2."],
    ["displacement", "far", 'Expected a number, got "far".'],
    ["displacement", "Infinity", "Expected a number, got Infinity."],
  ])("--%s %s, before anything is asked of a server", async (field, text, message) => {
    const { code, out, err } = await liesweep({}, "select", "any", `--${field}=${text}`);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err.match(/error:/g)).toHaveLength(1);
    expect(err).toContain(message);
  });

  it("a name there is not", async () => {
    const { code, err } = await liesweep(env, "select", "nobody");
    expect(code).toBe(2);
    expect(err).toContain("There is no sweep named nobody");
  });

  it("a sweep that has not begun, or runs", async () => {
    const { sweep: planned } = await plannedSweep(store, name("planned"));
    const running = await trainedSweep(store, name("running"));
    for (const sweep of [planned, running]) {
      const { code, out, err } = await liesweep(env, "select", sweep);
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toContain(`${sweep} has not ended`);
      expect(err).toContain(`liesweep watch ${sweep}`);
      expect((await server.standing(selectionWorkflowId(sweep))).kind).toBe("missing");
    }
  });

  it("a cancelled sweep that trained nothing", async () => {
    const { sweep } = await plannedSweep(store, name("empty"));
    await store.setSweepState(sweep, "cancelled");
    const { code, err } = await liesweep(env, "select", sweep, "--tolerance", "0.1");
    expect(code).toBe(1);
    expect(err).toContain("None of the trials");
  });

  it("a sweep whose data have changed since", async () => {
    const sweep = await judgedSweep(store, name("changed"), VERDICTS.found);
    const { code, err } = await liesweep(env, "select", sweep);
    expect(code).toBe(2);
    expect(err).toContain("are not what it was trained on");
    expect((await server.standing(selectionWorkflowId(sweep))).kind).toBe("missing");
  });
});

describe("select starts one workflow of a sweep at a time", () => {
  it("to which the same values attach, and others are refused until it ends", async () => {
    const sweep = await endedSweep(name("attached"), "complete");
    const ask = (tolerance: number) => submitSelection(sweep, { tolerance }, { store, server });
    expect(await ask(0.1)).toBeUndefined();
    expect((await server.standing(selectionWorkflowId(sweep))).kind).toBe("running");
    expect(await ask(0.1)).toBeUndefined();
    await expect(ask(0.2)).rejects.toThrow(/judged anew by tolerance 0.1 and displacement 0.2/);
    expect((await server.standing(sweep)).kind).toBe("missing");
  });

  it("which `cancel` ends", async () => {
    const sweep = await endedSweep(name("cancelled"), "complete");
    await submitSelection(sweep, {}, { store, server });
    const { code, out } = await liesweep(env, "cancel", sweep);
    expect(code).toBe(0);
    expect(out).toContain("its selection anew is being cancelled");
    expect((await store.readSweep(sweep))?.state).toBe("complete");
  });

  it("and says how little there is of a sweep that was not finished", async () => {
    const sweep = await endedSweep(name("partial"), "failed");
    const notice = await submitSelection(sweep, {}, { store, server });
    expect(notice).toContain("drawn from 1 trial of 3");
  });
});
