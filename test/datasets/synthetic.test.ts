import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeDataset, openDataset, truthOf } from "../../datasets/index.ts";
import { independentSets } from "../../datasets/synthetic-sets.ts";
import { nextThreeBody } from "../../datasets/three-body.ts";
import {
  addScaled,
  algebras,
  expm,
  type Matrix,
  norm,
  orthonormalise,
  scale,
  symmetricEigen,
  zeros,
} from "../../lie/index.ts";
import {
  type Dataset,
  type DatasetSpec,
  type SyntheticSet,
  type SyntheticSpec,
  syntheticDimensions,
} from "../../sweep/index.ts";
import { leastMomentChange } from "../support/moments.ts";

const sets = Object.keys(syntheticDimensions) as readonly SyntheticSet[];

const specOf = (set: SyntheticSet, other: Partial<SyntheticSpec> = {}): SyntheticSpec => ({
  kind: "synthetic",
  set,
  samples: 5000,
  seed: 1,
  warp: 0,
  ...(set === "broken-circle" && { strength: 0 }),
  ...other,
});

const twoBody = (law: "half-plane" | "full-angle" | "quadrants-removed", warp = 0) =>
  ({ kind: "two-body", trajectories: 300, law, seed: 1, warp }) as const;

const asymmetric = { kind: "asymmetric", samples: 5000, seed: 1 } as const;

describe.each(sets)("%s", (set) => {
  const hash = async (other: Partial<SyntheticSpec>) =>
    describeDataset(await openDataset(specOf(set, { samples: 100, ...other }))).sha256;

  test("is a function of its spec", async () => {
    expect(await hash({})).toBe(await hash({}));
    const others = [{}, { seed: 2 }, { samples: 101 }, { warp: 0.3 }, { warp: 0.4 }];
    expect(new Set(await Promise.all(others.map(hash))).size).toBe(others.length);
  });

  test("has the samples and the shape it says, every number finite and every label standardised", async () => {
    const data = await openDataset(specOf(set));
    const width = widthOf(data);
    expect([data.samples, data.dimension]).toEqual([5000, syntheticDimensions[set]]);
    expect([data.values.length, data.groups.length]).toEqual([5000 * width, 5000]);
    expect(data.values.every(Number.isFinite)).toBe(true);
    for (let label = width - data.labels; label < width; label++) {
      const column = data.values.filter((_, at) => at % width === label);
      expect(mean(column)).toBeCloseTo(0, 9);
      expect(mean(column.map((y) => y * y))).toBeCloseTo(1, 9);
    }
  });
});

/** What the shared table says, and what is derived in `claims.ts` for the sets it does not have. */
test.each<readonly [DatasetSpec, law: number, map: number, approximate: number, junk: number]>([
  [specOf("inertia"), 6, 12, 0, 54],
  [specOf("inertia-bodies"), 3, 3, 0, 0],
  [specOf("cyclic7"), 0, 1, 0, 0],
  [specOf("rotation-scalar"), 3, 3, 0, 0],
  [specOf("planar-motion"), 1, 3, 2, 0],
  [specOf("lorentz-scalar"), 3, 6, 3, 0],
  [specOf("degenerate-none"), 0, 0, 0, 8],
  [specOf("degenerate-circle"), 1, 1, 0, 8],
  [specOf("gaussian"), 6, 16, 0, 0],
  [specOf("broken-circle"), 1, 1, 0, 0],
  [specOf("broken-circle", { strength: 0.2 }), 0, 1, 1, 0],
  [specOf("kepler-3d"), 3, 3, 0, 0],
  [specOf("scaling"), 0, 1, 1, 0],
  [specOf("three-body"), 1, 9, 0, 0],
  [specOf("skewed-pairs"), 0, 0, 0, 0],
  [asymmetric, 0, 0, 0, 0],
  [twoBody("full-angle"), 1, 1, 0, 32],
  [twoBody("half-plane"), 0, 1, 1, 32],
  [twoBody("quadrants-removed"), 0, 1, 1, 32],
])("the truth of $set $kind $law $strength has the dimensions of the table", (spec, ...counts) => {
  const { law, map, approximate, junk = [] } = truthOf(spec)!;
  const spans = [law, map, approximate, junk];
  expect(spans.map((span) => span.length)).toEqual(counts);
  expect(spans.map((span) => orthonormalise(span).length)).toEqual(counts);
});

