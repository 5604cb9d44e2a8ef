import { closureDefect, identify, orthonormalise } from "../lie/index.ts";
import { candidateOf, distanceTo, openBrackets, place, residualOf } from "./algebra.ts";
import { controls, trialDirections } from "./directions.ts";
import { type Candidate, type Evidence, isFit, spaceOf } from "./evidence.ts";
import { explain, shareOfSeeds, supportOf } from "./explain.ts";
import { type JudgedVerdict, Judgement, percent } from "./judgement.ts";
import { scaleOf } from "./scores.ts";
import { ANGULAR_NOISE, FLOOR, MAJORITY } from "./thresholds.ts";

/** May data moved along these be told from data? Answered by a cross entropy. */
export interface Question {
  readonly directions: readonly Candidate[];
  readonly displacement: number;
  readonly sees: "sample" | "input";
}

export interface Inquiry {
  /** Directions to record, tested or not. */
  readonly candidates: readonly Candidate[];
  readonly questions: readonly Question[];
}

/**
 * The smallest consistent group of a sweep (method §15.4):
 *
 * 1. directions of every trial on the support, with extents;
 * 2. validity of each at the standard displacement, scaled by the zero and by random directions;
 * 3. growth: the best valid direction of the smallest group dimension, then the tested residuals of
 *    the others; what a law allows is a linear space, so a truly new direction is valid alone;
 * 4. closure under brackets, tested too;
 * 5. support by a majority of seeds;
 * 6. the smallest n, then the smallest K, whose trials explain all that was accepted;
 * 7. the whole algebra at once.
 *
 * A generator: it yields questions and is resumed with their answers in the same order.
 */
