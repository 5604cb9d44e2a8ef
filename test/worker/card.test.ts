import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDataset } from "../../datasets/index.ts";
import type { TrainingJob } from "../../liegan/index.ts";
import type { Dataset, DatasetSpec, Trial } from "../../sweep/index.ts";
import { parseSweep } from "../../sweep/parse.ts";
import {
  cardLimits,
  cardMemory,
  largestBuffer,
  memoryLimits,
  parseCardMemory,
} from "../../worker/card.ts";
import {
  type Bound,
  type CardLimits,
  cardBound,
  largestFitting,
  limited,
  planMemory,
} from "../../worker/memory.ts";
import { createTrainer } from "../../worker/tools.ts";
import { provideVulkan } from "../support/vulkan.ts";

const MIB = 2 ** 20;

const two: DatasetSpec = {
  ...{ kind: "two-body", trajectories: 4, law: "half-plane", seed: 1, warp: 0 },
};
let dataset: Dataset;
beforeAll(async () => {
  dataset = await openDataset(two);
});

describe("what nvidia-smi prints", () => {
  const card = fc
    .tuple(fc.nat(200_000), fc.nat(200_000))
    .map(([a, b]) => ({ totalBytes: Math.max(a, b) * MIB, freeBytes: Math.min(a, b) * MIB }));

  test("is read as it is written", () => {
    fc.assert(
      fc.property(fc.array(card), (cards) => {
        const lines = cards.map((each) => `${each.totalBytes / MIB}, ${each.freeBytes / MIB}`);
        expect(parseCardMemory(`${lines.join("\n")}\n`)).toEqual(cards);
      }),
    );
  });

  test.each(["", "No devices were found\n", "[N/A], [N/A]\n", "81559 MiB, 81000 MiB\n", "81559\n"])(
    "says nothing of memory in %j",
    (text) => {
      expect(parseCardMemory(text)).toEqual([]);
    },
  );

  test("is read of the cards that do tell", () => {
    expect(parseCardMemory("[N/A], [N/A]\r\n 24576, 24000\r\n")).toEqual([
      { totalBytes: 24576 * MIB, freeBytes: 24000 * MIB },
    ]);
  });
});

describe.skipIf(process.platform === "win32")("a card's memory", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "liesweep-card-"));
    const program = join(folder, "nvidia-smi");
    // Two cards, or the one that is asked for.
    const lines =
      '#!/bin/sh\ncase "$*" in *--id=1*) echo 100, 90;; *) printf "80, 70\\n40, 30\\n";; esac\n';
    await writeFile(program, lines);
    await chmod(program, 0o755);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const seen = async (visible?: string) => {
    const env = { PATH: folder, ...(visible !== undefined && { CUDA_VISIBLE_DEVICES: visible }) };
    return (await cardMemory(env))?.totalBytes;
  };

  test("is that of the smallest that is visible, which CUDA may take first", async () => {
    expect(await seen()).toBe(40 * MIB);
    expect(await seen("1,0")).toBe(100 * MIB);
  });

  test("is not known where no card is visible, or nothing tells of one", async () => {
    expect(await seen("")).toBeUndefined();
    expect(await seen("-1")).toBeUndefined();
    expect(await cardMemory({ PATH: "/nonexistent" })).toBeUndefined();
  });

  test("is shared by the slots, less what is no tensor's", () => {
    const card = { totalBytes: 1000, freeBytes: 700 };
    for (const slots of [1, 2, 3]) {
      const { bytes } = memoryLimits(card, slots);
      expect(bytes * slots).toBeLessThan(1000);
      expect(bytes * slots).toBeGreaterThan(800);
    }
  });

  test("is not asked for what trains on a CPU", async () => {
    for (const [engine, backend, detail] of [
      ["onnx", "cpu", ""],
      ["tfjs", "tensorflow", "@tensorflow/tfjs-node 4.22.0"],
    ] as const)
      expect(await cardLimits({ engine, backend, detail, loads: true }, 1)).toBeUndefined();
  });
});

test("a WebGPU adapter tells the largest buffer, as large at least as every adapter must offer", async () => {
  provideVulkan();
  const bytes = await largestBuffer();
  if (bytes !== undefined) expect(bytes).toBeGreaterThanOrEqual(128 * MIB);
});

