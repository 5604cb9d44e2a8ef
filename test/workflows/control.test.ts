import { setTimeout as sleep } from "node:timers/promises";
import { Client, Connection } from "@temporalio/client";
import { ApplicationFailure } from "@temporalio/common";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { describeDataset, openDataset } from "../../datasets/index.ts";
import { openStore, type SweepStore } from "../../store/index.ts";
import { type SearchSpec, type SweepId, sweepId } from "../../sweep/index.ts";
import { progressQuery, sweepStart } from "../../workflows/index.ts";
import { liesweep } from "../cli/captured-terminal.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import {
  circle,
  MadeUpTrainers,
  type MadeUpWorker,
  startMadeUpWorker,
} from "../support/made-up-workers.ts";
import { TemporalServer } from "../support/temporal-server.ts";
import { until } from "../support/until.ts";

const trainers = new MadeUpTrainers();
let database: TestDatabase;
let pool: pg.Pool;
let store: SweepStore;
let server: TemporalServer;
let connection: Connection;
let client: Client;
let worker: MadeUpWorker;
let env: Readonly<Record<string, string>>;
let sha256: string;

beforeAll(async () => {
  database = await freshDatabase();
  pool = new pg.Pool({ connectionString: database.url });
  store = await openStore(database.url);
  // So that a sweep of some dozen packs continues as new.
  server = await TemporalServer.start(
    ...["--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=60"],
  );
  connection = await Connection.connect({ address: server.address });
  client = new Client({ connection });
  env = {
    LIESWEEP_HOME: "/nonexistent",
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: server.address,
  };
  await liesweep(env, "cancel", "nobody"); // registers the search attributes
  worker = await startMadeUpWorker(server.address, store, trainers);
  ({ sha256 } = describeDataset(await openDataset(circle.spec.dataset)));
}, 180_000);
afterEach(async () => {
  trainers.isHeld = false;
  await until("nothing trains", () => trainers.inTraining === 0);
  trainers.broken.clear();
  trainers.refused.clear();
  trainers.jobs.length = 0;
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await Promise.all([store.close(), pool.end(), connection.close()]);
  await server[Symbol.asyncDispose]();
  await database.drop();
});

let asked = 0;

/** A sweep, begun. A pack has four trials for each of its slots, unless all packs may train at once. */
async function begin({
  packSize = 1,
  concurrentPacks = 1,
  failures,
  ...search
}: Partial<SearchSpec> & {
  readonly packSize?: number;
  readonly concurrentPacks?: number;
  readonly failures?: number;
}): Promise<SweepId> {
  const spec = {
    ...circle.spec,
    sweep: sweepId(`control-${++asked}`),
    search: { ...circle.spec.search, ...search },
    limits: { packSize, concurrentPacks, ...(failures !== undefined && { failures }) },
  };
  await store.openSweep(spec, { ...circle.dataset, sha256 });
  const { type, ...options } = sweepStart(spec);
  await client.workflow.start(type, options);
  return spec.sweep;
}

const done = (sweep: SweepId) => client.workflow.getHandle(sweep).result();
const progressOf = (sweep: SweepId) => client.workflow.getHandle(sweep).query(progressQuery);
const changesOf = async (sweep: SweepId) => (await store.readSweep(sweep))!.changes;

/** States of trials by number. */
const statesOf = async (sweep: SweepId) =>
  (await store.readTrials(sweep)).map(({ state }) => state);

const verdictsOf = async (sweep: SweepId) =>
  (
    await pool.query<{ number: number; status: string }>(
      "select number, status from verdicts where sweep_id = $1 order by number",
      [sweep],
    )
  ).rows;

/** How many directions the latest verdict accepted. */
const acceptedOf = async (sweep: SweepId) =>
  (await store.readVerdict(sweep))!.directions.filter(({ standing }) => standing === "accepted")
    .length;

/** One command that must work; returns what it printed. */
async function tell(...argv: readonly string[]): Promise<string> {
  const { code, out, err } = await liesweep(env, ...argv);
  expect(code, err).toBe(0);
  return out;
}

