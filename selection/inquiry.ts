import type { Candidate } from "./evidence.ts";

/** May data moved along these be told from data? Answered by a cross entropy. */
export interface Question {
  readonly directions: readonly Candidate[];
  readonly displacement: number;
  readonly sees: "sample" | "input";
  readonly closely?: true;
}

export interface Inquiry {
  /** Directions to record, tested or not. */
  readonly candidates: readonly Candidate[];
  readonly questions: readonly Question[];
}

/** Each direction alone. */
export const eachAlone = (
  candidates: readonly Candidate[],
  displacement: number,
  sees: Question["sees"] = "sample",
): readonly Question[] =>
  candidates.map((candidate) => ({ directions: [candidate], displacement, sees }));