test("what is bent has no truth left, and of a file nothing is known", () => {
  for (const spec of [
    ...sets.map((set) => specOf(set, { warp: 0.1 })),
    twoBody("full-angle", 0.1),
  ]) {
    const { law, map, approximate, junk, name } = truthOf(spec)!;
    expect([law, map, approximate, junk, name]).toEqual([[], [], [], undefined, "trivial"]);
  }
  expect(truthOf({ kind: "pairs", file: "a.npz", x: "x", target: "none" })).toBeUndefined();
});

test.each([
  ["inertia", "so(4)"],
  ["rotation-scalar", "so(3)"],
  ["lorentz-scalar", "so(3)"],
  ["planar-motion", "so(2)"],
  ["gaussian", "so(4)"],
  ["cyclic7", "trivial"],
] as const)("the law of %s is called %s", (set, name) => {
  expect(truthOf(specOf(set))?.name).toBe(name);
});

const withLaw = sets.filter((set) => truthOf(specOf(set))!.law.length > 0);
const lawful: readonly DatasetSpec[] = [
  ...withLaw.map((set) => specOf(set)),
  twoBody("full-angle"),
];

describe.each(lawful)("the law of $set $kind", (spec) => {
  test("stays: no first or second moment of the moved samples differs by more than sampling explains", async () => {
    const data = await openDataset(spec);
    fc.assert(
      fc.property(member(truthOf(spec)!.law, 3), (generator) => {
        expect(momentShift(data, expm(generator))).toBeLessThan(SURE);
      }),
      { numRuns: 5 },
    );
  });

  test("is gone once the coordinates are bent", async () => {
    const bent = await openDataset({ ...spec, warp: 1 } as DatasetSpec);
    for (const generator of truthOf(spec)!.law) {
      const unit = scale(1 / norm(generator), generator);
      const shifts = [0.5, 1, 1.5, 2].map((z) => momentShift(bent, expm(scale(z, unit))));
      expect(Math.max(...shifts)).toBeGreaterThan(SURE);
    }
  });
});

describe("by how little a motion moves the moments of the data", () => {
  // Of inertia and three-body the cubic moments are too many.
  const small = sets.filter((set) => syntheticDimensions[set] <= 8);
  const change = async (set: SyntheticSet, warp: number) =>
    leastMomentChange(await openDataset(specOf(set, { samples: 20_000, warp })));

  test.each(small.filter((set) => withLaw.includes(set)))("%s has a symmetry", async (set) => {
    expect(await change(set, 0)).toBeLessThan(0.1);
  });

  test.each(["degenerate-none", "scaling", "skewed-pairs"] as const)("%s has none", async (set) => {
    expect(await change(set, 0)).toBeGreaterThan(0.15);
  });

  test.each(small)("%s has none once it is bent", async (set) => {
    expect(await change(set, 0.3)).toBeGreaterThan(0.15);
  });
});

test.each<DatasetSpec>([
  specOf("broken-circle", { strength: 0.5 }),
  specOf("scaling"),
  specOf("lorentz-scalar"),
  specOf("planar-motion"),
  twoBody("half-plane"),
  twoBody("quadrants-removed"),
])("what is approximate of $set $kind $law is no law: a wide motion is seen", async (spec) => {
  const data = await openDataset(spec);
  for (const generator of truthOf(spec)!.approximate) {
    const shifts = [0.5, 1, 2, 4].map((z) => momentShift(data, expm(scale(z, generator))));
    expect(Math.max(...shifts)).toBeGreaterThan(SURE);
  }
});

