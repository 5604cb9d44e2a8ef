import type { OrthonormalBasis } from "../lie/index.ts";
import type { JudgedDirection, Standing, Verdict } from "../sweep/index.ts";
import { distanceTo, type Placed } from "./algebra.ts";
import { type Candidate, type Evidence, isFit, type TrialEvidence } from "./evidence.ts";
import { ANGULAR_NOISE, FLOOR } from "./thresholds.ts";

export type JudgedVerdict = Omit<Verdict, "directions"> & { readonly judged: readonly Judged[] };
type Judged = { readonly candidate: Candidate } & Omit<JudgedDirection, "direction">;

/** Everything said about directions on the way to a verdict. */
export class Judgement {
  private readonly judged = new Map<Candidate, Judged>();
  private readonly evidence: Evidence;
  private readonly scores: ReadonlyMap<Candidate, number>;

  constructor(evidence: Evidence, scores: ReadonlyMap<Candidate, number>) {
    this.evidence = evidence;
    this.scores = scores;
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
    const { tolerance } = this.evidence.spec.selection;
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
        this.say(candidate, "invalid", `${scored}; valid up to ${tolerance}`);
      }
    }
  }

  unsupported(candidate: Candidate, share: number): void {
    this.say(candidate, "unsupported", `found by ${percent(share)} of the seeds`);
  }

  bracket(candidate: Candidate, score: number, valid: boolean): void {
    if (valid) this.say(candidate, "accepted", "completes the algebra");
    else
      this.say(
        candidate,
        "unclosed",
        `leaves the span of what is valid and scores ${score.toFixed(3)}`,
      );
  }

  basis(candidate: Candidate, whole: number): void {
    this.say(
      candidate,
      "accepted",
      `one of the basis of the verdict; the whole scores ${whole.toFixed(4)}`,
    );
  }

  learned(
    valid: readonly Placed[],
    span: OrthonormalBasis,
    refused: ReadonlyMap<Candidate, number>,
  ): void {
    for (const direction of valid) {
      const { candidate } = direction;
      const distance = distanceTo(span, direction);
      const residual = refused.get(candidate);
      if (distance <= ANGULAR_NOISE)
        this.say(candidate, "accepted", `in the span, ${degrees(distance)} from it`);
      else if (residual !== undefined && !Number.isNaN(residual))
        this.say(
          candidate,
          "invalid",
          `${degrees(distance)} outside the span, and what lies outside scores ${residual.toFixed(3)}`,
        );
    }
  }

  inconclusive(reason: string, facts: Partial<Verdict> = {}): JudgedVerdict {
    return {
      dimension: 0,
      basis: [],
      ...facts,
      status: "inconclusive",
      reason: `${capital(reason)}.`,
      judged: [...this.judged.values()],
    };
  }

  /** @param valid - what to say of valid directions that are not enough */
  none(tested: readonly Candidate[], valid?: string): JudgedVerdict {
    const { tolerance, displacement } = this.evidence.spec.selection;
    const best = tested.reduce<Candidate | undefined>(
      (least, candidate) =>
        least === undefined || this.scores.get(candidate)! < this.scores.get(least)!
          ? candidate
          : least,
      undefined,
    );
    const reason =
      valid ??
      (best === undefined
        ? `No trial learned a motion: every direction moves the data by less than ${FLOOR} or was detected in training.`
        : `Data moved along any of ${tested.length} learned directions can be told from data at displacement ${displacement}: ` +
          `the best scores ${this.scores.get(best)!.toFixed(3)} (trial ${best.trial}), valid is up to ${tolerance}.`);
    return { status: "none", dimension: 0, basis: [], reason, judged: [...this.judged.values()] };
  }

  found(facts: Omit<Verdict, "status" | "reason" | "directions">): JudgedVerdict {
    const reason =
      `${facts.name}, dimension ${facts.dimension}, acting on blocks of ${facts.groupDimension}: ` +
      `scores ${facts.score?.toFixed(4)} where the identity scores 0 and a random motion 1, ` +
      `found by ${facts.support === 1 ? "every seed" : `${percent(facts.support ?? 0)} of the seeds`}; K = ${facts.basisCount} is enough.`;
    return { ...facts, status: "found", reason, judged: [...this.judged.values()] };
  }
}

export const percent = (share: number): string => `${Math.round(100 * share)} %`;
const degrees = (sine: number): string =>
  `${((Math.asin(Math.min(1, sine)) * 180) / Math.PI).toFixed(1)}°`;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