/** One that must be refused with one message, and change nothing. */
async function expectRefused(sweep: SweepId, message: string, ...argv: readonly string[]) {
  const rows = async () => [await changesOf(sweep), await statesOf(sweep)];
  const before = await rows();
  const { code, out, err } = await liesweep(env, ...argv);
  expect({ code, out }, err).toEqual({ code: 2, out: "" });
  expect(err.trim()).toBe(`error: ${message}`);
  expect(await rows()).toEqual(before);
}

const SLOW = { timeout: 180_000 };

describe("a paused sweep", SLOW, () => {
  it("begins no new pack, trains those in flight to their end, and goes on when it is resumed", async () => {
    trainers.isHeld = true;
    const sweep = await begin({ seeds: 16, concurrentPacks: 2 });
    await until("two packs train", () => trainers.inTraining === 2);
    expect(await tell("pause", sweep)).toBe(
      `${sweep} is paused; 2 packs in flight will train to the end\n`,
    );
    trainers.isHeld = false;
    await until("both have ended", async () => (await progressOf(sweep)).packs.running === 0);
    await sleep(300); // in which a pack would begin
    expect(await statesOf(sweep)).toEqual([
      ...Array<string>(8).fill("converged"),
      ...Array<string>(8).fill("queued"),
    ]);
    expect(trainers.jobs.length).toBe(2);

    expect(await tell("list")).toMatch(new RegExp(`${sweep} .* paused +8/16`));
    const { typedSearchAttributes } = await client.workflow.getHandle(sweep).describe();
    expect(typedSearchAttributes.getAll()).toContainEqual(
      expect.objectContaining({ value: "paused" }),
    );
    await expectRefused(sweep, `${sweep} is paused already.`, "pause", sweep);

    expect(await tell("resume", sweep)).toBe(`${sweep} goes on\n`);
    await done(sweep);
    expect(await statesOf(sweep)).toEqual(Array(16).fill("converged"));
    expect(await changesOf(sweep)).toEqual([{ kind: "paused" }, { kind: "resumed" }]);
    expect((await tell("list")).split("\n").find((line) => line.includes(sweep))).toMatch(
      /complete +16\/16 +so\(2\)/,
    );
  });

  it("that has only its selection left asks no test", async () => {
    trainers.isHeld = true;
    const sweep = await begin({ seeds: 3, packSize: 3 });
    await until("it trains", () => trainers.inTraining === 1);
    await tell("pause", sweep);
    trainers.isHeld = false;
    await until("it has trained", async () => (await progressOf(sweep)).packs.running === 0);
    await sleep(300);
    expect((await store.readEvidence(sweep)).tests).toEqual([]);
    await tell("resume", sweep);
    await done(sweep);
    expect((await verdictsOf(sweep)).length).toBe(1);
  });

  it("is not resumed twice, and one that has ended is not paused", async () => {
    const sweep = await begin({ seeds: 3, packSize: 3 });
    await done(sweep);
    const ended = `${sweep} has ended (complete); only more trials can join it.`;
    await expectRefused(sweep, ended, "pause", sweep);
    await expectRefused(sweep, ended, "set", sweep, "--concurrency", "2");
  });
});

describe("concurrency and priority", SLOW, () => {
  it("hold for packs that begin later", async () => {
    trainers.isHeld = true;
    const sweep = await begin({ seeds: 16 });
    await until("one pack trains", () => trainers.inTraining === 1);
    await tell("set", sweep, "--concurrency", "3", "--priority", "1");
    await until("three packs train", () => trainers.inTraining === 3);
    const priorities = await Promise.all(
      [0, 1, 2].map(async (pack) => {
        const handle = client.workflow.getHandle(`${sweep}/pack/${String(pack).padStart(5, "0")}`);
        return (await handle.describe()).priority;
      }),
    );
    // 0 is the usual one; the key, by which sweeps take turns, is inherited.
    expect(priorities).toMatchObject(
      [0, 1, 1].map((priorityKey) => ({ priorityKey, fairnessKey: sweep })),
    );
    await expectRefused(
      sweep,
      `${sweep} needs at least 1 pack at once, got 0.`,
      ...["set", sweep, "--concurrency", "0"],
    );
    await expectRefused(
      sweep,
      `${sweep} has priorities from 1 (first) to 5 (last), got 6.`,
      ...["set", sweep, "--priority", "6"],
    );
    trainers.isHeld = false;
    await done(sweep);
    expect(await statesOf(sweep)).toEqual(Array(16).fill("converged"));
  });
});