const withMap = sets.filter((set) => set !== "gaussian" && truthOf(specOf(set))!.map.length > 0);

describe.each(withMap)("the map of %s", (set) => {
  test("stays: y(gx) = g y(x), and labels are equal", async () => {
    const data = await openDataset(specOf(set, { samples: 100 }));
    fc.assert(
      fc.property(member(truthOf(specOf(set))!.map, 0.5), fc.nat(99), (generator, sample) => {
        const [g, x] = [expm(generator), inputOf(data, sample)];
        const moved = act(g, [...x, ...answerOf(set)(x)], data);
        const again = answerOf(set)(moved.slice(0, x.length));
        for (const [i, y] of again.entries())
          expect(Math.abs(y - moved[x.length + i]!)).toBeLessThan(1e-8 * (1 + Math.abs(y)));
      }),
    );
  });
});

describe("the map is no larger: the null space of grad y · Lx − My has the dimension that is told", () => {
  test.each<readonly [SyntheticSet, points: number]>([
    ["inertia-bodies", 3000],
    ["cyclic7", 3000],
    ["rotation-scalar", 3000],
    ["lorentz-scalar", 3000],
    ["broken-circle", 3000],
    ["kepler-3d", 300],
    ["scaling", 3000],
    ["three-body", 30],
    ["skewed-pairs", 3000],
  ])("%s", async (set, points) => {
    // Of three-body one state in two trajectories: those of one are too alike.
    const every = set === "three-body" ? 36 : 1;
    const data = await openDataset(specOf(set, { samples: points * every }));
    const xs = Array.from({ length: points }, (_, i) => inputOf(data, i * every));
    const count = mapDimension(
      xs,
      answerOf(set),
      data.dimension,
      data.outputBlocks > 0 ? "moves" : "stays",
    );
    expect(count).toBe(truthOf(specOf(set))!.map.length);
  });

  test("planar-motion, but for the 3 that move the 1 of (x, y, 1), which y does not read", async () => {
    const data = await openDataset(specOf("planar-motion", { samples: 3000 }));
    const xs = Array.from({ length: 3000 }, (_, i) => inputOf(data, i));
    expect(mapDimension(xs, answerOf("planar-motion"), 3)).toBe(3 + 3);
  });

  test("asymmetric", async () => {
    const data = await openDataset({ ...asymmetric, samples: 3000 });
    const xs = Array.from({ length: 3000 }, (_, i) => inputOf(data, i));
    const answer = ([a, b, c]: readonly number[]) => [a! * b! + c! ** 2 + 0.3 * a! ** 3 + 0.2 * b!];
    expect(mapDimension(xs, answer, 3)).toBe(0);
  });

  test.each(["degenerate-none", "degenerate-circle"] as const)(
    "%s, on its support",
    async (set) => {
      const data = await openDataset(specOf(set, { samples: 3000 }));
      const us = Array.from({ length: 3000 }, (_, i) => inputOf(data, i).slice(0, 2));
      const count = mapDimension(us, (u) => answerOf(set)([...u, ...u.map((ui) => -ui)]), 2);
      expect(count).toBe(truthOf(specOf(set))!.map.length);
    },
  );

  test("inertia, x and y moved by matrices of their own, but for the 27 that vanish on tensors", async () => {
    const data = await openDataset(specOf("inertia", { samples: 40 }));
    const xs = Array.from({ length: 40 }, (_, i) => inputOf(data, i));
    expect(mapDimension(xs, answerOf("inertia"), 9, "moves apart")).toBe(12 + 27);
  });
});

