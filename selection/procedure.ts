import { nearestAlgebra, orthonormalise, scale, svd } from "../lie/index.ts";
import type { Level } from "../sweep/index.ts";
import { candidateOf, distanceTo, escaping, place, spanOnSupport } from "./algebra.ts";
import { type Scored, straightened } from "./consensus.ts";
import { controls, trialDirections } from "./directions.ts";
import { type Candidate, type Evidence, isFit, type Space, spaceOf } from "./evidence.ts";
import { explain, supportOf } from "./explain.ts";
import {
  type Ground,
  type Grown,
  type Growth,
  grow,
  isClosed,
  persistentSpans,
  spanOf,
} from "./growth.ts";
import { eachAlone, type Inquiry } from "./inquiry.ts";
import { type JudgedVerdict, Judgement } from "./judgement.ts";
import { describeLevel, WIDE, type Yardstick } from "./levels.ts";
import { resolutionOf, scaleOf } from "./scores.ts";
import { ANGULAR_NOISE, FLOOR, HINT, MAJORITY } from "./thresholds.ts";

/**
 * The smallest consistent group of a sweep (method §§15.4, 15.6):
 *
 * 1. directions of every trial on the support, with extents;
 * 2. validity of each at the standard displacement, scaled by the zero and by random directions; at a larger
 *    one where even those go unnoticed;
 * 3. growth of a flag of spans by what the directions share outside it and by brackets, each tested,
 *    each found by a majority of seeds, up to the tolerance, or to what chance alone scores, where that is more;
 * 4. the persistent spans of the flag that are closed: the levels, by rising tolerance;
 * 5. of each level, the smallest n and K that explain it, and tests of the whole algebra at rising
 *    displacements: how far the law holds, and how far the map;
 * 6. where the law has none, growth once more as long as y follows x exactly: a map may be equivariant under
 *    motions that leave the law of x;
 * 7. where what goes unnoticed is no algebra, the one that it lies near, if that holds exactly;
 * 8. the verdict is the first level that holds as a whole.
 *
 * A generator: it yields questions and is resumed with their answers in the same order.
 */
export function* selectGroup(
  evidence: Evidence,
): Generator<Inquiry, JudgedVerdict, readonly number[]> {
  const space = spaceOf(evidence.dataset);
  const asked = evidence.spec.selection.tolerance;
  const { samples, outputBlocks, labels } = evidence.dataset;
  const hasOutput = outputBlocks + labels > 0;
  const resolution = resolutionOf(samples * evidence.spec.training.heldOut);
  const learned = evidence.trials.flatMap((trial) =>
    trialDirections(space, trial, evidence.spec).map((candidate) => ({ trial, candidate })),
  );
  const fit = learned.filter(({ trial, candidate }) => isFit(trial) && candidate.extent >= FLOOR);
  const [zero, ...random] = controls(space);
  const scores = new Map<Candidate, number>();
  if (learned.length === 0)
    return new Judgement(evidence, scores, asked).inconclusive("no trial learned anything");

  const { displacement, scale, zeros } = yield* sight(
    evidence,
    zero!,
    random,
    resolution,
    hasOutput,
  );
  // What chance alone scores is no evidence against a direction.
  const tolerance = Math.max(asked, scale?.noise ?? 0);
  const judge = new Judgement(evidence, scores, tolerance);
  judge.controls([zero!, ...random]);
  if (!scale) {
    judge.untested(learned);
    return judge.blind(displacement, resolution);
  }
  const found = yield {
    candidates: learned.map(({ candidate }) => candidate),
    questions: eachAlone(
      fit.map(({ candidate }) => candidate),
      displacement,
    ),
  };
  for (const [i, { candidate }] of fit.entries()) scores.set(candidate, scale.score(found[i]!));
  scores.set(zero!, 0);
  judge.untested(learned);

  const hints = fit
    .map(({ candidate }): Scored => ({ ...place(space, candidate), score: scores.get(candidate)! }))
    .filter(({ score }) => score <= HINT);
  const ground: Ground = {
    space,
    tolerance,
    noise: scale.noise,
    floor: Math.min(asked, scale.noise),
    support: (matrix) => supportOf(evidence, hints, matrix),
    *scores(candidates) {
      const answers = yield { candidates, questions: eachAlone(candidates, displacement) };
      return candidates.map((candidate, i) => {
        const score = scale.score(answers[i]!);
        scores.set(candidate, score);
        return score;
      });
    },
  };
  const grown = yield* grow(ground, hints);
  judge.grown(grown);
  const yardstick: Yardstick = {
    displacement,
    zero: zeros,
    resolution,
    noise: scale.noise,
    hasOutput,
    score: scale.score,
  };
  const levels: Level[] = [];
  for (const span of persistentSpans(space, grown.flag, asked)) {
    const level = yield* describeSpan(space, span, evidence, yardstick, hints);
    if (level.score > tolerance || !isSymmetry(level, yardstick)) {
      judge.turnedDown(level);
      continue;
    }
    if (levels.length === 0 && level.dimension > 1 && !level.law.exact) {
      const part = yield* widerPart(space, level, evidence, yardstick, hints);
      if (part?.law.range === 0) {
        // What contains it moves along it, and is no better.
        judge.turnedDown(part);
        continue;
      }
      if (part !== undefined && part.law.range > level.law.range) levels.push(part);
    }
    levels.push(level);
  }
  if (levels.length > 0) return judge.conclude(levels, grown, space);
  if (hasOutput) {
    const ofMap = yield* equivariance(space, evidence, yardstick, hints, ground);
    if (ofMap.levels.length > 0) return judge.conclude(ofMap.levels, ofMap.grown, space);
  }
  if (grown.flag.length === 0)
    return judge.none(
      fit.map(({ candidate }) => candidate),
      grown,
      displacement,
    );
  const unnoticed = grown.flag.filter(({ score }) => score <= scale.noise);
  if (unnoticed.length > 0 && !judge.hasTurnedDown) {
    const held = yield* countHeld(unnoticed, yardstick);
    if (held === 0) return judge.seen(grown);
    const between = { least: held, most: grown.flag.length };
    const near = yield* nearGroup(space, between, evidence, yardstick, hints);
    if (near !== undefined) return judge.conclude([near], grown, space);
  }
  return judge.conclude([], grown, space, scale.noise);
}