describe("trials at once", () => {
  const bound = fc
    .record({ has: fc.nat(10_000), fixed: fc.nat(500), each: fc.integer({ min: 1, max: 500 }) })
    .map(({ has, fixed, each }): Bound => ({ has, needs: (trials) => fixed + each * trials }));

  test("fit at the most that fit, and one more does not or is more than a sweep may ask for", () => {
    fc.assert(
      fc.property(bound, ({ has, needs }) => {
        const most = largestFitting({ has, needs });
        expect(most === 0 || needs(most) <= has).toBe(true);
        expect(most === 64 || needs(most + 1) > has).toBe(true);
      }),
    );
  });

  const cards: fc.Arbitrary<CardLimits> = fc.oneof(
    fc.integer({ min: 150, max: 600 }).map((mib) => memoryOf(mib)),
    fc.integer({ min: 1, max: 40 }).map((mib) => bufferOf(mib)),
  );

  const training: TrainingJob["training"] = {
    ...{ objective: "law", epochs: 1, batchSize: 64, hiddenWidth: 256, coefficientScale: 1 },
    ...{ generatorRate: 1e-3, discriminatorRate: 2e-4, heldOut: 0.25 },
  };
  const job = (slots: number, trials = slots): TrainingJob => ({
    ...{ channels: 2, training, slots },
    trials: Array.from(
      { length: trials },
      (_, number): Trial => ({
        ...{ number, configuration: 0, basisCount: 2, regularization: 1, overlapWeight: 1 },
        ...{ groupDimension: 2, seed: number + 1 },
      }),
    ),
  });

  test("are as many as were wanted or as the card holds, whichever is fewer; none is refused", () => {
    fc.assert(
      fc.property(cards, fc.integer({ min: 1, max: 64 }), (card, slots) => {
        const pack = { dataset, training, channels: 2, dimension: 2 };
        const most = largestFitting(cardBound([pack], card));
        const wanted = job(slots);
        if (most > 0)
          expect(limited(dataset, wanted, card)).toEqual({
            ...wanted,
            slots: Math.min(slots, most),
          });
        else
          expect(() => limited(dataset, wanted, card)).toThrow(/hiddenWidth 256 needs .+ are 0:/);
      }),
    );
  });

  test("are what was wanted where there is no card", () => {
    expect(limited(dataset, job(64), undefined)).toEqual(job(64));
  });

  test("are no fewer than those that a checkpoint of a larger card has begun", () => {
    const begun = { trials: [...Array(17).keys()] } as unknown as NonNullable<
      TrainingJob["resume"]
    >;
    expect(() => limited(dataset, { ...job(17), resume: begun }, bufferOf(4))).toThrow(
      /Training 17 .+ a buffer of 4 MiB.+ are 16:/,
    );
  });

  test("are limited by a buffer as its largest tensor is: 16 matrices of 256² floats in 4 MiB", () => {
    expect(limited(dataset, job(64), bufferOf(4)).slots).toBe(16);
    expect(limited(dataset, job(64), bufferOf(3)).slots).toBe(12);
  });

  test("that a plan tells of are those that a trainer takes", () => {
    const spec = parseSweep(
      "card.yaml",
      `sweep: card
dataset: { name: two-body, trajectories: 4, law: half-plane, seed: 1 }
search: { basisCount: [2], regularization: [1], groupDimension: [2, 4], seeds: 64 }
training: { hiddenWidth: 256 }
limits: { packSize: 64 }
`,
    );
    const { card } = planMemory(spec, dataset, 1, bufferOf(4));
    expect(card).toMatchObject({ kind: "buffer", needs: 16 * MIB, largestPack: 16 });
    expect(planMemory(spec, dataset, 1).card).toBeUndefined();
  });

  test("beyond those that a card holds wait, and end with the same bits", async () => {
    const engine = { engine: "onnx", backend: "cpu" } as const;
    const endings = async (card?: CardLimits) => {
      const small = { ...job(5), training: { ...training, hiddenWidth: 128 } };
      const reports = createTrainer(engine, 0, card).train(
        two,
        small,
        new AbortController().signal,
      );
      const sizes: number[] = [];
      const learned = new Map<number, readonly Float64Array[]>();
      for await (const { report } of reports) {
        sizes.push(report.reports.length);
        for (const { trial, generators } of report.generators) learned.set(trial, generators);
      }
      return { sizes, learned };
    };
    const [whole, apart] = [await endings(), await endings(bufferOf(1 / 8))];
    expect([whole.sizes, apart.sizes]).toEqual([[5], [2, 2, 1]]);
    expect(apart.learned).toEqual(whole.learned);
  });
});

function memoryOf(mib: number): CardLimits {
  return { kind: "memory", bytes: mib * MIB, freeBytes: mib * MIB };
}

function bufferOf(mib: number): CardLimits {
  return { kind: "buffer", bytes: mib * MIB };
}