test.each([specOf("degenerate-none"), specOf("inertia"), twoBody("half-plane")])(
  "junk of $set $kind is every L that vanishes on the samples",
  async (spec) => {
    const data = await openDataset(spec);
    const { junk = [] } = truthOf(spec)!;
    const d = data.dimension;
    expect(junk.length).toBe(d * (d - describeDataset(data).rank));
    for (const generator of junk)
      for (let sample = 0; sample < 20; sample++) {
        const vector = data.values.subarray(sample * widthOf(data), sample * widthOf(data) + d);
        expect(Math.max(...apply(generator, [...vector]).map(Math.abs))).toBeLessThan(1e-12);
      }
  },
);

describe("figures", () => {
  test("cyclic7 is the same after whole steps of 2π/7 and another after half ones", async () => {
    const { answer } = independentSets.cyclic7;
    const data = await openDataset(specOf("cyclic7", { samples: 200 }));
    const at = (x: readonly number[], steps: number) =>
      answer(apply(expm(scale((2 * Math.PI * steps) / 7, algebras.so3[2])), x), coin)[0]!;
    for (let sample = 0; sample < 200; sample++) {
      const x = inputOf(data, sample);
      const y = answer(x, coin)[0]!;
      for (const steps of [1, 2, 6]) expect(at(x, steps)).toBeCloseTo(y, 9);
      expect(Math.abs(at(x, 0.5) / y - 1)).toBeGreaterThan(0.1);
    }
  });

  test.each([0, 0.3, 1])("broken-circle %f has mean cosine e/2", async (strength) => {
    const data = await openDataset(specOf("broken-circle", { samples: 20_000, strength }));
    const cosines = Array.from({ length: 20_000 }, (_, i) => {
      const [x, y] = inputOf(data, i);
      return x! / Math.hypot(x!, y!);
    });
    expect(Math.abs(mean(cosines) - strength / 2)).toBeLessThan(0.02);
  });

  test("kepler-3d keeps energy and starts on a shell from 1 to 2", async () => {
    const data = await openDataset(specOf("kepler-3d", { samples: 500 }));
    const energy = (s: readonly number[]) =>
      (s[3]! ** 2 + s[4]! ** 2 + s[5]! ** 2) / 2 - 1 / Math.hypot(s[0]!, s[1]!, s[2]!);
    for (let sample = 0; sample < 500; sample++) {
      const pair = [...data.values.subarray(sample * 12, sample * 12 + 12)];
      expect(Math.abs(energy(pair.slice(6)) / energy(pair.slice(0, 6)) - 1)).toBeLessThan(1e-6);
      const radius = Math.hypot(pair[0]!, pair[1]!, pair[2]!);
      expect(radius).toBeGreaterThan(1);
      expect(radius).toBeLessThan(2);
    }
  });

  test("three-body orbits keep energy, and speeds deviate as in the shared file", async () => {
    const data = await openDataset(specOf("three-body", { samples: 18 * 500 }));
    const noise: number[] = [];
    let drift = 0;
    for (let sample = 0; sample < data.samples; sample++) {
      const state = inputOf(data, sample);
      const start = inputOf(data, sample - (sample % 18));
      drift = Math.max(drift, Math.abs(threeBodyEnergy(state) / threeBodyEnergy(start) - 1));
      if (sample % 18 > 0) continue;
      for (let body = 0; body < 12; body += 4) {
        const [x, y, px, py] = state.slice(body) as readonly number[];
        const r = Math.hypot(x!, y!);
        const circular = 3 ** -0.25 / Math.sqrt(r);
        noise.push((x! * px! + y! * py!) / r / circular, (x! * py! - y! * px!) / r / circular - 1);
      }
    }
    expect(Math.abs(mean(noise))).toBeLessThan(0.005);
    expect(Math.sqrt(mean(noise.map((e) => e * e)))).toBeCloseTo(0.0816, 2);
    expect(drift).toBeLessThan(1e-5);
    expect([...data.groups.subarray(16, 20)]).toEqual([0, 0, 1, 1]);
  });

  test("quadrants-removed leaves body 1 in quadrants II and IV, and turns whole windows", async () => {
    const [emptied, whole] = await Promise.all(
      (["quadrants-removed", "full-angle"] as const).map((law) => openDataset(twoBody(law))),
    );
    let second = 0;
    for (let at = 0; at < emptied!.values.length; at += 16) {
      const [window, before] = [emptied!, whole!].map(({ values }) => [
        ...values.subarray(at, at + 16),
      ]);
      expect(window![0]! * window![1]!).toBeLessThanOrEqual(0);
      const turns = before![0]! * before![1]! > 0;
      expect(window).toEqual(turns ? quarterTurn(before!) : before);
      if (window![0]! < 0) second++;
    }
    expect(Math.abs(second / emptied!.samples - 0.5)).toBeLessThan(0.1);
  });
});

