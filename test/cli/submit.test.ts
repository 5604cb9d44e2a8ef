import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, Connection } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { freePort } from "../../local/ports.ts";
import { openStore, type SweepStore } from "../../store/index.ts";
import { sweepId } from "../../sweep/index.ts";
import { emptyDatabase, freshDatabase, type TestDatabase } from "../support/database.ts";
import { npzFolder } from "../support/npz.ts";
import { liesweep } from "./captured-terminal.ts";

let database: TestDatabase;
let store: SweepStore;
let connection: Connection;
let client: Client;
let folder: string;
let env: Readonly<Record<string, string>>;
let asked = 0;

beforeAll(async () => {
  database = await freshDatabase();
  store = await openStore(database.url);
  const address = inject("temporalAddress");
  connection = await Connection.connect({ address });
  client = new Client({ connection });
  folder = await mkdtemp(join(tmpdir(), "liesweep-cli-"));
  env = { LIESWEEP_HOME: folder, DATABASE_URL: database.url, TEMPORAL_ADDRESS: address };
});
afterAll(async () => {
  const left = client.workflow.list({ query: `WorkflowId STARTS_WITH "${PREFIX}"` });
  for await (const { workflowId, status } of left)
    if (status.name === "RUNNING") await client.workflow.getHandle(workflowId).terminate();
  await Promise.all([store.close(), connection.close()]);
  await database.drop();
  await rm(folder, { recursive: true });
});

const PREFIX = `cli-${process.pid}-`;

const newName = () => `${PREFIX}${asked++}`;

async function sweepFile(name: string, changes: Readonly<Record<string, string>> = {}) {
  const fields = {
    dataset: "{ name: asymmetric, samples: 200, seed: 1 }",
    search: "{ basisCount: [1], regularization: [1], groupDimension: [3], seeds: 3 }",
    ...changes,
  };
  const lines = [`sweep: ${name}`, ...Object.entries(fields).map(([key, to]) => `${key}: ${to}`)];
  const file = join(folder, `${name}-${asked++}.yaml`);
  await writeFile(file, `${lines.join("\n")}\n`);
  return file;
}

const standing = async (name: string) => {
  try {
    return (await client.workflow.getHandle(name).describe()).status.name;
  } catch {
    return "none";
  }
};

/** What a refusal must leave: no row, no workflow, no result, one message. */
async function expectRefused(
  name: string,
  answer: { readonly code: number; readonly out: string; readonly err: string },
  code: number,
  ...words: readonly string[]
) {
  expect({ code: answer.code, out: answer.out }, answer.err).toEqual({ code, out: "" });
  expect(answer.err.match(/error:/g)).toHaveLength(1);
  expect(answer.err).not.toMatch(/\n\s+at /);
  for (const word of words) expect(answer.err).toContain(word);
  expect(await store.readSweep(sweepId(name))).toBeUndefined();
  expect(await standing(name)).toBe("none");
}

describe("bad input is told once and leaves nothing", () => {
  it("a missing file", async () => {
    const name = newName();
    for (const command of ["submit", "run", "plan"])
      await expectRefused(
        name,
        await liesweep(env, command, join(folder, "no.yaml")),
        2,
        "no.yaml",
      );
  });

  it("wrong keys, every one of them with its line", async () => {
    const name = newName();
    const file = await sweepFile(name, { trainin: "{}", limits: "{ packSize: 0 }" });
    await expectRefused(
      name,
      await liesweep(env, "submit", file),
      2,
      "2 mistakes",
      "trainin is not a field; did you mean training?",
      "limits.packSize expected at least 1, got 0",
    );
  });

  it("a NaN in the data", async () => {
    const npz = await npzFolder();
    try {
      const values = [1, 2, 3, Number.NaN, 5, 6, 7, 8];
      const file = await npz.write({ x: { shape: [4, 2], values } });
      const name = newName();
      const sweep = await sweepFile(name, {
        dataset: `{ file: ${file}, x: x }`,
        search: "{ basisCount: [1], regularization: [1], groupDimension: [2] }",
      });
      await expectRefused(name, await liesweep(env, "submit", sweep), 2, file, "NaN");
    } finally {
      await npz.remove();
    }
  });

  it("the conditional objective for data that have no y", async () => {
    const npz = await npzFolder();
    try {
      const values = Array.from({ length: 40 }, (_, i) => Math.sin(i * i));
      const file = await npz.write({ x: { shape: [10, 4], values } });
      const search = "{ basisCount: [1], regularization: [1], groupDimension: [2] }";
      const training = "{ objective: conditional }";
      for (const dataset of [
        `{ file: ${file}, x: x }`,
        "{ name: inertia, samples: 100, seed: 1 }",
      ]) {
        const name = newName();
        const sweep = await sweepFile(name, { dataset, search, training });
        const answer = await liesweep(env, "submit", sweep);
        const told = "training.objective expected law, got conditional: these data have no y";
        await expectRefused(name, answer, 2, "has a mistake", told);
      }
    } finally {
      await npz.remove();
    }
  });

  it("a group dimension that does not divide that of the data", async () => {
    const npz = await npzFolder();
    try {
      const values = Array.from({ length: 40 }, (_, i) => Math.sin(i * i));
      const file = await npz.write({ x: { shape: [10, 4], values } });
      const name = newName();
      const sweep = await sweepFile(name, {
        dataset: `{ file: ${file}, x: x }`,
        search: "{ basisCount: [1], regularization: [1], groupDimension: [2, 3] }",
      });
      const answer = await liesweep(env, "submit", sweep);
      await expectRefused(name, answer, 2, "group dimension 3 does not divide the dimension 4");
    } finally {
      await npz.remove();
    }
  });
});

