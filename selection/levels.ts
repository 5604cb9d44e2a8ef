import { closureDefect, identify, orthonormalise, toData } from "../lie/index.ts";
import { type Holding, type Level, normals, streamSeed, uniforms } from "../sweep/index.ts";
import { spanOnSupport } from "./algebra.ts";
import { symmetricShare } from "./antisymmetry.ts";
import type { Candidate, Space } from "./evidence.ts";
import type { Explanation } from "./explain.ts";
import type { Inquiry, Question } from "./inquiry.ts";
import { formsOf, unit } from "./refine.ts";

/** What the tests of a level are read against. */
export interface Yardstick {
  /** δ of the sweep. */
  readonly displacement: number;
  /** Cross entropies of unmoved data, as the classifier of samples and the one of inputs see them. */
  readonly zero: { readonly sample: number; readonly input: number };
  /** Nats that chance alone gives. */
  readonly resolution: number;
  /** The score that chance alone gives. */
  readonly noise: number;
  /** Whether a sample has anything beside x. */
  readonly hasOutput: boolean;
  score(crossEntropy: number): number;
}

/**
 * Tests an explained span as a whole and says how far it holds.
 *
 * Of the forms of its basis the simplest stands that is not noticed more than the others. Then, at rising
 * displacements: is the law noticed to move (CE_xy below the resolution), and does y betray it more than x
 * alone does (CE_x − CE_xy)? The second asks whether the map is equivariant (method §15.3). Rungs whose
 * answer follows from others are not asked: below an unnoticed displacement, and above a noticed one.
 * What would be called exact is asked once more, each direction alone, of classifiers that look closely:
 * what one of them notices was unnoticed for want of looking, and holds nowhere.
 */
export function* describeLevel(
  space: Space,
  yardstick: Yardstick,
  { groupDimension, basisCount, basis }: Explanation,
  about: Pick<Level, "tolerance" | "support">,
): Generator<Inquiry, Level, readonly number[]> {
  const { displacement, hasOutput, resolution, zero } = yardstick;
  const directions = yield* simplest(formsOf(space, basis, groupDimension), yardstick);
  const tilted = hasOutput
    ? TILTS.map((seed) => directions.map((one, k) => tilt(space, one, seed, k)))
    : [];
  const columns: readonly Question["sees"][] = hasOutput ? ["sample", "input"] : ["sample"];
  const at = (
    of: readonly Candidate[],
    rungs: readonly number[],
    care: Pick<Question, "closely"> = {},
  ): readonly Question[] =>
    rungs.flatMap((rung) =>
      columns.map((sees) => ({ directions: of, displacement: rung * displacement, sees, ...care })),
    );
  const gap = (sample: number, input: number) => input - sample - (zero.input - zero.sample);
  const inPairs = (answers: readonly number[]): readonly Rung[] =>
    Array.from({ length: answers.length / columns.length }, (_, i) => {
      const [sample, input = Number.NaN] = answers.slice(i * columns.length);
      return {
        lawHolds: zero.sample - sample! <= resolution,
        overlaps: input >= OVERLAPS_FROM,
        mapHolds: gap(sample!, input) <= MAP_NOISE * resolution,
        gap: gap(sample!, input),
        sample: sample!,
      };
    });

  const middle = inPairs(
    yield {
      candidates: [...directions, ...tilted.flat()],
      questions: [...at(directions, MIDDLE), ...tilted.flatMap((of) => at(of, TILTED))],
    },
  );
  const [rungs, ofTilted] = [middle.slice(0, MIDDLE.length), middle.slice(MIDDLE.length)];
  const hasMap = Math.max(0, ...ofTilted.map((rung) => rung.gap)) > INFORMATIVE * resolution;
  const noticedBelow = !rungs[0]!.lawHolds || (hasMap && !rungs[0]!.mapHolds);
  const mapMayHold = hasMap && rungs.every(({ overlaps, mapHolds }) => !overlaps || mapHolds);
  const lower = noticedBelow ? LOWER : [];
  const upper = rungs.every(({ lawHolds }) => lawHolds) || mapMayHold ? UPPER : [];
  const more = inPairs(
    yield { candidates: directions, questions: at(directions, [...lower, ...upper]) },
  );
  const ladder = [...lower, ...MIDDLE, ...upper].map((rung) => rung * displacement);
  const held = [...more.slice(0, lower.length), ...rungs, ...more.slice(lower.length)];
  const all = held.map((_, i) => i);
  const overlapping = all.filter((i) => held[i]!.overlaps);
  const holding = (of: readonly number[], holdsAt: (rung: number) => boolean): Holding => {
    const first = of.findIndex((i) => !holdsAt(i));
    const last = first === -1 ? of.at(-1) : of[first - 1];
    return { exact: first === -1 && of.length > 0, range: last === undefined ? 0 : ladder[last]! };
  };
  const law = holding(all, (i) => held[i]!.lawHolds);
  const map = hasMap ? holding(overlapping, (i) => held[i]!.mapHolds) : undefined;
  const closely =
    law.exact || map?.exact
      ? inPairs(
          yield {
            candidates: directions,
            questions: directions.flatMap((one) => at([one], [1], { closely: true })),
          },
        )
      : [];
  const stands = {
    law: !law.exact || closely.every(({ lawHolds }) => lawHolds),
    map: closely.every(({ overlaps, mapHolds }) => mapHolds || !overlaps),
  };
  const entries = directions.map((candidate) => candidate.entries);
  const onSupport = spanOnSupport(space, entries, groupDimension);
  const matrices = orthonormalise(entries.map((data) => ({ dim: groupDimension, data })));
  return {
    ...about,
    name: identify(matrices).name,
    dimension: directions.length,
    groupDimension,
    ...(basisCount !== undefined && { basisCount }),
    closureDefect: closureDefect(onSupport),
    score: yardstick.score(rungs[0]!.sample),
    symmetricShare: symmetricShare(onSupport),
    law: stands.law ? law : NOWHERE,
    ...(map && { map: stands.map ? map : NOWHERE }),
    basis: entries,
  };
}

