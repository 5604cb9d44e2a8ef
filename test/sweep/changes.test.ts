import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  channelCount,
  controlOf,
  extended,
  planSweep,
  planTrials,
  type SweepChange,
  type SweepSpec,
} from "../../sweep/index.ts";
import { parseSweep } from "../../sweep/parse.ts";

const base = parseSweep(
  "sweep.yaml",
  `sweep: a
dataset: { name: two-body, trajectories: 10, law: half-plane, seed: 1 }
search: { basisCount: [1], regularization: [1], groupDimension: [2] }
limits: { packSize: 2, concurrentPacks: 3 }`,
);

const values = (...of: readonly number[]) => fc.subarray([...of]);

/** A question, and changes that were made of it one after the other. */
const changed = fc
  .record({
    seeds: fc.integer({ min: 1, max: 3 }),
    extensions: fc.array(
      fc.record({
        seeds: fc.integer({ min: 0, max: 2 }),
        add: fc.record({
          basisCount: values(2, 3, 4),
          regularization: values(0.1, 3),
          groupDimension: values(4, 8),
        }),
        retried: fc.boolean(),
      }),
      { maxLength: 3 },
    ),
  })
  .map(({ seeds, extensions }) => {
    const spec: SweepSpec = { ...base, search: { ...base.search, seeds } };
    const changes: SweepChange[] = [];
    for (const { seeds: more, add, retried } of extensions) {
      const { search } = controlOf(spec, changes);
      const fresh = (axis: keyof typeof add) =>
        add[axis].filter((value) => !search[axis].includes(value));
      changes.push({
        kind: "extended",
        search: extended(search, {
          seeds: search.seeds + more,
          add: {
            basisCount: fresh("basisCount"),
            regularization: fresh("regularization"),
            groupDimension: fresh("groupDimension"),
          },
        }),
      });
      if (retried) changes.push({ kind: "retried", trials: [{ from: 0, count: seeds }] });
    }
    return { spec, changes };
  });

describe("the plan of a sweep that was extended", () => {
  test("has what the axes say by now, every combination once per seed, numbered without gaps", () => {
    fc.assert(
      fc.property(changed, ({ spec, changes }) => {
        const trials = planSweep(spec, changes).listTrials();
        const { search } = controlOf(spec, changes);
        const what = ({ number: _, configuration: __, ...trial }: (typeof trials)[number]) =>
          JSON.stringify(trial);
        expect(trials.map(({ number }) => number)).toEqual(trials.map((_, i) => i));
        expect(trials.map(what).sort()).toEqual(
          planTrials({ ...spec, search })
            .map(what)
            .sort(),
        );
        const settings = new Map<number, string>();
        for (const { configuration, number: _, seed: __, ...setting } of trials) {
          const text = JSON.stringify(setting);
          expect(settings.get(configuration) ?? text).toBe(text);
          settings.set(configuration, text);
        }
        expect(new Set(settings.values()).size).toBe(settings.size);
      }),
    );
  });

  test("begins with the plan before: no trial and no pack is ever another one", () => {
    fc.assert(
      fc.property(changed, ({ spec, changes }) => {
        const after = planSweep(spec, changes);
        for (let made = 0; made < changes.length; made++) {
          const before = planSweep(spec, changes.slice(0, made));
          expect(after.listTrials().slice(0, before.count)).toEqual(before.listTrials());
          expect(after.packs.slice(0, before.packs.length)).toEqual(before.packs);
        }
      }),
    );
  });

  test("trains every trial once, and those that are retried once more, in packs that one program can train", () => {
    fc.assert(
      fc.property(changed, ({ spec, changes }) => {
        const { count, packs, listTrials } = planSweep(spec, changes);
        const trials = listTrials();
        expect(trials.length).toBe(count);
        const times = trials.map(() => 0);
        for (const [i, pack] of packs.entries()) {
          expect(pack.number).toBe(i);
          const own = trials.slice(pack.firstTrial, pack.firstTrial + pack.trials);
          expect(own.length).toBe(pack.trials);
          expect(pack.trials).toBeGreaterThan(0);
          expect(pack.trials).toBeLessThanOrEqual(4 * spec.limits.packSize);
          expect(new Set(own.map(({ groupDimension }) => groupDimension)).size).toBe(1);
          expect(Math.max(...own.map(({ basisCount }) => basisCount))).toBeLessThanOrEqual(
            pack.channels!,
          );
          for (const { number } of own) times[number]!++;
        }
        const again = changes.filter(({ kind }) => kind === "retried").length;
        expect(times).toEqual(
          trials.map((_, number) => (number < spec.search.seeds ? 1 + again : 1)),
        );
        for (const { firstTrial, channels } of packs)
          if (firstTrial < planTrials(spec).length) expect(channels).toBe(channelCount(spec));
      }),
    );
  });
});
