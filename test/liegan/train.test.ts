import { beforeAll, describe, expect, test } from "vitest";
import { openDataset } from "../../datasets/index.ts";
import { onnxEngine } from "../../engines/index.ts";
import { type Engine, type PackReport, type TrainingJob, trainPack } from "../../liegan/index.ts";
import type { Dataset, Objective, Trial } from "../../sweep/index.ts";

const training = {
  objective: "law" as Objective,
  epochs: 4,
  batchSize: 16,
  hiddenWidth: 8,
  coefficientScale: 1,
  generatorRate: 1e-3,
  discriminatorRate: 2e-4,
  heldOut: 0.25,
};

const trial = (number: number, change: Partial<Trial> = {}): Trial => ({
  number,
  configuration: number,
  basisCount: 1,
  regularization: 1,
  overlapWeight: 1,
  groupDimension: 4,
  seed: number + 1,
  ...change,
});

const job = (trials: readonly Trial[], change: Partial<TrainingJob["training"]> = {}) => ({
  trials,
  slots: 8,
  channels: 3,
  training: { ...training, ...change },
});

/** An engine that counts the sessions open. */
function counted(engine: Engine): Engine & { open: Engine["open"]; sessions: number } {
  const counting = {
    ...engine,
    sessions: 0,
    async open(...args: Parameters<Engine["open"]>) {
      const session = await engine.open(...args);
      counting.sessions++;
      return {
        run: session.run,
        async close() {
          counting.sessions--;
          await session.close();
        },
      };
    },
  };
  return counting;
}

let dataset: Dataset;
beforeAll(async () => {
  dataset = await openDataset({
    kind: "two-body",
    trajectories: 12,
    law: "full-angle",
    seed: 1,
    warp: 0,
  });
});

async function collect(of: TrainingJob, engine = onnxEngine()): Promise<readonly PackReport[]> {
  const reports: PackReport[] = [];
  for await (const { snapshot: _, ...report } of trainPack(engine, dataset, of))
    reports.push(report);
  return reports;
}

/** All that a training said of one trial. */
const saidOf = (reports: readonly PackReport[], number: number) =>
  reports.map(({ reports, generators, endings }) => ({
    report: reports.find((report) => report.trial === number),
    generators: generators.find((own) => own.trial === number),
    ending: endings.find((ending) => ending.trial === number),
  }));

describe("training a pack", () => {
  const trials = [
    trial(3, { basisCount: 3 }),
    trial(4, { regularization: 0.1 }),
    trial(7, { basisCount: 2, overlapWeight: 0.5 }),
  ];

  test("reports every trial every epoch, and endings with the last alone", async () => {
    const engine = counted(onnxEngine());
    const reports = await collect(job(trials), engine);
    expect(reports.length).toBe(4);
    for (const [i, { reports: epoch, generators, endings }] of reports.entries()) {
      expect(epoch.map((report) => [report.trial, report.epoch])).toEqual([
        [3, i + 1],
        [4, i + 1],
        [7, i + 1],
      ]);
      expect(generators.map((own) => [own.trial, own.epoch, own.dimension])).toEqual([
        [3, i + 1, 4],
        [4, i + 1, 4],
        [7, i + 1, 4],
      ]);
      expect(generators.map((own) => own.generators.map((L) => L.length))).toEqual([
        [16, 16, 16],
        [16],
        [16, 16],
      ]);
      for (const report of epoch) {
        expect(Object.values(report).every(Number.isFinite)).toBe(true);
        expect(report.discriminatorLoss).toBeGreaterThan(0.3);
        expect(report.discriminatorLoss).toBeLessThan(1);
        expect(report.identityPenalty).toBeLessThanOrEqual(1);
        expect(report.largestExtent).toBeGreaterThan(0);
      }
      expect(epoch[1]!.overlapPenalty).toBe(0);
      expect(endings.length).toBe(i === 3 ? 3 : 0);
    }
    expect(reports[3]!.endings.map(({ ending, epoch }) => [ending, epoch])).toEqual([
      ["converged", 4],
      ["converged", 4],
      ["converged", 4],
    ]);
    expect(engine.sessions).toBe(0);
  });

  test("frees the session when whoever reads it stops, or throws", async () => {
    const engine = counted(onnxEngine());
    for await (const _ of trainPack(engine, dataset, job(trials))) {
      expect(engine.sessions).toBe(1);
      break;
    }
    expect(engine.sessions).toBe(0);
    await expect(
      (async () => {
        for await (const _ of trainPack(engine, dataset, job(trials))) throw new Error("stop");
      })(),
    ).rejects.toThrow("stop");
    expect(engine.sessions).toBe(0);
  });

  test("says the same of a trial, to the last bit, whatever its pack and whenever repeated", async () => {
    const together = await collect(job(trials));
    expect(await collect(job(trials))).toEqual(together);
    for (const own of trials) {
      const alone = saidOf(await collect(job([own])), own.number);
      expect(saidOf(together, own.number)).toEqual(alone);
      const crowd = [trial(20), trial(21, { basisCount: 2 }), own, trial(22), own, trial(23)];
      expect(saidOf(await collect(job(crowd)), own.number)).toEqual(alone);
    }
  });

  test("a training of more epochs begins like one of fewer", async () => {
    const bare = (reports: readonly PackReport[]) =>
      reports.map(({ reports: epoch, generators }) => ({ epoch, generators }));
    const short = await collect(job(trials, { epochs: 2 }));
    expect(bare((await collect(job(trials))).slice(0, 2))).toEqual(bare(short));
  });

  test("trials of one setting and different seeds learn different things", async () => {
    const reports = await collect(job([trial(1), trial(2)], { epochs: 1 }));
    const [a, b] = reports[0]!.generators;
    expect(a!.generators).not.toEqual(b!.generators);
  });

  test("a trial that overflows ends diverged, and its mates do not notice", async () => {
    const [left, right] = [trial(1), trial(2, { basisCount: 2 })];
    const mad = trial(5, { regularization: 1e39 }); // infinite in float32
    const reports = await collect(job([left, mad, right]));
    // it leaves with the epoch that broke it
    expect(saidOf(reports, 5).map((said) => said.ending?.ending)).toEqual([
      "diverged",
      undefined,
      undefined,
      undefined,
    ]);
    for (const own of [left, right])
      expect(saidOf(reports, own.number)).toEqual(saidOf(await collect(job([own])), own.number));
  });

  test("generators too small to move anything end collapsed", async () => {
    // σ small enough that σ‖L‖ is nothing, whatever is learned
    const reports = await collect(job([trial(1)], { coefficientScale: 1e-4, epochs: 1 }));
    expect(reports[0]!.endings[0]!.ending).toBe("collapsed");
  });

  test("a motion plain to see ends detected", async () => {
    const reports = await collect(
      job([trial(1, { regularization: 10 })], {
        epochs: 6,
        hiddenWidth: 32,
        discriminatorRate: 1e-2,
        coefficientScale: 3,
        generatorRate: 1e-4,
      }),
    );
    expect(reports.at(-1)!.endings[0]!.ending).toBe("detected");
  });

  test("no trials, no reports", async () => {
    expect(await collect(job([]))).toEqual([]);
  });
});