/**
 * How many of the directions that are no algebra, and go unnoticed as an exact symmetry would, do not do so for want of
 * looking: a classifier that looks closely does not notice them either.
 */
function* countHeld(
  unnoticed: readonly Growth[],
  { displacement, zero, resolution }: Yardstick,
): Generator<Inquiry, number, readonly number[]> {
  const candidates = unnoticed.map(({ candidate }) => candidate);
  const answers: readonly number[] = yield {
    candidates,
    questions: eachAlone(candidates, displacement).map((question) => ({
      ...question,
      closely: true,
    })),
  };
  return answers.filter((entropy) => zero.sample - entropy <= resolution).length;
}

/**
 * The group near directions that are no algebra because of their errors, where some of them hold: of the leading
 * singular directions of everything that was learned, without what no exact symmetry has, the most that lie near an
 * algebra, if that holds exactly. Where a space has many dimensions, motions that nearly keep the law go unnoticed beside
 * plain random ones, and join too early; a span with one of those lies near no algebra.
 *
 * @param between - its dimension: at least as many as hold, at most as many as grew
 */
function* nearGroup(
  space: Space,
  { least, most }: { readonly least: number; readonly most: number },
  evidence: Evidence,
  yardstick: Yardstick,
  hints: readonly Scored[],
): Generator<Inquiry, Level | undefined, readonly number[]> {
  const straight = straightened(space, hints);
  const { right } = svd(
    straight.map(({ candidate, matrix }) => scale(candidate.extent, matrix).data),
  );
  for (let dimension = Math.min(most, right.length); dimension >= least; dimension--) {
    const leading = right.slice(0, dimension).map((data) => ({ dim: space.whitening.rank, data }));
    const { basis, angle } = nearestAlgebra(orthonormalise(leading));
    if (angle > ANGULAR_NOISE || escaping(basis) >= ROUNDING) continue;
    const explained = explain(evidence, space, basis, straight);
    if (explained === undefined) continue;
    const support = Math.min(...basis.map((matrix) => supportOf(evidence, straight, matrix)));
    if (support <= MAJORITY) continue;
    const tolerance = yardstick.noise;
    const level = yield* describeLevel(space, yardstick, explained, { tolerance, support });
    if (level.law.exact) return { ...level, tolerance: Math.max(level.score, tolerance) };
  }
  return undefined;
}

/** Defect of an algebra: that of rounding. */
const ROUNDING = 1e-3;

/**
 * The largest span of which y follows x exactly, where the law has no symmetry: every hint may join, and
 * growth ends with the first algebra that y betrays.
 */
function* equivariance(
  space: Space,
  evidence: Evidence,
  yardstick: Yardstick,
  hints: readonly Scored[],
  ground: Ground,
): Generator<
  Inquiry,
  { readonly levels: readonly Level[]; readonly grown: Grown },
  readonly number[]
> {
  const levels: Level[] = [];
  const grown = yield* grow(
    {
      ...ground,
      tolerance: HINT,
      *goesOn(flag) {
        if (!isClosed(space, flag)) return true;
        const level = yield* describeSpan(space, flag, evidence, yardstick, hints);
        if (!level.map?.exact) return false;
        levels.splice(0, 1, level);
        return true;
      },
    },
    hints,
  );
  return { levels, grown };
}

