import { type OrthonormalBasis, orthonormalise, principalAngles } from "../lie/index.ts";
import type { Space } from "../selection/index.ts";
import { normals, streamSeed, uniforms } from "../sweep/index.ts";
import type { ReportData } from "./data.ts";
import { median } from "./figures/figure.ts";
import { type Learned, learnedDirections, spaceFor } from "./learned.ts";

/** How near the spans that seeds found are to each other and to the verdict's. */
export interface Agreement {
  /** r: how many leading directions of each trial are compared. */
  readonly dimension: number;
  readonly configurations: readonly ConfigurationAgreement[];
}

export interface ConfigurationAgreement {
  readonly configuration: number;
  readonly groupDimension: number;
  readonly basisCount: number;
  readonly regularization: number;
  readonly overlapWeight: number;
  /** Largest principal angle in degrees between the spans of each two of its seeds. */
  readonly between: readonly number[];
  /** The same between the verdict's span and all that each seed found; empty without a verdict's span. */
  readonly toVerdict: readonly number[];
  /** What spans drawn at random would show between each other, in the middle. */
  readonly random: number | undefined;
}

/** Undefined where nothing was learned, or every configuration has one seed and there is no verdict. */
export function agreementOf(data: ReportData): Agreement | undefined {
  const space = spaceFor(data);
  if (space === undefined) return undefined;
  const { basis = [] } = data.verdict ?? {};
  const dimension = Math.max(1, basis.length);
  const perTrial = groupBy(
    learnedDirections(data).filter(({ standing }) => standing !== "unfit"),
    ({ trial }) => trial.number,
  );
  const spanOf = (entries: readonly Float64Array[], n: number) =>
    orthonormalise(entries.map((one) => space.place(one, n)));
  const found =
    basis.length === 0 ? undefined : spanOf(basis, Math.round(Math.sqrt(basis[0]?.length ?? 0)));
  const randoms = new Map<string, number | undefined>();
  const randomOf = (n: number, r: number) => {
    const key = `${n} ${r}`;
    if (!randoms.has(key)) randoms.set(key, randomAngle(space, n, r));
    return randoms.get(key);
  };
  const seeds = [...perTrial.values()].map((own) => ({
    trial: own[0]?.trial,
    leading: spanOf(leading(own, dimension), own[0]?.direction.dimension ?? 1),
    whole: spanOf(
      own.map(({ direction }) => direction.entries),
      own[0]?.direction.dimension ?? 1,
    ),
  }));
  const configurations = [...groupBy(seeds, ({ trial }) => trial?.configuration ?? -1)].flatMap(
    ([configuration, own]): ConfigurationAgreement[] => {
      const trial = own[0]?.trial;
      if (trial === undefined) return [];
      const between = own.flatMap(({ leading: a }, i) =>
        own.slice(i + 1).map(({ leading: b }) => largestAngle(a, b)),
      );
      const toVerdict =
        found === undefined
          ? []
          : own.map(({ whole }) => (whole.length < found.length ? 90 : largestAngle(found, whole)));
      if (between.length + toVerdict.length === 0) return [];
      return [
        {
          configuration,
          groupDimension: trial.groupDimension,
          basisCount: trial.basisCount,
          regularization: trial.regularization,
          overlapWeight: trial.overlapWeight,
          between,
          toVerdict,
          random: randomOf(trial.groupDimension, Math.min(dimension, trial.basisCount)),
        },
      ];
    },
  );
  return configurations.length === 0 ? undefined : { dimension, configurations };
}

/** The r directions that a classifier noticed least; untested ones last, by extent. */
const leading = (own: readonly Learned[], count: number): readonly Float64Array[] =>
  own
    .toSorted(
      (a, b) =>
        (b.crossEntropy ?? 0) - (a.crossEntropy ?? 0) || b.direction.extent - a.direction.extent,
    )
    .slice(0, count)
    .map(({ direction }) => direction.entries);

const largestAngle = (a: OrthonormalBasis, b: OrthonormalBasis): number =>
  ((principalAngles(a, b).at(-1) ?? Math.PI / 2) * 180) / Math.PI;

/** Median over seeded pairs of spans of r random matrices (n, n), as the data's coordinates place them. */
function randomAngle(space: Space, n: number, r: number): number | undefined {
  if (n > LARGEST_RANDOM) return undefined;
  const span = (pair: number, which: number) =>
    orthonormalise(
      Array.from({ length: r }, (_, k) => {
        const normal = normals(uniforms(streamSeed(pair, `random span ${which}`, k)));
        return space.place(Float64Array.from({ length: n * n }, normal), n);
      }),
    );
  const angles = Array.from({ length: PAIRS }, (_, i) => largestAngle(span(i, 1), span(i, 2)));
  return median(angles);
}

const PAIRS = 51;

/** Above it random spans are at right angles anyway, and drawing them takes long. */
const LARGEST_RANDOM = 8;

export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
