import { closureDefect } from "../lie/index.ts";
import type { JudgedDirection, Level, Proposal, Standing, Verdict } from "../sweep/index.ts";
import { distanceTo, place, spanOnSupport } from "./algebra.ts";
import {
  type Candidate,
  type Evidence,
  isFit,
  type Space,
  type TrialEvidence,
} from "./evidence.ts";
import { shareOfSeeds } from "./explain.ts";
import { type Grown, isClosed, spanOf } from "./growth.ts";
import { ANGULAR_NOISE, FLOOR, MAJORITY } from "./thresholds.ts";
import { closingWords, degrees, holdingWords, percent } from "./words.ts";

export type JudgedVerdict = Omit<Verdict, "directions"> & { readonly judged: readonly Judged[] };
type Judged = { readonly candidate: Candidate } & Omit<JudgedDirection, "direction">;

/** Everything said about directions on the way to a verdict. */
export class Judgement {
  private readonly judged = new Map<Candidate, Judged>();
  private readonly evidence: Evidence;
  private readonly scores: ReadonlyMap<Candidate, number>;
  private readonly tolerance: number;
  private readonly turned: Level[] = [];

  /** @param tolerance - score up to which a direction is valid */
  constructor(evidence: Evidence, scores: ReadonlyMap<Candidate, number>, tolerance: number) {
    this.evidence = evidence;
    this.scores = scores;
    this.tolerance = tolerance;
  }

  private get validUpTo(): string {
    return `valid up to ${Number(this.tolerance.toPrecision(2))}`;
  }

  private say(candidate: Candidate, standing: Standing, reason: string): void {
    const score = this.scores.get(candidate);
    const known = score === undefined || Number.isNaN(score) ? {} : { score };
    this.judged.set(candidate, { candidate, standing, ...known, reason });
  }

  controls(candidates: readonly Candidate[]): void {
    for (const candidate of candidates)
      this.say(
        candidate,
        "control",
        candidate.origin === "zero" ? "scores 0 by definition" : "scores about 1",
      );
  }

  /** Also everything tested, as invalid until something better is said of it. */
  untested(
    learned: readonly { readonly trial: TrialEvidence; readonly candidate: Candidate }[],
  ): void {
    for (const { trial, candidate } of learned) {
      if (!isFit(trial)) this.say(candidate, "unfit", `its trial ended ${trial.ending}`);
      else if (candidate.extent < FLOOR)
        this.say(
          candidate,
          "floor",
          `moves the data by ${candidate.extent.toFixed(3)}, less than ${FLOOR}`,
        );
      else {
        const score = this.scores.get(candidate);
        const scored =
          score === undefined || Number.isNaN(score)
            ? "could not be scored"
            : `scores ${score.toFixed(3)}`;
        this.say(candidate, "invalid", `${scored}; ${this.validUpTo}`);
      }
    }
  }

  /** What growth made of the directions that did not join. */
  grown({ refused, unsupported, unclosed }: Grown): void {
    for (const [candidate, score] of unclosed)
      this.say(
        candidate,
        "unclosed",
        `leaves the span of what is valid and scores ${score.toFixed(3)}`,
      );
    for (const [candidate, score] of refused)
      this.say(
        candidate,
        "invalid",
        `what it and its like have outside the span scores ${score.toFixed(3)}`,
      );
    for (const [candidate, share] of unsupported)
      this.say(candidate, "unsupported", `found by ${percent(share)} of the seeds`);
  }

  /** A level whose directions are valid alone and not together, or that is noticed all the same. */
  turnedDown(level: Level): void {
    this.turned.push(level);
  }

  get hasTurnedDown(): boolean {
    return this.turned.length > 0;
  }

  /** What grew is no algebra, and none of it holds when it is looked at closely. */
  seen({ flag }: Grown): JudgedVerdict {
    return this.nothing(
      `${flag.length} directions of the trials go unnoticed, but they are no algebra, and data moved along any of them ` +
        "can be told from data by a classifier that looks closely: they are no symmetries.",
    );
  }

  blind(displacement: number, resolution: number): JudgedVerdict {
    return this.inconclusive(
      `the classifier cannot tell even random motions from none, up to displacement ${displacement} ` +
        `(with so few held-out samples, cross entropies within ${resolution.toFixed(4)} of ln 2 are chance); raise selection.displacement, or measure more`,
      { displacement: 2 * displacement, reason: "A larger displacement is easier to see." },
    );
  }

  inconclusive(
    reason: string,
    proposal?: Proposal,
    facts: Pick<Verdict, "closureDefect"> = {},
  ): JudgedVerdict {
    return {
      dimension: 0,
      basis: [],
      levels: [],
      ...facts,
      status: "inconclusive",
      reason: `${capital(reason)}.`,
      ...(proposal && { proposal }),
      judged: [...this.judged.values()],
    };
  }

  /** Nothing grew. */
  none(tested: readonly Candidate[], { unsupported }: Grown, displacement: number): JudgedVerdict {
    const { seeds, basisCount } = this.evidence.spec.search;
    const share = Math.max(0, ...unsupported.values());
    const hit = shareOfSeeds(
      this.evidence,
      tested.filter((candidate) => this.scores.get(candidate)! <= this.tolerance),
    );
    if (hit > MAJORITY)
      return this.inconclusive(
        `${percent(hit)} of the seeds found directions that pass, but none was found by a majority (best: ${percent(share)})`,
        {
          seeds: 2 * seeds - 1,
          basisCount: [...basisCount, Math.max(...basisCount) + 2],
          reason:
            "More seeds tell a rare finding from chance, and a larger K finds several directions at once.",
        },
      );
    const best = tested.reduce<Candidate | undefined>(
      (least, candidate) =>
        least === undefined || this.scores.get(candidate)! < this.scores.get(least)!
          ? candidate
          : least,
      undefined,
    );
    const reason =
      best === undefined
        ? `No trial learned a motion: every direction moves the data by less than ${FLOOR} or was detected in training.`
        : `Data moved along any of ${tested.length} learned directions can be told from data at displacement ${displacement}: ` +
          `the best scores ${this.scores.get(best)!.toFixed(3)} (trial ${best.trial}), ${this.validUpTo}` +
          (hit > 0
            ? `; ${percent(hit)} of the seeds found one that passes, which by chance some do.`
            : ".");
    return this.nothing(reason);
  }

