import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { CheckpointStore } from "../../checkpoints/index.ts";
import type { TrainingJob } from "../../liegan/index.ts";
import type { DatasetSpec } from "../../sweep/index.ts";
import { measuredCheckpoints, measuredTrainer } from "../../worker/measured.ts";
import type { WorkerMetrics } from "../../worker/metrics.ts";
import { installRuntime } from "../../worker/runtime.ts";
import { createTrainer } from "../../worker/tools.ts";

const dataset: DatasetSpec = {
  ...{ kind: "two-body", trajectories: 12, law: "full-angle", seed: 1, warp: 0 },
};

const job = (epochs: number): TrainingJob => ({
  trials: [1, 2].map((seed) => ({
    ...{ number: seed - 1, configuration: 0, basisCount: 1, regularization: 1 },
    ...{ overlapWeight: 1, groupDimension: 2, seed },
  })),
  slots: 8,
  channels: 1,
  training: {
    ...{ objective: "law", epochs, batchSize: 32, hiddenWidth: 8, coefficientScale: 1 },
    ...{ generatorRate: 1e-3, discriminatorRate: 2e-4, heldOut: 0.25 },
  },
});

/** What was counted, in order. */
const counted: string[] = [];
afterEach(() => {
  counted.length = 0;
});
const count = (what: string): void => {
  counted.push(what);
};
const metrics: WorkerMetrics = {
  occupySlot(work) {
    count(`${work} begins`);
    return { [Symbol.dispose]: () => count(`${work} ends`) };
  },
  epochs: (epochs) => count(`${epochs} epochs`),
  ending: () => count("ending"),
  testedValidity: (tests) => count(`${tests} tests`),
  failedTrainer: (work, error) => count(`${work}: ${error}`),
  movedCheckpoint: (operation, bytes) => count(`${operation} ${bytes} bytes`),
  deviceMemory: () => count("memory"),
};

describe("a measured trainer", () => {
  const plain = createTrainer({ engine: "onnx", backend: "cpu" }, 0);
  const trainer = measuredTrainer(plain, metrics);

  it("says what the plain one says, and counts it", async () => {
    const [told, same] = [[], []] as unknown[][];
    const signal = new AbortController().signal;
    for await (const { report } of trainer.train(dataset, job(2), signal)) told?.push(report);
    for await (const { report } of plain.train(dataset, job(2), signal)) same?.push(report);
    expect(told).toEqual(same);
    expect(counted).toEqual([
      ...["train begins", "2 epochs", "2 epochs", "ending", "ending", "train ends"],
    ]);
  });

  it("leaves its slot when whoever listens has heard enough", async () => {
    for await (const _ of trainer.train(dataset, job(100), new AbortController().signal)) break;
    expect(counted).toEqual(["train begins", "2 epochs", "train ends"]);
  });

  it("counts a trainer that breaks, and not one that was told to stop", async () => {
    const missing: DatasetSpec = {
      ...{ kind: "series", file: "/nowhere/orbits.npz", series: "coords" },
      window: { input: 1, output: 1 },
    };
    const signal = new AbortController().signal;
    const tests = { tests: [], directions: [], heldOut: 0.25 };
    const selection = { displacement: 0.5, tolerance: 0.1, classifierSteps: 10 };
    await expect(trainer.test(missing, { ...tests, selection }, signal)).rejects.toThrow();
    const stop = new AbortController();
    await expect(
      (async () => {
        for await (const _ of trainer.train(dataset, job(100_000), stop.signal))
          stop.abort(new Error("enough"));
      })(),
    ).rejects.toThrow("enough");
    expect(counted).toEqual([
      ...["test begins", "test: DatasetError", "test ends"],
      ...["train begins", "2 epochs", "train ends"],
    ]);
  });
});

it("measured checkpoints are those of the store, and what fails is not counted", async () => {
  const kept = new Map<string, Uint8Array>();
  const store: CheckpointStore = {
    async write(key, bytes) {
      if (key === "full") throw new Error("no room");
      kept.set(key, bytes);
    },
    read: async (key) => kept.get(key),
    list: async () => [...kept.keys()],
    remove: async (key) => void kept.delete(key),
  };
  const measured = measuredCheckpoints(store, metrics);
  await measured.write("a", Uint8Array.of(1, 2, 3));
  await expect(measured.write("full", Uint8Array.of(1))).rejects.toThrow("no room");
  expect(await measured.read("a")).toEqual(Uint8Array.of(1, 2, 3));
  expect(await measured.read("b")).toBeUndefined();
  expect(await measured.list("")).toEqual(["a"]);
  await measured.remove("a");
  expect(kept.size).toBe(0);
  expect(counted).toEqual(["write 3 bytes", "read 3 bytes"]);
});

describe("an address that cannot serve metrics", () => {
  it("is told when another program listens there", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    await expect(installRuntime({ host: "127.0.0.1", port })).rejects.toThrow(
      new RegExp(`127.0.0.1:${port} .*in use.*--metrics a free port`),
    );
    server.close();
  });

  it("is told when it is none of this machine", async () => {
    await expect(installRuntime({ host: "192.0.2.1", port: 9464 })).rejects.toThrow(
      /192.0.2.1:9464 .*address/,
    );
  });
});
