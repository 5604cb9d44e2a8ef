import { type Matrix, norm, type OrthonormalBasis, orthonormalise } from "../lie/index.ts";
import { distanceTo, openBrackets, place } from "./algebra.ts";
import { consensus, type Scored, withoutErrors } from "./consensus.ts";
import type { Candidate, Space } from "./evidence.ts";
import type { Inquiry } from "./inquiry.ts";
import { ANGULAR_NOISE, MAJORITY } from "./thresholds.ts";

/** One more dimension of a growing span. */
export interface Growth {
  readonly candidate: Candidate;
  /** Unit, orthogonal to all before it. */
  readonly matrix: Matrix;
  readonly score: number;
  /** τ: the largest score so far, at least the floor: the least tolerance at which this span is valid. */
  readonly tolerance: number;
}

/** What growth needs to know of the sweep around it. */
export interface Ground {
  readonly space: Space;
  /** Largest score of a direction that may join. */
  readonly tolerance: number;
  /** Score that chance alone gives. */
  readonly noise: number;
  /** The least tolerance that spans are said to be valid at. */
  readonly floor: number;
  /** Asks for the scores of directions, one by one. */
  scores(
    candidates: readonly Candidate[],
  ): Generator<Inquiry, readonly number[], readonly number[]>;
  /** Share of the seeds that found a direction. */
  support(direction: Matrix): number;
  /** Asked whenever a direction has joined: whether to look for more. */
  goesOn?(flag: readonly Growth[]): Generator<Inquiry, boolean, readonly number[]>;
}

/** What has grown so far, as a span. */
export const spanOf = (flag: readonly Growth[]): OrthonormalBasis =>
  orthonormalise(flag.map(({ matrix }) => matrix));

export interface Grown {
  readonly flag: readonly Growth[];
  /** Learned directions that stayed outside, with the score of the best of what they share. */
  readonly refused: ReadonlyMap<Candidate, number>;
  /** Valid directions that too few seeds found, with the share. */
  readonly unsupported: ReadonlyMap<Candidate, number>;
  /** Brackets of the last span that leave it and are noticed. */
  readonly unclosed: ReadonlyMap<Candidate, number>;
}

/**
 * Grows a flag V₁ ⊂ V₂ ⊂ … of spans, best direction first.
 *
 * What leaves a law invariant is a linear space closed under brackets, so a truly new direction is
 * valid on its own: at every step what the learned directions share outside the span, and the brackets
 * that leave it, are tested, and the one with the smallest score joins if it is within the tolerance.
 * Directions of the smallest group dimension are heard first: they have the fewest ways to be wrong. Where nothing
 * learned is left outside and brackets still are, they are offered without their errors too.
 */
export function* grow(
  { space, tolerance, noise, floor, scores, support, goesOn }: Ground,
  pool: readonly Scored[],
): Generator<Inquiry, Grown, readonly number[]> {
  const flag: Growth[] = [];
  const refused = new Map<Candidate, number>();
  const unsupported = new Map<Candidate, number>();
  const unclosed = new Map<Candidate, number>();
  for (;;) {
    const now = spanOf(flag);
    const outside = pool.filter(
      (direction) =>
        !refused.has(direction.candidate) && distanceTo(now, direction) > ANGULAR_NOISE,
    );
    const n = Math.min(...outside.map(({ candidate }) => candidate.dimension));
    const own = outside.filter(({ candidate }) => candidate.dimension === n);
    const open = openBrackets(space, now, ANGULAR_NOISE);
    const brackets = own.length > 0 ? open : [...open, ...withoutErrors(space, now, open)];
    const candidates = [...consensus(space, now, own, noise), ...brackets];
    if (candidates.length === 0) break;
    const answers = yield* scores(candidates);
    const ranked = candidates
      .map((candidate, i) => ({ candidate, score: answers[i]! }))
      .filter(({ score }) => score <= tolerance)
      .sort((a, b) => a.score - b.score);
    let joined = false;
    let rare = 0;
    for (const { candidate, score } of ranked) {
      const { matrix } = place(space, candidate);
      const share = candidate.origin === "bracket" ? 1 : support(matrix);
      if (share <= MAJORITY) {
        unsupported.set(candidate, share);
        rare = Math.max(rare, share);
        continue;
      }
      const before = flag.at(-1)?.tolerance ?? floor;
      const unit = { dim: matrix.dim, data: matrix.data.map((x) => x / norm(matrix)) };
      flag.push({ candidate, matrix: unit, score, tolerance: Math.max(before, score) });
      joined = true;
      break;
    }
    if (joined && goesOn && !(yield* goesOn(flag))) break;
    if (joined) continue;
    const least = Math.min(...answers.slice(0, candidates.length - brackets.length));
    for (const { candidate } of own) {
      refused.set(candidate, least);
      if (rare > 0) unsupported.set(candidate, rare);
    }
    if (own.length > 0) continue;
    for (const [i, candidate] of brackets.entries()) unclosed.set(candidate, answers[i]!);
    break;
  }
  return { flag, refused, unsupported, unclosed };
}

/**
 * The spans of a flag that are groups and stand apart: closed under brackets, and with the next direction
 * joining only at a tolerance some times as large (method §15.6), or beyond the one that was asked for.
 */
export function persistentSpans(
  space: Space,
  flag: readonly Growth[],
  asked = Number.POSITIVE_INFINITY,
): readonly (readonly Growth[])[] {
  const beyond = flag.findIndex(({ score }) => score > asked);
  return flag.flatMap((last, i) => {
    const next = flag[i + 1];
    if (next && next.tolerance < PERSISTS * last.tolerance && i + 1 !== beyond) return [];
    const span = flag.slice(0, i + 1);
    return isClosed(space, span) ? [span] : [];
  });
}

/** Whether no bracket leaves a span by more than noise. */
export const isClosed = (space: Space, span: readonly Growth[]): boolean =>
  openBrackets(space, spanOf(span), ANGULAR_NOISE).length === 0;

/** Ratio of tolerances over which a span must last to be a level. */
const PERSISTS = 2.5;