export function* selectGroup(
  evidence: Evidence,
): Generator<Inquiry, JudgedVerdict, readonly number[]> {
  const space = spaceOf(evidence.dataset);
  const { displacement, tolerance } = evidence.spec.selection;
  const ask = (candidates: readonly Candidate[], recorded = candidates): Inquiry => ({
    candidates: recorded,
    questions: candidates.map((candidate) => ({
      directions: [candidate],
      displacement,
      sees: "sample",
    })),
  });

  const learned = evidence.trials.flatMap((trial) =>
    trialDirections(space, trial, evidence.spec).map((candidate) => ({ trial, candidate })),
  );
  const fit = learned.filter(({ trial, candidate }) => isFit(trial) && candidate.extent >= FLOOR);
  const [zero, ...random] = controls(space);
  const tested = [zero!, ...random, ...fit.map(({ candidate }) => candidate)];
  const answers = yield ask(tested, [
    zero!,
    ...random,
    ...learned.map(({ candidate }) => candidate),
  ]);
  const scale = scaleOf(answers[0]!, answers.slice(1, 1 + random.length));
  const scores = new Map(
    tested.map((candidate, i) => [candidate, scale?.score(answers[i]!) ?? Number.NaN]),
  );
  const judge = new Judgement(evidence, scores);
  judge.controls([zero!, ...random]);
  judge.untested(learned);
  if (learned.length === 0) return judge.inconclusive("no trial learned anything");
  if (!scale)
    return judge.inconclusive(
      `the classifier cannot tell even random motions from none at displacement ${displacement} ` +
        `(cross entropies ${answers[0]!.toFixed(4)} and ${answers[1]!.toFixed(4)}); raise selection.displacement`,
    );

  const valid = fit
    .filter(({ candidate }) => scores.get(candidate)! <= tolerance)
    .sort(
      (a, b) =>
        a.candidate.dimension - b.candidate.dimension ||
        scores.get(a.candidate)! - scores.get(b.candidate)!,
    )
    .map(({ candidate }) => place(space, candidate));
  if (valid.length === 0) return judge.none(fit.map(({ candidate }) => candidate));

  // growth
  let span = orthonormalise([]);
  let bestShare: number | undefined;
  const refused = new Map<Candidate, number>();
  for (;;) {
    const outside = valid.filter(
      (direction) =>
        !refused.has(direction.candidate) && distanceTo(span, direction) > ANGULAR_NOISE,
    );
    if (outside.length === 0) break;
    const residuals =
      span.length === 0 ? [] : outside.map((direction) => residualOf(space, span, direction));
    const found = residuals.length === 0 ? [] : yield ask(residuals);
    for (const [i, residual] of residuals.entries()) scores.set(residual, scale.score(found[i]!));
    outside.forEach((direction, i) => {
      const score = residuals.length === 0 ? undefined : scale.score(found[i]!);
      if (score !== undefined && score > tolerance) refused.set(direction.candidate, score);
    });
    const next = outside.find(({ candidate }) => !refused.has(candidate));
    if (!next) break;
    const residual = residuals[outside.indexOf(next)];
    const grown = residual ? place(space, residual) : next;
    const share = supportOf(evidence, valid, grown);
    if (share <= MAJORITY) {
      refused.set(next.candidate, Number.NaN);
      bestShare ??= share;
      judge.unsupported(next.candidate, share);
      continue;
    }
    span = orthonormalise([...span, grown.matrix]);
  }
  if (span.length === 0) {
    const hit = shareOfSeeds(evidence, valid);
    if (hit <= MAJORITY)
      return judge.none(
        fit.map(({ candidate }) => candidate),
        `Only ${percent(hit)} of the seeds found a direction that passes; by chance some do.`,
      );
    return judge.inconclusive(
      `${percent(hit)} of the seeds found valid directions, but no direction was found by a majority (best: ${percent(bestShare ?? 0)}); train more seeds, or a larger basisCount`,
    );
  }

  // closure
  const unclosed: number[] = [];
  for (;;) {
    const brackets = openBrackets(space, span, ANGULAR_NOISE);
    if (brackets.length === 0 || unclosed.length > 0) break;
    const found = yield ask(brackets);
    brackets.forEach((candidate, i) => {
      const score = scale.score(found[i]!);
      scores.set(candidate, score);
      if (score > tolerance) unclosed.push(score);
      judge.bracket(candidate, score, score <= tolerance);
    });
    const kept = brackets.filter((candidate) => scores.get(candidate)! <= tolerance);
    span = orthonormalise([...span, ...kept.map((candidate) => place(space, candidate).matrix)]);
  }

  // the smallest explanation, and its test as a whole
  const explained = explain(evidence, space, span, valid);
  judge.learned(valid, span, refused);
  const spanSupport = Math.min(
    ...span.map((matrix) => supportOf(evidence, valid, { candidate: valid[0]!.candidate, matrix })),
  );
  const basis =
    explained?.basis ?? span.map((matrix) => candidateOf(space, "residual", matrix).entries);
  const groupDimension = explained?.groupDimension ?? space.dimension;
  const whole = basis.map(
    (entries): Candidate => ({ origin: "residual", dimension: groupDimension, extent: 0, entries }),
  );
  const [answer] = yield {
    candidates: whole,
    questions: [{ directions: whole, displacement, sees: "sample" }],
  };
  const score = scale.score(answer!);
  for (const candidate of whole) judge.basis(candidate, score);

  const matrices = orthonormalise(basis.map((data) => ({ dim: groupDimension, data })));
  const onSupport = orthonormalise(whole.map((candidate) => place(space, candidate).matrix));
  const identity = identify(matrices);
  const facts = {
    name: identity.name,
    dimension: span.length,
    groupDimension,
    ...(explained && { basisCount: explained.basisCount }),
    closureDefect: closureDefect(onSupport),
    support: spanSupport,
    score,
    basis,
  };
  if (unclosed.length > 0)
    return judge.inconclusive(
      `${span.length} valid directions are no algebra: a bracket of theirs leaves the span and scores ${unclosed[0]!.toFixed(3)} (valid up to ${tolerance})`,
      facts,
    );
  if (score > tolerance)
    return judge.inconclusive(
      `each direction is valid alone, but all ${span.length} together score ${score.toFixed(3)} (valid up to ${tolerance})`,
      facts,
    );
  if (!explained)
    return judge.inconclusive(
      `no single group dimension and basis count of the sweep explains all ${span.length} valid directions; search a larger basisCount or groupDimension`,
      facts,
    );
  return judge.found(facts);
}