describe("one cancelled trial", SLOW, () => {
  it("leaves its pack, whose others go on", async () => {
    trainers.isHeld = true;
    const sweep = await begin({ seeds: 4, packSize: 4 });
    await until("it trains", () => trainers.inTraining === 1);
    await tell("cancel", sweep, "--trial", "2");
    const untold = `Trial 2 of ${sweep} has ended already (cancelled).`;
    await expectRefused(sweep, untold, "cancel", sweep, "--trial", "2");
    await expectRefused(
      sweep,
      `${sweep} has trials 0 to 3, got 4.`,
      ...["cancel", sweep, "--trial", "4"],
    );
    trainers.isHeld = false;
    await done(sweep);
    expect(await statesOf(sweep)).toEqual(["converged", "converged", "cancelled", "converged"]);
    const { rows } = await pool.query(
      "select a.state from attempts a join trials t on t.id = a.trial_id where t.sweep_id = $1 order by t.number",
      [sweep],
    );
    expect(rows.map(({ state }: { state: string }) => state)).toEqual([
      ...["complete", "complete", "cancelled", "complete"],
    ]);
  });

  it("that waits is never begun", async () => {
    trainers.isHeld = true;
    const sweep = await begin({ seeds: 8 });
    await until("it trains", () => trainers.inTraining === 1);
    await tell("cancel", sweep, "--trial", "5");
    trainers.isHeld = false;
    await done(sweep);
    expect((await statesOf(sweep)).map((state) => state === "cancelled")).toEqual(
      Array.from({ length: 8 }, (_, i) => i === 5),
    );
    expect(trainers.jobs.flatMap(({ trials }) => trials.map(({ number }) => number))).toEqual([
      ...[0, 1, 2, 3, 4, 6, 7],
    ]);
  });
});

