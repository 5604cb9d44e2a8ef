import { algebras, identity, type Matrix } from "../../lie/index.ts";
import type {
  DatasetSpec,
  SearchSpec,
  SweepSpec,
  SyntheticSet,
  TrainingSpec,
} from "../../sweep/index.ts";
import { sweepId } from "../../sweep/index.ts";
import { usualTraining } from "../training.ts";

/** A set with a known answer, and the sweep that asks for it. */
export interface TruthCase {
  readonly name: string;
  readonly dataset: (seed: number) => DatasetSpec;
  readonly search: Pick<SearchSpec, "basisCount" | "groupDimension">;
  readonly training?: Partial<TrainingSpec>;
  /**
   * `exact`: the law has this algebra; `approximate`: it has none, and some of its motions nearly hold;
   * `none`: there is nothing to find.
   */
  readonly truth: "exact" | "approximate" | "none";
  /** A file, and what is known of it (`../shared/data/README.md`); a generated set states its own truth. */
  readonly file?: Known;
}

/** Bases of matrices (n, n), of the one n that is searched. */
export interface Known {
  readonly name?: string;
  /** What the law keeps exactly. */
  readonly law?: readonly Matrix[];
  /** The largest algebra that nearly holds: the widest level is compared with it. */
  readonly approximate?: readonly Matrix[];
}

const synthetic = (
  set: SyntheticSet,
  truth: TruthCase["truth"],
  basisCount: readonly number[],
  groupDimension: readonly number[],
  options: {
    readonly warp?: number;
    readonly strength?: number;
    readonly training?: Partial<TrainingSpec>;
  } = {},
): TruthCase => {
  const { warp = 0, strength, training } = options;
  const suffix = `${strength === undefined ? "" : ` ${strength}`}${warp > 0 ? ", bent" : ""}`;
  return {
    name: `${set}${suffix}`,
    dataset: (seed) => ({
      kind: "synthetic",
      set,
      samples: 20_000,
      seed,
      warp,
      ...(strength !== undefined && { strength }),
    }),
    search: { basisCount, groupDimension },
    ...(training && { training }),
    truth,
  };
};

const twoBody = (
  law: "half-plane" | "full-angle" | "quadrants-removed",
  truth: TruthCase["truth"],
  warp = 0,
): TruthCase => ({
  name: `two-body ${law}${warp > 0 ? ", bent" : ""}`,
  dataset: (seed) => ({ kind: "two-body", trajectories: 814, law, seed, warp }),
  search: { basisCount: [1, 2], groupDimension: [2, 4] },
  truth,
});

/** In (E, px, py, pz): the rotation about the beam. */
const beam = algebras.so13.slice(2, 3);

/** @param data - folder of the files */
export const truthCases = (data: string): readonly TruthCase[] => [
  twoBody("full-angle", "exact"),
  twoBody("half-plane", "approximate"),
  twoBody("quadrants-removed", "approximate"),
  synthetic("three-body", "exact", [1, 2], [2, 4]),
  synthetic("kepler-3d", "exact", [3, 4], [3]),
  synthetic("rotation-scalar", "exact", [3, 4], [3]),
  synthetic("inertia-bodies", "exact", [3, 4], [3]),
  synthetic("inertia", "exact", [6, 8], [18], { training: { epochs: 40 } }),
  synthetic("planar-motion", "exact", [1, 3], [3]),
  synthetic("lorentz-scalar", "exact", [3, 6], [4]),
  synthetic("gaussian", "exact", [6, 7], [4]),
  synthetic("degenerate-circle", "exact", [1, 2], [2, 4]),
  synthetic("broken-circle", "exact", [1, 2], [2], { strength: 0 }),
  synthetic("broken-circle", "approximate", [1, 2], [2], { strength: 0.3 }),
  synthetic("broken-circle", "approximate", [1, 2], [2], { strength: 0.6 }),
  synthetic("broken-circle", "approximate", [1, 2], [2], { strength: 1 }),
  synthetic("scaling", "approximate", [1, 2], [3]),
  {
    name: "asymmetric",
    dataset: (seed) => ({ kind: "asymmetric", samples: 20_000, seed }),
    search: { basisCount: [1, 2], groupDimension: [3] },
    truth: "none",
  },
  synthetic("skewed-pairs", "none", [1, 3], [3]),
  synthetic("cyclic7", "none", [1, 2], [3]),
  synthetic("degenerate-none", "none", [1, 2], [2, 4]),
  twoBody("full-angle", "none", 0.5),
  twoBody("half-plane", "none", 0.5),
  synthetic("three-body", "none", [1, 2], [2, 4], { warp: 0.5 }),
  synthetic("kepler-3d", "none", [1, 3], [3], { warp: 0.5 }),
  synthetic("rotation-scalar", "none", [1, 3], [3], { warp: 0.5 }),
  synthetic("lorentz-scalar", "none", [1, 3], [4], { warp: 0.5 }),
  synthetic("planar-motion", "none", [1, 2], [3], { warp: 0.5 }),
  {
    name: "two-body-orbits (file)",
    dataset: () => ({
      kind: "series",
      file: `${data}/two-body-orbits.npz`,
      series: "coords",
      columns: [0, 2, 4, 6, 1, 3, 5, 7],
      window: { input: 1, output: 1 },
    }),
    search: { basisCount: [1, 2], groupDimension: [2, 4] },
    truth: "approximate",
    file: {},
  },
  {
    name: "three-body paths, axis noise (file)",
    dataset: () => ({
      kind: "series",
      file: `${data}/three-body-orbits.npz`,
      series: "paths_axis_noise",
      window: { input: 1, output: 1 },
    }),
    search: { basisCount: [1, 2], groupDimension: [2, 4] },
    truth: "approximate",
    file: {},
  },
  {
    name: "top-quark jets (file)",
    dataset: () => ({
      kind: "pairs",
      file: `${data}/top-jets.npz`,
      x: "x_train",
      vectors: 2,
      y: "y_train",
      target: "class",
    }),
    search: { basisCount: [3, 7], groupDimension: [4] },
    truth: "exact",
    file: {
      name: "so(2)",
      law: beam,
      approximate: [...algebras.so13, identity(4)],
    },
  },
  {
    name: "CMS muon pairs (file)",
    dataset: () => ({
      kind: "pairs",
      file: `${data}/cms-dimuons.npz`,
      x: "x",
      y: "y",
      target: "scalar",
    }),
    search: { basisCount: [2, 4], groupDimension: [4] },
    training: { epochs: 500 },
    truth: "exact",
    file: { name: "so(2)", law: beam },
  },
  {
    name: "Hipparcos stars (file)",
    dataset: () => ({ kind: "pairs", file: `${data}/hipparcos-stars.npz`, x: "x", target: "none" }),
    search: { basisCount: [2, 4], groupDimension: [3] },
    training: { epochs: 150 },
    truth: "approximate",
    file: { approximate: algebras.so3 },
  },
];

/** The sweep of a case. The seed is the data's; the trials of every sweep have seeds 1 to 3. */
export const sweepOf = (
  { name, dataset, search, training }: TruthCase,
  seed: number,
): SweepSpec => ({
  sweep: sweepId(`truth-${name.replaceAll(/[^a-z0-9]+/gi, "-")}-${seed}`),
  dataset: dataset(seed),
  search: { regularization: [1], overlapWeight: [1], seeds: 3, ...search },
  training: { ...usualTraining, ...training },
  selection: { displacement: 0.2, tolerance: 0.05, classifierSteps: 3000 },
  limits: { packSize: 8, concurrentPacks: 64 },
});
