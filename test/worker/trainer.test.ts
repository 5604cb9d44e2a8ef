import { describe, expect, it } from "vitest";
import type { TrainingJob } from "../../liegan/index.ts";
import type { DatasetSpec, Trial } from "../../sweep/index.ts";
import { createTrainer } from "../../worker/tools.ts";
import { trainersOf } from "../chaos/processes.ts";
import { memoryGroup } from "../support/memory-group.ts";
import { npzFolder } from "../support/npz.ts";

const dataset: DatasetSpec = {
  kind: "two-body",
  trajectories: 12,
  law: "full-angle",
  seed: 1,
  warp: 0,
};

const trial = (number: number): Trial => ({
  number,
  configuration: number,
  basisCount: 1,
  regularization: 1,
  overlapWeight: 1,
  groupDimension: 2,
  seed: number + 1,
});

const job = (epochs: number, trials = [trial(0), trial(1)]): TrainingJob => ({
  trials,
  slots: 8,
  channels: 1,
  training: {
    objective: "law",
    epochs,
    batchSize: 32,
    hiddenWidth: 8,
    coefficientScale: 1,
    generatorRate: 1e-3,
    discriminatorRate: 2e-4,
    heldOut: 0.25,
  },
});

const onnx = createTrainer({ engine: "onnx", backend: "cpu" }, 0);
const never = () => new AbortController().signal;

/** Reports of a whole training. */
async function reportsOf(trainer: typeof onnx, of: TrainingJob) {
  const reports = [];
  for await (const { report } of trainer.train(dataset, of, never())) reports.push(report);
  return reports;
}

describe("a trainer process", () => {
  it("trains the same with either engine", async () => {
    const eager = createTrainer({ engine: "tfjs", backend: "cpu" }, 0);
    const [compiled, plain] = await Promise.all([
      reportsOf(onnx, job(2)),
      reportsOf(eager, job(2)),
    ]);
    expect(plain.length).toBe(2);
    for (const [i, { generators }] of compiled.entries())
      for (const [t, { generators: learned }] of generators.entries())
        for (const [j, entry] of learned[0]?.entries() ?? [])
          expect(plain[i]?.generators[t]?.generators[0]?.[j]).toBeCloseTo(entry, 3);
  });

  it("goes on from its own snapshot to the same numbers, in another process", async () => {
    const snapshots = [];
    for await (const { snapshot } of onnx.train(dataset, job(4), never())) snapshots.push(snapshot);
    const whole = await reportsOf(onnx, job(4));
    const [first] = snapshots;
    if (!first) throw new Error("no snapshot");
    expect(await reportsOf(onnx, { ...job(4), resume: first })).toEqual(whole.slice(1));
  });

  it("takes up waiting trials as others end, and one that is dropped never", async () => {
    const training = onnx.train(
      dataset,
      { ...job(100, [0, 1, 2, 3].map(trial)), slots: 2 },
      never(),
    );
    const trained: number[][] = [];
    for await (const { report } of training) {
      trained.push(report.reports.map((of) => of.trial));
      training.drop([3]);
    }
    expect(trained).toEqual([...Array(100).fill([0, 1]), ...Array(100).fill([2])]);
  });

  it("lets a trial go that is dropped, and trains the others on", async () => {
    const training = onnx.train(dataset, job(40), never());
    const sizes: number[] = [];
    for await (const { report } of training) {
      sizes.push(report.reports.length);
      training.drop([0]);
    }
    expect(sizes[0]).toBe(2);
    expect(sizes.at(-1)).toBe(1);
  });

  it("stops at the border of a run with a snapshot that another goes on from, and earlier where it has ended", async () => {
    const rare = createTrainer({ engine: "onnx", backend: "cpu" }, 3_600_000);
    const whole = await reportsOf(rare, job(200));
    for (const heard of [0, 2]) {
      const training = rare.train(dataset, job(200), never());
      const said = [];
      if (heard === 0) training.stop();
      for await (const run of training) {
        said.push(run);
        if (said.length === heard) training.stop();
      }
      expect(said.length).toBeLessThan(200);
      const { snapshot, isStopped } = said.pop()!;
      expect(isStopped).toBe(true);
      expect(said.map((run) => [run.snapshot, run.isStopped])).toEqual(
        said.map(() => [undefined, undefined]),
      );
      const rest = await reportsOf(rare, { ...job(200), resume: snapshot! });
      expect(rest).toEqual(whole.slice(said.length + 1));
    }
    const short = rare.train(dataset, job(1), never());
    short.stop();
    for await (const { isStopped } of short) expect(isStopped).toBeUndefined();
  });

  it("ends with the abort of its signal, for the reason of the abort", async () => {
    const stop = new AbortController();
    const training = onnx.train(dataset, job(100_000), stop.signal);
    await expect(
      (async () => {
        for await (const _ of training) stop.abort(new Error("enough"));
      })(),
    ).rejects.toThrow("enough");
  });

  it("that runs out of memory says so, and one that is killed for another reason does not", async () => {
    process.env["NODE_OPTIONS"] = "--max-old-space-size=6"; // too little to load the engine
    const full = onnx.train(dataset, job(1), never())[Symbol.asyncIterator]().next();
    await expect(full.finally(() => delete process.env["NODE_OPTIONS"])).rejects.toMatchObject({
      name: "OutOfMemoryError",
      message: expect.stringContaining("heap out of memory") as string,
    });
    const killed = (async () => {
      for await (const _ of onnx.train(dataset, job(100_000), never()))
        for (const pid of trainersOf(process.pid)) process.kill(pid, "SIGKILL");
    })();
    await expect(killed).rejects.toMatchObject({ name: "TrainerLostError" });
  });

  it("refuses a trial that cannot be trained, and trains the others as without it", async () => {
    const wide = { ...trial(1), basisCount: 2 };
    const [first, ...rest] = await reportsOf(onnx, job(2, [trial(0), wide, trial(2)]));
    expect(first).toEqual({
      ...{ reports: [], generators: [], endings: [] },
      refusals: [{ trial: 1, message: expect.stringContaining("has 2 generators") as string }],
    });
    expect(rest).toEqual(await reportsOf(onnx, job(2, [trial(0), trial(2)])));
  });

  it("that the kernel kills for want of memory says so", async ({ skip }) => {
    const group = memoryGroup(3 * 2 ** 20);
    if (group === undefined) return skip();
    const training = onnx.train(dataset, job(100_000), never());
    const starved = (async () => {
      let runs = 0;
      for await (const _ of training)
        if (runs++ === 0) for (const pid of trainersOf(process.pid)) group.add(pid);
    })();
    await expect(starved.finally(() => group.remove())).rejects.toMatchObject({
      name: "OutOfMemoryError",
      message: expect.stringContaining("SIGKILL") as string,
    });
  });

  it("trains on no other data than the sweep was asked about", async () => {
    const files = await npzFolder();
    const file = await files.write({ x: { shape: [4, 2], values: [1, 2, 3, 4, 5, 6, 7, 8] } });
    const asked = { kind: "pairs", file, x: "x", target: "none", sha256: "b".repeat(64) } as const;
    const training = onnx.train(asked, job(1), never());
    await expect(training[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      name: "DatasetError",
      message: expect.stringContaining("changed") as string,
    });
    await files.remove();
  });

  it("tells what is wrong with the data by its name", async () => {
    const missing: DatasetSpec = {
      kind: "series",
      file: "/nowhere/orbits.npz",
      series: "coords",
      window: { input: 1, output: 1 },
    };
    const training = onnx.train(missing, job(1), never());
    await expect(training[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      name: "DatasetError",
    });
  });
});
