import { setTimeout as sleep } from "node:timers/promises";
import { asyncLocalStorage, type Context } from "@temporalio/activity";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ActivityTools } from "../../activities/index.ts";
import { createPackActivities } from "../../activities/packs.ts";
import { openDataset } from "../../datasets/index.ts";
import { onnxEngine } from "../../engines/index.ts";
import { type PackReport, type PackSnapshot, trainPack } from "../../liegan/index.ts";
import { openStore, type SweepStore } from "../../store/index.ts";
import { type Objective, type Pack, planTrials, type SweepId } from "../../sweep/index.ts";
import { networkTo } from "../chaos/network.ts";
import { facts, newSpec, worker } from "../store/samples.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let store: SweepStore;
beforeAll(async () => {
  database = await freshDatabase();
  store = await openStore(database.url);
});
afterAll(async () => {
  await store.close();
  await database.drop();
});

/** A sweep of four trials in one pack, of which two are trained at once. */
async function openedPack(objective: Objective = "law"): Promise<Pack> {
  const { sweep, ...spec } = newSpec();
  await store.openSweep(
    {
      ...{ ...spec, sweep },
      training: { ...spec.training, objective },
      dataset: { kind: "two-body", trajectories: 8, law: "full-angle", seed: 1, warp: 0 },
      limits: { packSize: 2, concurrentPacks: 1 },
    },
    facts(),
  );
  await store.addTrials(sweep, planTrials({ ...spec, sweep }));
  await store.setSweepState(sweep, "running");
  return { sweep, number: 0, firstTrial: 0, trials: 4 };
}

/** Checkpoints in memory; `cleared` counts. */
function remembered() {
  const kept = {
    snapshots: [] as PackSnapshot[],
    cleared: 0,
    load: () => Promise.resolve(kept.snapshots.at(-1)),
    save(_pack: Pack, _sweep: unknown, snapshot: PackSnapshot) {
      kept.snapshots.push(structuredClone(snapshot));
      return Promise.resolve();
    },
    clear() {
      kept.cleared++;
      return Promise.resolve();
    },
  };
  return kept;
}

/** Trains in this process; what happens beside it happens after each report, before it is saved. */
const trainingHere = (
  meanwhile: (run: number, report: PackReport) => Promise<void>,
): ActivityTools["train"] => {
  return (dataset, job) => {
    const dropped = new Set<number>();
    let isStopped = false;
    return {
      drop(trials) {
        for (const trial of trials) dropped.add(trial);
      },
      stop() {
        isStopped = true;
      },
      async *[Symbol.asyncIterator]() {
        let run = 0;
        const opened = await openDataset(dataset);
        const training = trainPack(onnxEngine(), opened, job, (trial) => dropped.has(trial));
        for await (const { snapshot, ...report } of training) {
          await meanwhile(++run, report);
          yield { report, snapshot: snapshot(), ...(isStopped && { isStopped }) };
          if (isStopped) return;
        }
      },
    };
  };
};

const inActivity = <T>(work: () => Promise<T>): Promise<T> =>
  asyncLocalStorage.run(
    {
      heartbeat: () => undefined,
      cancellationSignal: new AbortController().signal,
      sleep: (ms: number) => sleep(ms),
    } as unknown as Context,
    work,
  );

interface Attempt {
  readonly checkpoints?: ReturnType<typeof remembered>;
  readonly meanwhile?: (run: number, report: PackReport) => Promise<void>;
  readonly store?: SweepStore;
  readonly draining?: AbortSignal;
}

const tried = (pack: Pack, how: Attempt) => {
  const tools = {
    ...{ store, worker, checkpoints: remembered(), draining: new AbortController().signal },
    ...how,
    train: trainingHere(how.meanwhile ?? (async () => {})),
    test: () => Promise.reject(new Error("nobody tests here")),
  };
  return inActivity(() => createPackActivities(tools).trainPack(pack));
};

const attempt = async (pack: Pack, how: Attempt) => {
  const outcome = await tried(pack, how);
  if ("isHandedOver" in outcome) throw new Error("nobody stops this worker");
  return outcome;
};

const learned = async (sweep: SweepId) =>
  (await store.readTrials(sweep)).map(({ trial, state, lastEpoch, generators, lastReport }) => ({
    ...{ trial, state, lastEpoch, generators, lastReport },
  }));

const claimAll = (sweep: SweepId) => store.claimTrials(sweep, [0, 1, 2, 3], worker);

