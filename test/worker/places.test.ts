import { readdir, readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { usualTraining } from "../../bench/training.ts";
import type { DatasetSpec } from "../../sweep/index.ts";
import {
  dealPlaces,
  PlacePool,
  parseCoreList,
  pinnableCores,
  slotsPerCard,
} from "../../worker/places.ts";
import { createTrainer } from "../../worker/tools.ts";

const slots = fc.integer({ min: 1, max: 64 });
const cores = fc.uniqueArray(fc.nat(255), { minLength: 1, maxLength: 64 });
const devices = fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 8 });

describe("cores", () => {
  it("are dealt whole, to one slot each, as equally as can be", () => {
    fc.assert(
      fc.property(slots, cores, (count, all) => {
        fc.pre(count <= all.length);
        const dealt = dealPlaces(count, all, []).map((place) => place.cores ?? []);
        expect(dealt.flat()).toEqual(all);
        const sizes = dealt.map((own) => own.length);
        expect(Math.min(...sizes)).toBeGreaterThan(0);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("are left to the system where there are more slots", () => {
    fc.assert(
      fc.property(slots, cores, (count, all) => {
        fc.pre(count > all.length);
        expect(dealPlaces(count, all, [])).toEqual(Array.from({ length: count }, () => ({})));
      }),
    );
  });

  it("are read as Linux writes them", () => {
    fc.assert(
      fc.property(cores, (all) => {
        expect(parseCoreList(all.join(","))).toEqual(all);
      }),
    );
    expect(parseCoreList("0-3,8,10-11")).toEqual([0, 1, 2, 3, 8, 10, 11]);
    expect(parseCoreList("")).toEqual([]);
  });
});

describe("cards", () => {
  it("are dealt in turn, so that no two differ by more than a slot", () => {
    fc.assert(
      fc.property(slots, devices, (count, all) => {
        const places = dealPlaces(count, [], all);
        const counts = all.map((card) => places.filter(({ device }) => device === card).length);
        expect(counts.reduce((sum, own) => sum + own, 0)).toBe(count);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        expect(slotsPerCard(places)).toBe(Math.max(...counts));
      }),
    );
  });

  it("that no slot has to itself are shared by all", () => {
    expect(slotsPerCard(dealPlaces(3, [], []))).toBe(3);
  });
});

describe("a pool", () => {
  it("gives each place to one at a time, and again when it is given back", () => {
    const places = dealPlaces(2, [], ["a", "b"]);
    const pool = new PlacePool(places);
    const [first, second, third] = [pool.take(), pool.take(), pool.take()];
    expect([first.place, second.place]).toEqual(places);
    expect(third.place).toBeUndefined();
    third[Symbol.dispose]();
    second[Symbol.dispose]();
    expect(pool.take().place).toEqual(places[1]);
  });
});

const twoBody: DatasetSpec = {
  ...{ kind: "two-body", trajectories: 4, law: "half-plane", seed: 1, warp: 0 },
};

/** Processes that this one has started to train. */
async function trainers(): Promise<readonly string[]> {
  const numbers = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const own = await Promise.all(
    numbers.map(async (pid) => {
      const read = (file: string) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
      const isChild = (await read("status")).includes(`\nPPid:\t${process.pid}\n`);
      return isChild && (await read("cmdline")).includes("trainer.ts") ? pid : [];
    }),
  );
  return own.flat();
}

const pinnable = await pinnableCores();

test.skipIf(pinnable.length === 0)("a trainer keeps to its place", async () => {
  const [core] = pinnable.slice(-1);
  const pool = new PlacePool([{ cores: [core!], device: "GPU-of-its-own" }]);
  const trial = {
    ...{ number: 0, configuration: 0, regularization: 1, overlapWeight: 1 },
    ...{ basisCount: 1, groupDimension: 2, seed: 1 },
  };
  // Far more epochs than it is given time for: it is looked at while it trains.
  const training = { ...usualTraining, epochs: 100_000, hiddenWidth: 8 };
  const run = createTrainer({ engine: "onnx", backend: "cpu" }, 60_000, undefined, pool).train(
    twoBody,
    { trials: [trial], slots: 1, channels: 1, training },
    new AbortController().signal,
  );
  let looked = 0;
  for await (const _ of run) {
    const [pid, ...others] = await trainers();
    expect(others).toEqual([]);
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    expect(status).toMatch(new RegExp(`^Cpus_allowed_list:\\s*${core}$`, "m"));
    const environment = (await readFile(`/proc/${pid}/environ`, "utf8")).split("\0");
    expect(environment).toContain("CUDA_VISIBLE_DEVICES=GPU-of-its-own");
    expect(pool.take().place).toBeUndefined();
    looked++;
    break;
  }
  expect(looked).toBe(1);
  expect(pool.take().place).toEqual({ cores: [core], device: "GPU-of-its-own" });
});