/** A coin that no map of a tested set asks for. */
const coin = { uniform: () => 0.5, normal: () => 0 };

const answerOf =
  (set: SyntheticSet) =>
  (x: readonly number[]): readonly number[] =>
    set === "three-body" ? nextThreeBody(x) : independentSets[set].answer(x, coin);

const widthOf = (data: Dataset): number => data.values.length / data.samples;

/** x of one sample; of `inertia` the bodies alone. */
function inputOf(data: Dataset, sample: number): readonly number[] {
  const { dimension, inputBlocks, values } = data;
  const length = dimension === 18 ? 9 : inputBlocks * dimension;
  return [...values.subarray(sample * widthOf(data), sample * widthOf(data) + length)];
}

const apply = ({ dim, data }: Matrix, x: readonly number[]): readonly number[] =>
  Array.from({ length: dim }, (_, i) => x.reduce((sum, xj, j) => sum + data[i * dim + j]! * xj, 0));

/** Every d-vector of a row moved by one matrix; labels stay. */
function act(g: Matrix, row: readonly number[], data: Dataset): readonly number[] {
  const blocks = data.inputBlocks + data.outputBlocks;
  const moved = Array.from({ length: blocks }, (_, block) =>
    apply(g, row.slice(block * g.dim, (block + 1) * g.dim)),
  );
  return [...moved.flat(), ...row.slice(blocks * g.dim)];
}

/** A random member of a span, of norm at most `size` times √K. */
const member = (span: readonly Matrix[], size: number): fc.Arbitrary<Matrix> =>
  fc
    .array(fc.double({ min: -size, max: size, noNaN: true }), {
      minLength: span.length,
      maxLength: span.length,
    })
    .map((coefficients) =>
      span.reduce(
        (sum, x, k) => addScaled(sum, coefficients[k]! / norm(x), x),
        zeros(span[0]!.dim),
      ),
    );

/**
 * Largest change, in its own standard errors, of any moment E[vᵢ] or E[vᵢvⱼ] of whole rows (vectors
 * and labels) when all vectors move by g. Groups are independent, samples of one are not.
 */
function momentShift(data: Dataset, g: Matrix): number {
  const width = widthOf(data) + 1;
  const count = new Set(data.groups).size;
  const groups = Array.from({ length: count }, () => new Float64Array(width * width));
  for (let sample = 0; sample < data.samples; sample++) {
    const row = [...data.values.subarray(sample * (width - 1), (sample + 1) * (width - 1)), 1];
    const moved = act(g, row, data);
    const change = groups[data.groups[sample]!]!;
    for (let i = 0; i < width; i++)
      for (let j = 0; j <= i; j++)
        change[i * width + j]! += moved[i]! * moved[j]! - row[i]! * row[j]!;
  }
  let largest = 0;
  for (let at = 0; at < width * width; at++) {
    const changes = groups.map((change) => change[at]!);
    const centre = mean(changes);
    const spread = Math.sqrt(mean(changes.map((c) => (c - centre) ** 2)));
    if (spread > 1e-12) largest = Math.max(largest, (Math.abs(centre) / spread) * Math.sqrt(count));
  }
  return largest;
}