describe("an attempt at a pack", () => {
  it("trains those that wait after those that end, and clears its checkpoints", async () => {
    const pack = await openedPack();
    const checkpoints = remembered();
    const trained: number[][] = [];
    const outcome = await attempt(pack, {
      checkpoints,
      meanwhile: async (_, { reports }) => {
        trained.push(reports.map(({ trial }) => trial));
      },
    });
    expect(outcome).toEqual({ ended: 4 });
    expect(trained).toEqual([...Array(3).fill([0, 1]), ...Array(3).fill([2, 3])]);
    expect(checkpoints.cleared).toBe(1);
    expect((await store.readProgress(pack.sweep)).trials).toMatchObject({ running: 0, queued: 0 });
  });

  it("that finds nothing left clears what the one before it could not", async () => {
    const pack = await openedPack();
    await attempt(pack, {});
    const checkpoints = remembered();
    expect(await attempt(pack, { checkpoints })).toEqual({ ended: 0 });
    expect(checkpoints.cleared).toBe(1);
  });

  it.each<Objective>(["law", "conditional"])(
    "goes on from a checkpoint to the same rows, each trial from its own epoch: %s",
    async (objective) => {
      const whole = await openedPack(objective);
      await attempt(whole, {});
      for (const broken of [2, 4, 5]) {
        const pack = await openedPack(objective);
        const checkpoints = remembered();
        await expect(
          attempt(pack, {
            checkpoints,
            // the checkpoint is a run behind the rows, as it is where one is not due every run
            meanwhile: async (run) => {
              if (run < broken) return;
              checkpoints.snapshots.pop();
              throw new Error("broken");
            },
          }),
        ).rejects.toThrow("broken");
        expect(checkpoints.cleared).toBe(0);
        await attempt(pack, { checkpoints });
        expect(await learned(pack.sweep), `broken in run ${broken}`).toEqual(
          await learned(whole.sweep),
        );
        expect(checkpoints.cleared).toBe(1);
      }
    },
  );

  it("that ran out of memory is followed by one with half the trials at once, to the same rows", async () => {
    const whole = await openedPack();
    await attempt(whole, {});
    const pack = await openedPack();
    const checkpoints = remembered();
    const trained: number[][] = [];
    const runningOutIn = (last: number) => ({
      checkpoints,
      meanwhile: async (run: number, { reports }: PackReport) => {
        if (run === last) throw Object.assign(new Error("no room."), { name: "OutOfMemoryError" });
        trained.push(reports.map(({ trial }) => trial));
      },
    });
    await expect(attempt(pack, runningOutIn(3))).rejects.toThrow("no room");
    await expect(attempt(pack, runningOutIn(3))).rejects.toThrow("no room");
    expect(await store.readFailures(pack.sweep)).toMatchObject([
      {
        ...{ failureClass: "memory", trials: 0, attempts: 7 },
        message: "no room. The next attempt trains 1 of its trials at once, this one 1.",
      },
    ]);
    await attempt(pack, runningOutIn(Number.POSITIVE_INFINITY));
    expect(trained).toEqual([
      ...[[0, 1], [0, 1], [0], [1]],
      ...[[1], [1], [2], [2], [2], [3], [3], [3]],
    ]);
    expect(await learned(pack.sweep)).toEqual(await learned(whole.sweep));
  });

  it("hands over at the border of a run where its worker is to stop, and goes on from there", async () => {
    const whole = await openedPack();
    await attempt(whole, {});
    for (const last of [1, 3, 4, 6]) {
      const pack = await openedPack();
      const checkpoints = remembered();
      const drain = new AbortController();
      const trained: number[] = [];
      const meanwhile = async (run: number) => {
        trained.push(run);
        if (run === last) drain.abort();
      };
      const outcome = await tried(pack, { checkpoints, meanwhile, draining: drain.signal });
      expect(outcome).toEqual({ isHandedOver: true });
      expect(trained.length).toBe(last);
      expect(checkpoints.cleared).toBe(0);
      expect((await store.readProgress(pack.sweep)).trials.running).toBe(0);
      const failures = last === 3 || last === 6 ? {} : { failureClass: "interrupted" };
      expect((await store.readFailures(pack.sweep))[0] ?? {}).toMatchObject(failures);

      let others = 0;
      const count = async () => {
        others++;
      };
      await attempt(pack, { checkpoints, meanwhile: count });
      expect(last + others).toBe(6); // no run is lost, and none done twice
      expect(await learned(pack.sweep)).toEqual(await learned(whole.sweep));
    }
  });

  it("whose trials are all taken over ends early and leaves its successor's checkpoints alone", async () => {
    for (const taken of [1, 2, 3, 6]) {
      const pack = await openedPack();
      const checkpoints = remembered();
      let runs = 0;
      const outcome = await attempt(pack, {
        checkpoints,
        meanwhile: async (run) => {
          runs = run;
          if (run === taken) await claimAll(pack.sweep);
        },
      });
      expect(runs).toBe(taken); // what waits is not begun
      expect(outcome.ended).toBe(taken > 3 ? 2 : 0);
      expect(checkpoints.cleared).toBe(0);
      expect(checkpoints.snapshots.length).toBe(taken - 1);
      expect(await attempt(pack, {})).toEqual({ ended: 4 - outcome.ended });
    }
  });

  it("waits for a database that is away, and is no failed attempt", async () => {
    const network = await networkTo(Number(new URL(database.url).port));
    const url = new URL(database.url);
    url.port = String(network.port);
    const distant = await openStore(url.href);
    try {
      const pack = await openedPack();
      const back = network.away(2000);
      let isBack = false;
      void back.then(() => {
        isBack = true;
      });
      expect(await attempt(pack, { store: distant })).toEqual({ ended: 4 });
      expect(isBack).toBe(true);
      const trials = await store.readTrials(pack.sweep);
      expect(trials.map(({ attempt: number }) => number)).toEqual([1, 1, 1, 1]);
    } finally {
      await distant.close();
      await network.close();
    }
  });
});