/** What one displacement says. */
interface Rung {
  readonly lawHolds: boolean;
  /** Whether moved and unmoved x overlap, so that the map can be tested. */
  readonly overlaps: boolean;
  readonly mapHolds: boolean;
  /** CE_x − CE_xy, less that of unmoved data. */
  readonly gap: number;
  readonly sample: number;
}

const NOWHERE: Holding = { exact: false, range: 0 };

/** The first of the forms that is noticed no more than the least noticed. Nothing goes less noticed than unmoved data. */
function* simplest(
  forms: readonly (readonly Candidate[])[],
  { displacement, zero }: Yardstick,
): Generator<Inquiry, readonly Candidate[], readonly number[]> {
  const answers = yield {
    candidates: forms.flat(),
    questions: forms.flatMap((directions) =>
      PROBES.map((rung) => ({ directions, displacement: rung * displacement, sees: "sample" })),
    ),
  };
  const unnoticed = forms.map((_, i) =>
    PROBES.reduce((sum, _, j) => sum + Math.min(answers[i * PROBES.length + j]!, zero.sample), 0),
  );
  const most = Math.max(...unnoticed);
  return forms[unnoticed.findIndex((sum) => sum >= most - PROBES.length * REPEATS)]!;
}

/**
 * A direction turned 6° out of its span at random: the control of the map test. Where even y of data moved so does not
 * betray it, y says nothing about x, and a gap of 0 nothing about the map.
 */
function tilt(space: Space, { entries, dimension }: Candidate, seed: number, k: number): Candidate {
  const normal = normals(uniforms(streamSeed(seed, "tilt", k)));
  const whitening = space.whiteningOf(dimension);
  const data = Float64Array.from({ length: whitening.rank ** 2 }, normal);
  const random = toData(whitening, { dim: whitening.rank, data }).data;
  const length = Math.hypot(...space.place(random, dimension).data);
  return unit(
    space,
    entries.map((entry, i) => entry + (TILT / length) * random[i]!),
    dimension,
  );
}

/** Displacements of a level's tests as multiples of the sweep's: δ = .2 is tested at .05 to 2. */
const LOWER = [0.25, 0.5];
const MIDDLE = [1, 2.5, 5];
const UPPER = [10];

/** Those at which the forms of one basis are told apart, and the tilted ones tested. */
const PROBES = [2.5, 5];
const TILTED = [2.5, 5];

/** Nats to which held-out cross entropies of like motions repeat on the same samples. */
const REPEATS = 0.0005;

/** The one at which exact directions are told from others. */
export const WIDE = 2.5;

/** Resolutions by which CE_x − CE_xy of an equivariant map may stray: two classifiers' worth. */
const MAP_NOISE = 2;

/**
 * Tangent of the angle by which the controls of the map test are turned, and their seed: y of two-body
 * orbits turned so far betrays them by 10 to 20 resolutions.
 */
const TILT = 0.1;
const TILTS = [1, 2, 3];

/** Resolutions by which y must betray one of them. */
const INFORMATIVE = 3;

/** CE_x below which x alone separates: no overlap is left to test the map on (method §15.3). */
const OVERLAPS_FROM = 0.4;
