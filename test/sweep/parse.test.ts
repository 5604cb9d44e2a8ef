import { readdirSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { differences, syntheticDimensions } from "../../sweep/index.ts";
import { parseSweep, SweepSpecError } from "../../sweep/parse.ts";

const valid = `sweep: a
dataset: { name: two-body, trajectories: 10, law: half-plane, seed: 1 }
search: { basisCount: [1], regularization: [1], groupDimension: [1] }
`;
const withDataset = (dataset: string) => valid.replace(/dataset: .*/, `dataset: ${dataset}`);

function mistakes(text: string): readonly string[] {
  try {
    parseSweep("sweep.yaml", text);
  } catch (error) {
    if (!(error instanceof SweepSpecError)) throw error;
    return error.problems.map(({ path, message }) => `${path} ${message}`);
  }
  return [];
}

describe("examples", () => {
  const folder = fileURLToPath(new URL("../../examples/", import.meta.url));
  test.each(readdirSync(folder).filter((name) => name.endsWith(".yaml")))("%s parses", (name) => {
    const spec = parseSweep(folder + name, readFileSync(folder + name, "utf8"));
    expect(`${spec.sweep}.yaml`).toBe(name);
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  });
});

describe("a sweep file", () => {
  test("leaves out what has a default", () => {
    expect(parseSweep("sweep.yaml", valid)).toEqual({
      sweep: "a",
      dataset: { kind: "two-body", trajectories: 10, law: "half-plane", seed: 1, warp: 0 },
      search: {
        basisCount: [1],
        regularization: [1],
        overlapWeight: [1],
        groupDimension: [1],
        seeds: 3,
      },
      training: {
        objective: "law",
        epochs: 20,
        batchSize: 64,
        hiddenWidth: 128,
        coefficientScale: 1,
        generatorRate: 1e-3,
        discriminatorRate: 2e-4,
        heldOut: 0.25,
      },
      selection: { displacement: 0.2, tolerance: 0.05, classifierSteps: 3000 },
      limits: { packSize: 8, concurrentPacks: 64 },
    });
  });

  test("may limit failures, by a number or a share", () => {
    const limited = (failures: string) => `${valid}limits: { failures: ${failures} }\n`;
    for (const failures of [1, 7, 0.25])
      expect(parseSweep("sweep.yaml", limited(String(failures))).limits.failures).toBe(failures);
    for (const [failures, expected] of [
      ["0", "more than 0, got 0"],
      ["-1", "more than 0, got -1"],
      ["1.5", "a whole number, or a share below 1, got 1.5"],
      ["many", 'a number, got "many"'],
    ] as const)
      expect(mistakes(limited(failures))).toEqual([`limits.failures expected ${expected}`]);
  });

  test("may ask for workers of a label", () => {
    const queued = (queue: string) => `${valid}limits: { queue: ${queue} }\n`;
    expect(parseSweep("sweep.yaml", queued("gpu-80g")).limits.queue).toBe("gpu-80g");
    expect(mistakes(queued("The GPU"))).toEqual([
      'limits.queue expected 1 to 63 of the characters a-z, 0-9, dot, underscore and hyphen, the first a letter or digit, got "The GPU"',
    ]);
  });

  test.each(Object.keys(syntheticDimensions))("has %s by its name", (set) => {
    const strength = set === "broken-circle" ? 0.5 : undefined;
    const more = strength === undefined ? "" : `, strength: ${strength}`;
    const text = withDataset(`{ name: ${set}, samples: 50, seed: 1${more} }`);
    expect(parseSweep("sweep.yaml", text).dataset).toEqual({
      kind: "synthetic",
      set,
      samples: 50,
      seed: 1,
      warp: 0,
      ...(strength !== undefined && { strength }),
    });
    expect(mistakes(text.replace("groupDimension: [1]", "groupDimension: [5]"))).toEqual([
      expect.stringMatching(/expected a divisor of \d+, the dimension of the data, got 5/),
    ]);
  });

  test("finds data files beside itself", () => {
    const file = resolve("somewhere/sweep.yaml");
    const pairs = parseSweep(file, withDataset("{ file: data/p.npz, x: a, y: b, target: class }"));
    expect(pairs.dataset).toEqual({
      kind: "pairs",
      file: resolve(dirname(file), "data/p.npz"),
      x: "a",
      y: "b",
      target: "class",
    });
    const alone = parseSweep(file, withDataset("{ file: p.npz, x: a }"));
    expect(alone.dataset).toMatchObject({ target: "none" });
  });
});

describe("mistakes", () => {
  test("are told all at once, each with its line and path, what was seen and what was expected", () => {
    const text = `sweep: Two Body
dataset: { name: two-body, trajectories: many, law: half-plan, sed: 1 }
serch: {}
search: { basisCount: [1, 1, 0], regularization: [], groupDimension: [2, 3], seeds: 1.5 }
training: { epoch: 20, heldOut: 1 }
`;
    const told = mistakes(text);
    expect([...told].sort()).toEqual(
      [
        'sweep expected 1 to 63 of the characters a-z, 0-9, dot, underscore and hyphen, the first a letter or digit, got "Two Body"',
        'dataset.trajectories expected a number, got "many"',
        'dataset.law expected "half-plane" or "full-angle" or "quadrants-removed", got "half-plan"',
        "dataset.seed is missing; expected a number",
        "dataset.sed is not a field; did you mean seed?",
        "serch is not a field; did you mean search?",
        "search.basisCount[1] expected no value twice, got 1 again",
        "search.basisCount[2] expected at least 1, got 0",
        "search.regularization expected a list of at least 1, got []",
        "search.groupDimension[1] expected a divisor of 8, the dimension of the data, got 3",
        "search.seeds expected an integer, got 1.5",
        "training.epoch is not a field; did you mean epochs?",
        "training.heldOut expected less than 1, got 1",
      ].sort(),
    );
    expect(() => parseSweep("s.yaml", text)).toThrow(
      /^s.yaml has 13 mistakes:\n {2}s.yaml:1 sweep/,
    );
  });

  test.each([
    [
      "{ name: twobody }",
      'dataset.name expected the name of a generated set, got "twobody"; did you mean two-body?',
    ],
    [
      "{ name: rotation, samples: 9 }",
      `dataset.name expected the name of a generated set, got "rotation"; there are two-body, asymmetric, ${Object.keys(syntheticDimensions).join(", ")}`,
    ],
    ["{ name: cyclic7, seed: 1 }", "dataset.samples is missing; expected a number"],
    [
      "{ name: cyclic7, samples: 9, seed: 1, strength: 0.1 }",
      "dataset.strength belongs to broken-circle, not to cyclic7",
    ],
    [
      "{ name: broken-circle, samples: 9, seed: 1 }",
      "dataset.strength is missing; expected a number from 0 (a whole circle) to 1",
    ],
    [
      "{ name: three-body, samples: 18, seed: 1 }",
      "dataset.samples expected at least 36, two trajectories, got 18",
    ],
    ["{ name: asymmetric, seed: 1 }", "dataset.samples is missing; expected a number"],
    ["{ file: a.npz, series: s }", "dataset.window is missing; expected a group of fields"],
    ["{ file: a.npz, x: x, traget: none }", "dataset.traget is not a field; did you mean target?"],
    [
      "{ file: a.npz, x: x, y: y }",
      "dataset.target is missing; expected vector (y moves with x), scalar or class (y stays), or none",
    ],
    [
      "{ file: a.npz, x: x, target: scalar }",
      "dataset.y is missing; expected the name of an array, because target is scalar",
    ],
    ["{ x: x }", "dataset.file is missing; expected text"],
  ])("dataset: %s is told as a mistake of the form that was meant", (dataset, message) => {
    expect(mistakes(withDataset(dataset))).toEqual([message]);
  });

  test("a data set of no form is told what forms there are", () => {
    expect(mistakes(withDataset("{ file: a.npz }"))).toEqual([
      expect.stringMatching(/^dataset expected a data set: name: two-body.*series.*x: /),
    ]);
  });

  test("of YAML have a line and a column", () => {
    expect(() => parseSweep("s.yaml", "sweep: a\nsearch: [1")).toThrow(
      /s.yaml:2 is not YAML.*line 2, column/,
    );
    expect(mistakes("")).toHaveLength(1);
    expect(mistakes("sweep: a\nsweep: b")).toHaveLength(1);
  });
});

describe("differences", () => {
  const spec = parseSweep("sweep.yaml", valid);

  test("there are none to itself", () => {
    expect(differences(spec, structuredClone(spec))).toEqual([]);
  });

  test("are told by field, in words for both sides", () => {
    const other = {
      ...spec,
      dataset: { kind: "asymmetric", samples: 10, seed: 1 },
      search: { ...spec.search, basisCount: [1, 2] },
      training: { ...spec.training, epochs: 30 },
    } as const;
    expect(differences(spec, other)).toEqual([
      "dataset.kind: two-body there, asymmetric here",
      "dataset.trajectories: 10 there, nothing here",
      "dataset.law: half-plane there, nothing here",
      "dataset.warp: 0 there, nothing here",
      "dataset.samples: nothing there, 10 here",
      "search.basisCount: [1] there, [1,2] here",
      "training.epochs: 20 there, 30 here",
    ]);
  });
});