describe("an extended sweep", SLOW, () => {
  /** What every trial is, by number. */
  const planOf = async (sweep: SweepId) =>
    (await store.readTrials(sweep)).map(
      ({ trial: { number, configuration, regularization, seed } }) =>
        `${number}: ${configuration} λ ${regularization} seed ${seed}`,
    );
  const LAMBDA_1 = ["0: 0 λ 1 seed 1", "1: 0 λ 1 seed 2", "2: 0 λ 1 seed 3"];
  const JOINED = [
    ...["3: 0 λ 1 seed 4", "4: 1 λ 0.3 seed 1", "5: 1 λ 0.3 seed 2"],
    ...["6: 1 λ 0.3 seed 3", "7: 1 λ 0.3 seed 4"],
  ];
  const extension = ["--seeds", "4", "--add", "lambda=0.3"];

  const REFUSED: readonly (readonly [readonly string[], string])[] = [
    [["--seeds", "2"], "has 3 seeds already: expected more, got 2"],
    [["--add", "K=0"], "takes whole numbers from 1 for search.basisCount, got 0"],
    [["--add", "lambda=-1"], "takes numbers from 0 for search.regularization, got -1"],
    [["--add", "lambda=1"], "has 1 in search.regularization already"],
    [["--add", "K=2", "--add", "K=2"], "has 2 in search.basisCount already"],
    [
      ["--add", "n=3"],
      "takes divisors of 2, the dimension of its data, for search.groupDimension, got 3",
    ],
    [[], "would stay as it is: name more seeds or new values"],
  ];

  it("trains what joins, numbered after those there are, once", async () => {
    trainers.isHeld = true;
    const sweep = await begin({ seeds: 3, packSize: 4 });
    await until("it trains", () => trainers.inTraining === 1);
    expect(await tell("extend", sweep, ...extension)).toBe(
      `${sweep} has 5 trials more, and is judged again when they have ended\n`,
    );
    expect(await planOf(sweep)).toEqual([...LAMBDA_1, ...JOINED]);
    expect((await progressOf(sweep)).trials).toEqual({ planned: 8, done: 0 });
    await expectRefused(
      sweep,
      `${sweep} has 4 seeds already: expected more, got 4.`,
      ...["extend", sweep, "--seeds", "4"],
    );
    trainers.isHeld = false;
    await done(sweep);
    expect(await statesOf(sweep)).toEqual(Array(8).fill("converged"));
    expect(trainers.jobs.map(({ trials }) => trials.map(({ number }) => number))).toEqual([
      ...[
        [0, 1, 2],
        [3, 4, 5, 6, 7],
      ],
    ]);
  });

  it("pads those that join to the largest K, and leaves those before them as they were", async () => {
    trainers.isHeld = true;
    const sweep = await begin({ seeds: 8 });
    await until("it trains", () => trainers.inTraining === 1);
    await tell("extend", sweep, "--add", "K=2");
    trainers.isHeld = false;
    await done(sweep);
    expect(trainers.jobs.map(({ trials, channels }) => [trials[0]!.number, channels])).toEqual([
      ...[
        [0, 1],
        [4, 1],
        [8, 2],
        [12, 2],
      ],
    ]);
  });

  it("stays as it is, running or ended, where an extension is refused", async () => {
    trainers.isHeld = true;
    const sweep = await begin({ seeds: 3, packSize: 4 });
    await until("it trains", () => trainers.inTraining === 1);
    for (const [options, why] of REFUSED)
      await expectRefused(sweep, `${sweep} ${why}.`, "extend", sweep, ...options);
    trainers.isHeld = false;
    await done(sweep);
    for (const [options, why] of REFUSED)
      await expectRefused(sweep, `${sweep} ${why}.`, "extend", sweep, ...options);
  });

  it("that had ended goes on from its rows and is judged again: the second verdict is added", async () => {
    const sweep = await begin({ seeds: 3, packSize: 4 });
    await done(sweep);
    expect((await verdictsOf(sweep)).map(({ number, status }) => [number, status])).toEqual([
      [1, "found"],
    ]);
    const before = await acceptedOf(sweep);
    await tell("extend", sweep, ...extension);
    await done(sweep);
    expect(await planOf(sweep)).toEqual([...LAMBDA_1, ...JOINED]);
    expect(await statesOf(sweep)).toEqual(Array(8).fill("converged"));
    expect(trainers.jobs.length).toBe(2);
    expect((await verdictsOf(sweep)).map(({ number }) => number)).toEqual([1, 2]);
    expect(await acceptedOf(sweep)).toBe(before + 5);
    expect((await store.readSweep(sweep))?.state).toBe("complete");
    // And once more, after its end.
    await tell("extend", sweep, "--seeds", "5");
    await done(sweep);
    expect((await planOf(sweep)).slice(8)).toEqual(["8: 0 λ 1 seed 5", "9: 1 λ 0.3 seed 5"]);
    expect((await store.readSweep(sweep))?.spec.search).toMatchObject({
      ...{ seeds: 5, regularization: [1, 0.3] },
    });
  });

  it("that was cancelled stays so", async () => {
    trainers.isHeld = true;
    const sweep = await begin({ seeds: 3, packSize: 4 });
    await until("it trains", () => trainers.inTraining === 1);
    await tell("cancel", sweep);
    await expect(done(sweep)).rejects.toThrow();
    const { code, err } = await liesweep(env, "extend", sweep, "--seeds", "4");
    expect(code).toBe(1);
    expect(err).toContain("was cancelled, and is not taken up again");
    expect(await statesOf(sweep)).toEqual(Array(3).fill("cancelled"));
  });
});