/**
 * What is noticed at the displacement of the tests is no symmetry of the law, whatever it scores there beside
 * sharper motions. It may be one of the map: if y follows it exactly, or, where x hardly gives it away, if y does not
 * betray it at a larger displacement. Where x does, a classifier of x and y has too much to see to find y's little share.
 */
function isSymmetry({ law, map, score }: Level, { displacement, noise }: Yardstick): boolean {
  const isHardlyNoticed = score <= HARDLY_NOTICED * noise;
  return (
    law.range >= displacement ||
    (map !== undefined && (map.exact || (isHardlyNoticed && map.range >= WIDE * displacement)))
  );
}

/** Resolutions by which a motion is noticed that is not at half the displacement: they grow with its square. */
const HARDLY_NOTICED = 4;

/**
 * The least displacement at which a classifier tells random motions from none, from the sweep's own up, and
 * the scale that scores are told on there: smooth laws move little where sharp ones leave their support.
 */
function* sight(
  { spec }: Evidence,
  zero: Candidate,
  random: readonly Candidate[],
  resolution: number,
  hasOutput: boolean,
) {
  const controls = [zero, ...random];
  let displacement = spec.selection.displacement;
  for (const times of STRIDES) {
    displacement = times * spec.selection.displacement;
    const answers: readonly number[] = yield {
      candidates: controls,
      questions: [
        ...eachAlone(controls, displacement),
        ...eachAlone(hasOutput ? [zero] : [], displacement, "input"),
      ],
    };
    const [sample, ...others] = answers.slice(0, controls.length);
    const scale = scaleOf(sample!, others, resolution);
    const zeros = { sample: sample!, input: answers[controls.length] ?? Number.NaN };
    if (scale) return { displacement, scale, zeros };
  }
  return { displacement, scale: undefined, zeros: undefined };
}

/** Times the sweep's displacement at which controls are tried. */
const STRIDES = [1, 2.5, 5];

/**
 * The part of an approximate level that holds further than the whole: grown again inside it, at a larger
 * displacement and up to what chance alone gives. About the beam of jets, for one, amid the Lorentz group.
 * Of range 0 where it went unnoticed for want of looking.
 */
function* widerPart(
  space: Space,
  level: Level,
  evidence: Evidence,
  yardstick: Yardstick,
  hints: readonly Scored[],
): Generator<Inquiry, Level | undefined, readonly number[]> {
  const { displacement, zero, resolution } = yardstick;
  const span = spanOnSupport(space, level.basis, level.groupDimension);
  const inside = hints.filter((direction) => distanceTo(span, direction) <= ANGULAR_NOISE);
  const nats = function* (candidates: readonly Candidate[]) {
    const found: readonly number[] = yield {
      candidates,
      questions: eachAlone(candidates, WIDE * displacement),
    };
    return found.map((entropy) => zero.sample - entropy);
  };
  const missed = yield* nats(inside.map(({ candidate }) => candidate));
  const { flag } = yield* grow(
    {
      space,
      tolerance: CHANCE * resolution,
      noise: resolution,
      floor: resolution,
      scores: nats,
      support: (matrix) => supportOf(evidence, inside, matrix),
    },
    inside
      .map((direction, i) => ({ ...direction, score: missed[i]! }))
      .filter(({ score }) => score <= FAR * resolution),
  );
  const part = persistentSpans(space, flag).at(-1);
  if (part === undefined || part.length >= level.dimension) return undefined;
  const partSpan = spanOf(part);
  const own = inside.filter((direction) => distanceTo(partSpan, direction) <= ANGULAR_NOISE);
  const found = yield* describeSpan(space, part, evidence, yardstick, own);
  const tolerance = Math.max(found.score, yardstick.noise);
  return { ...found, tolerance: Math.min(level.tolerance, tolerance) };
}

/** Resolutions by which an exact symmetry may be missed: the error of its basis. */
const CHANCE = 2;

/** Resolutions beyond which a direction says nothing about an exact one. */
const FAR = 20;

/** A level for a persistent span, in terms of the smallest n and K that explain it. */
function* describeSpan(
  space: Space,
  span: readonly Growth[],
  evidence: Evidence,
  yardstick: Yardstick,
  hints: readonly Scored[],
) {
  const basis = spanOf(span);
  const explained = explain(evidence, space, basis, hints) ?? {
    groupDimension: space.dimension,
    basis: basis.map((matrix) => candidateOf(space, "residual", matrix).entries),
  };
  // A bracket is found by whoever found what it is the bracket of.
  const learned = span.filter(({ candidate }) => candidate.origin !== "bracket");
  const support = Math.min(...learned.map(({ matrix }) => supportOf(evidence, hints, matrix)));
  return yield* describeLevel(space, yardstick, explained, {
    tolerance: span.at(-1)!.tolerance,
    support,
  });
}