  private nothing(reason: string): JudgedVerdict {
    return {
      status: "none",
      dimension: 0,
      basis: [],
      levels: [],
      reason,
      judged: [...this.judged.values()],
    };
  }

  /** The verdict where something grew. */
  conclude(levels: readonly Level[], grown: Grown, space: Space, noise = 0): JudgedVerdict {
    if (!isClosed(space, grown.flag)) this.unclosed(grown, space);
    const [first] = levels;
    if (!first) return this.withoutLevel(grown, noise);
    for (const level of levels.toReversed()) this.joined(level, level === first, grown, space);
    const { name, dimension, groupDimension, basisCount, closureDefect, support, score, basis } =
      first;
    return {
      status: "found",
      ...{ name, dimension, groupDimension, closureDefect, support, score, basis },
      ...(basisCount !== undefined && { basisCount }),
      levels,
      reason: [
        holdingWords(first),
        `Found by ${support === 1 ? "every seed" : `${percent(support)} of the seeds`}${basisCount === undefined ? "" : `; K = ${basisCount} is enough`}.`,
        ...levels.slice(1).map((level) => `Less exactly: ${holdingWords(level)}`),
        ...closingWords(first, this.evidence.dataset, space),
      ].join(" "),
      ...(basisCount === undefined && {
        proposal: {
          basisCount: [dimension, dimension + 1],
          reason: `No trial holds all ${dimension} directions at once; K = ${dimension} or more would.`,
        },
      }),
      judged: [...this.judged.values()],
    };
  }

  /** Valid directions, learned or grown, in a span that brackets leave; a level inside it says better of its own. */
  private unclosed({ flag }: Grown, space: Space): void {
    const span = spanOf(flag);
    const learned = [...this.judged.values()].filter(
      ({ candidate, standing, score = Number.POSITIVE_INFINITY }) =>
        candidate.origin === "trial" &&
        standing === "invalid" &&
        score <= this.tolerance &&
        distanceTo(span, place(space, candidate)) <= ANGULAR_NOISE,
    );
    for (const { candidate } of [...learned, ...flag])
      this.say(
        candidate,
        "unclosed",
        `scores ${this.scores.get(candidate)!.toFixed(3)}, but its brackets with others leave what is valid`,
      );
  }

  /** Directions in the span of a level, learned or grown. */
  private joined(level: Level, isFirst: boolean, { flag }: Grown, space: Space): void {
    const span = spanOnSupport(space, level.basis, level.groupDimension);
    const standing = isFirst ? "accepted" : "approximate";
    const within = isFirst
      ? "in the span"
      : `in ${level.name}, valid up to ${level.tolerance.toFixed(3)}`;
    const inside = (candidate: Candidate) => {
      const distance = distanceTo(span, place(space, candidate));
      if (distance <= ANGULAR_NOISE)
        this.say(candidate, standing, `${within}, ${degrees(distance)} from it`);
    };
    for (const { candidate, standing: earlier } of [...this.judged.values()])
      if (candidate.origin === "trial" && OPEN.has(earlier)) inside(candidate);
    for (const { candidate } of flag) inside(candidate);
  }

  private withoutLevel({ flag, unclosed }: Grown, noise: number): JudgedVerdict {
    const { basisCount, seeds } = this.evidence.spec.search;
    const [level] = this.turned;
    if (level && level.score <= this.tolerance) {
      const noticed =
        level.law.range > 0
          ? `by more than ${level.law.range} can be told from data`
          : "can be told from data, if only by a classifier that looks closely";
      return this.nothing(
        `The best that ${flag.length === 1 ? "a direction" : `${flag.length} directions`} of the trials came to, ${level.name} of dimension ${level.dimension}, ` +
          `scores ${level.score.toFixed(3)}, but data moved along it ${noticed}: it is no symmetry.`,
      );
    }
    if (level)
      return this.inconclusive(
        `each of ${level.dimension} directions is valid alone, but together they score ${level.score.toFixed(3)} (${this.validUpTo})`,
        { seeds: 2 * seeds - 1, reason: "More seeds make the common directions more exact." },
      );
    const worst = Math.max(0, ...unclosed.values());
    const least = Math.min(...flag.map(({ score }) => score));
    if (least > noise)
      return this.nothing(
        `${flag.length} directions of the trials change the data slowly, but none of them leaves the law as it is (the best scores ${least.toFixed(3)}, ` +
          `chance alone up to ${noise.toFixed(3)}), and they are no algebra: brackets of theirs score up to ${worst.toFixed(3)}.`,
      );
    return this.inconclusive(
      `${flag.length} valid directions are no algebra: brackets of theirs leave the span and score up to ${worst.toFixed(3)} (${this.validUpTo})`,
      {
        basisCount: [Math.max(...basisCount) + 1, Math.max(...basisCount) + 3],
        seeds: 2 * seeds - 1,
        reason: "A larger K may hold the directions that are missing.",
      },
      { closureDefect: closureDefect(spanOf(flag)) },
    );
  }
}

/** Standings that membership of a level overrides. */
const OPEN: ReadonlySet<Standing> = new Set(["invalid", "approximate", "unclosed"]);

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