describe("trials that failed", SLOW, () => {
  it("are trained once more, by a sweep that has ended, too", async () => {
    trainers.broken.set(1, ApplicationFailure.nonRetryable("beyond repair"));
    const sweep = await begin({ seeds: 3, concurrentPacks: 3 });
    await done(sweep);
    expect(await statesOf(sweep)).toEqual(["converged", "failed", "converged"]);
    trainers.broken.clear();
    expect(await tell("retry", sweep)).toBe(
      `${sweep} trains 1 trial once more, and is judged again when they have ended\n`,
    );
    await done(sweep);
    expect(await statesOf(sweep)).toEqual(Array(3).fill("converged"));
    expect((await store.readTrials(sweep)).map(({ attempt }) => attempt)).toEqual([1, 3, 1]);
    expect((await verdictsOf(sweep)).length).toBe(2);
    await expectRefused(sweep, `No trial of ${sweep} has failed.`, "retry", sweep);
  });
});

describe("a worker that is stopped", SLOW, () => {
  it("hands its packs over, and none of that counts as a failed attempt, of which there are ten", async () => {
    trainers.isHeld = true;
    const sweep = await begin({ seeds: 2, packSize: 2 });
    const often = 11;
    for (let times = 1; times <= often; times++) {
      await until(`attempt ${times} trains`, () => trainers.jobs.length === times);
      await worker.replaceTraining();
    }
    trainers.isHeld = false;
    await done(sweep);
    expect(await statesOf(sweep)).toEqual(["converged", "converged"]);
    expect((await store.readTrials(sweep)).map(({ attempt }) => attempt)).toEqual([
      ...[often + 1, often + 1],
    ]);
    expect(await store.readFailures(sweep)).toMatchObject([
      { failureClass: "interrupted", trials: 0, attempts: 2 * often },
    ]);
  });
});

describe("a worker that is stopped while it tests", SLOW, () => {
  it("hands its tests over, however often, and each is answered once", async () => {
    trainers.areTestsHeld = true;
    const sweep = await begin({ seeds: 2, packSize: 2 });
    const often = 11; // attempts that break are ten at most
    for (let times = 1; times <= often; times++) {
      const before = trainers.batches;
      await until(`attempt ${times} tests`, () => trainers.batches > before);
      await worker.replaceTraining();
    }
    trainers.areTestsHeld = false;
    await done(sweep);
    expect((await store.readProgress(sweep)).state).toBe("complete");
    const { tests } = await store.readEvidence(sweep);
    expect(tests.length).toBeGreaterThan(0);
    expect(tests.every(({ crossEntropy }) => crossEntropy !== undefined)).toBe(true);
    expect(await store.readFailures(sweep)).toEqual([]);
  });
});

describe("a trial that cannot be trained", SLOW, () => {
  it("fails alone, in one attempt, and the others of its pack are trained", async () => {
    trainers.refused.set(1, "Trial 1 has 9 generators.");
    const sweep = await begin({ seeds: 4, packSize: 4 });
    await done(sweep);
    expect(await statesOf(sweep)).toEqual(["converged", "failed", "converged", "converged"]);
    expect((await store.readTrials(sweep)).map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1]);
    expect(await store.readFailures(sweep)).toEqual([
      {
        ...{ failureClass: "configuration", trials: 1, attempts: 1 },
        message: "Trial 1 has 9 generators.",
      },
    ]);
  });
});