describe("a server that is not there is named and leaves nothing", () => {
  it("PostgreSQL", async () => {
    const name = newName();
    const port = await freePort();
    const DATABASE_URL = `postgresql://someone:secret@127.0.0.1:${port}/sweeps`;
    const file = await sweepFile(name);
    const answer = await liesweep({ ...env, DATABASE_URL }, "submit", file);
    await expectRefused(name, answer, 1, `127.0.0.1:${port}`);
    expect(answer.err).not.toContain("secret");
  });

  it("Temporal", async () => {
    const name = newName();
    const TEMPORAL_ADDRESS = `127.0.0.1:${await freePort()}`;
    const file = await sweepFile(name);
    const answer = await liesweep({ ...env, TEMPORAL_ADDRESS }, "submit", file);
    await expectRefused(name, answer, 1, TEMPORAL_ADDRESS, "liesweep up");
  });

  it("tables", async () => {
    const empty = await emptyDatabase();
    const name = newName();
    const file = await sweepFile(name);
    const answer = await liesweep({ ...env, DATABASE_URL: empty.url }, "submit", file);
    await expectRefused(name, answer, 1, "liesweep up");
    await empty.drop();
  });

  it("a whole stack", async () => {
    const { code, err } = await liesweep({ LIESWEEP_HOME: folder }, "list");
    expect(code).toBe(1);
    expect(err).toContain("liesweep up");
  });
});

describe("submitting", () => {
  it("records the sweep and starts its workflow, found by its search attribute", async () => {
    const name = newName();
    const { code, out } = await liesweep(env, "submit", await sweepFile(name), "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ sweep: name, submitted: "started" });
    expect((await store.readSweep(sweepId(name)))?.state).toBe("planned");
    const description = await client.workflow.getHandle(name).describe();
    expect(description.status.name).toBe("RUNNING");
    expect(description.memo).toMatchObject({ dataset: "asymmetric" });
    expect(description.typedSearchAttributes.getAll()).toContainEqual({
      key: expect.objectContaining({ name: "SweepId" }) as unknown,
      value: name,
    });
  });

  it("twice attaches to one workflow", async () => {
    const name = newName();
    const file = await sweepFile(name);
    await liesweep(env, "submit", file);
    const before = (await client.workflow.getHandle(name).describe()).runId;
    const { code, out } = await liesweep(env, "submit", file);
    expect(code).toBe(0);
    expect(out).toContain("submitted before");
    expect((await client.workflow.getHandle(name).describe()).runId).toBe(before);
  });

  it("starts a recorded sweep whose workflow never started, or was ended", async () => {
    const name = newName();
    const file = await sweepFile(name);
    await liesweep(env, "submit", file);
    await client.workflow.getHandle(name).terminate();
    expect(await standing(name)).toBe("TERMINATED");
    expect((await liesweep(env, "submit", file)).code).toBe(0);
    expect(await standing(name)).toBe("RUNNING");
  });

  it("refuses a changed file under the same name, with every difference", async () => {
    const name = newName();
    await liesweep(env, "submit", await sweepFile(name));
    const changed = await sweepFile(name, {
      dataset: "{ name: asymmetric, samples: 200, seed: 2 }",
      training: "{ epochs: 7 }",
    });
    const { code, out, err } = await liesweep(env, "submit", changed);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("training.epochs: 20 there, 7 here");
    expect(err).toContain("dataset.seed: 1 there, 2 here");
    expect(err).toMatch(/data: 200 samples of sha256 .* there, 200 samples of sha256 .* here/);
  });

  it("attaches to a sweep that is complete without starting it again", async () => {
    const name = newName();
    const file = await sweepFile(name);
    await liesweep(env, "submit", file);
    await client.workflow.getHandle(name).terminate();
    await store.setSweepState(sweepId(name), "complete");
    const { code, out } = await liesweep(env, "submit", file);
    expect(code).toBe(0);
    expect(out).toContain(`liesweep show ${name}`);
    expect(await standing(name)).toBe("TERMINATED");
  });

  it.each(["failed", "cancelled"] as const)("refuses a sweep that is %s", async (state) => {
    const name = newName();
    const file = await sweepFile(name);
    await liesweep(env, "submit", file);
    await store.setSweepState(sweepId(name), state);
    const { code, err } = await liesweep(env, "submit", file);
    expect(code).toBe(1);
    expect(err).toContain("another name");
  });
});

describe("cancelling", () => {
  it("asks the workflow to end", async () => {
    const name = newName();
    await liesweep(env, "submit", await sweepFile(name));
    const { code, out } = await liesweep(env, "cancel", name);
    expect(code).toBe(0);
    expect(out).toContain("being cancelled");
    const { events = [] } = await client.workflow.getHandle(name).fetchHistory();
    expect(events?.some((event) => event.workflowExecutionCancelRequestedEventAttributes)).toBe(
      true,
    );
  });

  it("ends the rows of a sweep that nobody works on", async () => {
    const name = newName();
    await liesweep(env, "submit", await sweepFile(name));
    await client.workflow.getHandle(name).terminate();
    expect((await liesweep(env, "cancel", name)).code).toBe(0);
    expect((await store.readSweep(sweepId(name)))?.state).toBe("cancelled");
  });
});