/**
 * Dimension of {L : Dy(x)(I ⊗ L)x = My(x)} over points x: M = 0 where y stays, M = L where it moves,
 * and where it moves apart M is free and counted too.
 */
function mapDimension(
  xs: readonly (readonly number[])[],
  answer: (x: readonly number[]) => readonly number[],
  d: number,
  y: "stays" | "moves" | "moves apart" = "stays",
): number {
  const points = xs.flatMap((x) => {
    const slopes = slopesOf(answer, x);
    return slopes ? [{ x, image: answer(x), slopes }] : [];
  });
  const outputs = points[0]!.image.length;
  const rows = Array.from(
    { length: d * d * (y === "moves apart" ? 2 : 1) },
    () => new Float64Array(points.length * outputs),
  );
  for (const [p, { x, image, slopes }] of points.entries()) {
    for (let o = 0; o < outputs; o++) {
      const column = p * outputs + o;
      for (let at = 0; at < d * d; at++) {
        const [i, j] = [Math.floor(at / d), at % d];
        for (let block = 0; block < x.length; block += d)
          rows[at]![column]! += slopes[block + i]![o]! * x[block + j]!;
        if (y === "stays" || o % d !== i) continue;
        const row = rows[y === "moves apart" ? d * d + at : at]!;
        row[column]! -= image[o - i + j]!;
      }
    }
  }
  // Of 144 rows with a null space the singular values turn for a quarter of a minute; those of the
  // Gram matrix, their squares, do not.
  const gram = rows.flatMap((row) => rows.map((other) => dot(row, other)));
  const { values } = symmetricEigen({ dim: rows.length, data: Float64Array.from(gram) });
  return values.filter((value) => value < NULL_BELOW ** 2 * values[0]!).length;
}

/** ∂y/∂xᵢ by outputs, to the fourth order; undefined near a kink or a jump, where two steps differ. */
function slopesOf(
  answer: (x: readonly number[]) => readonly number[],
  x: readonly number[],
): readonly (readonly number[])[] | undefined {
  const slopesAt = (h: number) =>
    x.map((xi, i) => {
      const [a, b, c, d] = [-2, -1, 1, 2].map((k) => answer(x.with(i, xi + k * h)));
      return a!.map((_, o) => (a![o]! - 8 * b![o]! + 8 * c![o]! - d![o]!) / (12 * h));
    });
  const [wide, narrow] = [slopesAt(2e-3), slopesAt(1e-3)];
  const smooth = wide.flat().every((slope, at) => {
    const other = narrow.flat()[at]!;
    return Math.abs(slope - other) < 1e-9 * (1 + Math.abs(other));
  });
  return smooth ? narrow : undefined;
}

function threeBodyEnergy(state: readonly number[]): number {
  let energy = 0;
  for (let i = 0; i < 12; i += 4) {
    energy += (state[i + 2]! ** 2 + state[i + 3]! ** 2) / 2;
    for (let j = 0; j < i; j += 4)
      energy -= 1 / Math.hypot(state[i]! - state[j]!, state[i + 1]! - state[j + 1]!);
  }
  return energy;
}

const dot = (x: Float64Array, y: Float64Array): number =>
  x.reduce((sum, xi, i) => sum + xi * y[i]!, 0);

const quarterTurn = (row: readonly number[]): readonly number[] =>
  row.map((_, at) => (at % 2 === 0 ? -row[at + 1]! : row[at - 1]!));

const mean = (xs: Iterable<number>): number => {
  const all = [...xs];
  return all.reduce((sum, x) => sum + x / all.length, 0);
};

/** Standard errors that the largest of some hundred moments of an unchanged law does not reach. */
const SURE = 6;
/** Between derivatives' errors and true singular values. */
const NULL_BELOW = 1e-6;