describe("a sweep of which too many trials fail", SLOW, () => {
  it("ends early, inconclusive, and trains what is missing when it is asked to", async () => {
    for (const trial of [0, 5]) trainers.refused.set(trial, `Trial ${trial} has 9 generators.`);
    const sweep = await begin({ seeds: 32, concurrentPacks: 2, failures: 1 }); // eight packs of four trials
    expect(await done(sweep)).toMatchObject({
      status: "inconclusive",
      reason: expect.stringMatching(
        /^2 of 32 planned trials failed .2 of class configuration.,/,
      ) as string,
    });
    await until("nothing trains", () => trainers.inTraining === 0);
    expect(trainers.jobs.length).toBeLessThan(8);
    expect((await statesOf(sweep)).filter((state) => state === "converged")).not.toEqual([]);
    expect((await store.readSweep(sweep))?.state).toBe("complete");
    const { code, out } = await liesweep(env, "show", sweep);
    expect(code).toBe(3);
    expect(out).toContain("2 of 32 planned trials failed");

    trainers.refused.clear();
    await tell("retry", sweep);
    expect(await done(sweep)).toMatchObject({ status: "found" });
    expect(await statesOf(sweep)).toEqual(Array(32).fill("converged"));
    expect((await verdictsOf(sweep)).map(({ status }) => status)).toEqual([
      "inconclusive",
      "found",
    ]);
  });

  it("goes on where as many fail as may", async () => {
    trainers.refused.set(1, "Trial 1 has 9 generators.");
    const sweep = await begin({ seeds: 4, packSize: 4, failures: 0.25 });
    expect(await done(sweep)).toMatchObject({ status: "found" });
  });
});

describe("data that are missing", SLOW, () => {
  it("stop the sweep, which says why, and trains all of it when they are back", async () => {
    trainers.isHeld = true;
    // as a trainer process tells it: by name
    const missing = Object.assign(new Error("x.npz is not there."), { name: "DatasetError" });
    trainers.broken.set(5, missing);
    const sweep = await begin({ seeds: 16, concurrentPacks: 2 }); // four packs of four trials
    await expect(done(sweep)).rejects.toThrow();
    await until("nothing trains", () => trainers.inTraining === 0);
    expect(trainers.jobs.filter(({ trials }) => trials[0]!.number >= 8)).toEqual([]);
    expect(await statesOf(sweep)).toEqual(Array(16).fill("failed"));
    expect(await store.readSweep(sweep)).toMatchObject({
      state: "failed",
      reason: missing.message,
    });
    expect((await store.readFailures(sweep))[0]).toMatchObject({
      ...{ failureClass: "data", trials: 4, message: missing.message },
    });
    expect(await progressOf(sweep)).toMatchObject({ phase: "failed", reason: missing.message });
    for (const command of ["show", "watch"]) {
      const { code, out } = await liesweep(env, command, sweep);
      expect(code, command).toBe(1);
      expect(out, command).toContain(`failed; no verdict`);
      expect(out, command).toContain(missing.message);
    }
    expect(await tell("list")).toMatch(new RegExp(`${sweep} .* failed +16/16 +x.npz is not there`));

    trainers.broken.clear();
    trainers.isHeld = false;
    expect(await tell("retry", sweep)).toBe(
      `${sweep} trains 16 trials once more, and is judged again when they have ended\n`,
    );
    await done(sweep);
    expect(await statesOf(sweep)).toEqual(Array(16).fill("converged"));
    expect(await store.readSweep(sweep)).toMatchObject({ state: "complete", reason: undefined });
  });
});

describe("what was asked of a sweep", SLOW, () => {
  it("is kept when its workflow continues as new", async () => {
    trainers.isHeld = true;
    const sweep = await begin({ seeds: 16, concurrentPacks: 2 });
    await until("two packs train", () => trainers.inTraining === 2);
    const { runId } = await client.workflow.getHandle(sweep).describe();
    await tell("set", sweep, "--priority", "2", "--concurrency", "1");
    await tell("extend", sweep, "--seeds", "17");
    await tell("pause", sweep);
    await until("it continues as new", async () => {
      await tell("resume", sweep);
      await tell("pause", sweep);
      return (await client.workflow.getHandle(sweep).describe()).runId !== runId;
    });
    trainers.isHeld = false;
    await until("both have ended", async () => (await progressOf(sweep)).packs.running === 0);
    expect(await progressOf(sweep)).toMatchObject({
      ...{ isPaused: true, priority: 2, concurrentPacks: 1 },
      trials: { planned: 17, done: 8 },
    });
    await tell("resume", sweep);
    await done(sweep);
    expect(await statesOf(sweep)).toEqual(Array(17).fill("converged"));
    expect(
      (await pool.query("select 1 from trials where sweep_id = $1 and attempt <> 1", [sweep]))
        .rowCount,
    ).toBe(0);
  });
});
