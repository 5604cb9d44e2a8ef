import type { Direction, ValidityTest, Verdict } from "../sweep/index.ts";
import { type Candidate, type Evidence, questionKey } from "./evidence.ts";
import type { Inquiry, Question } from "./inquiry.ts";
import type { JudgedVerdict } from "./judgement.ts";
import { selectGroup } from "./procedure.ts";

/** What selection wants next. */
export type Step =
  /** Record these directions, then run these tests; directions and tests recorded before keep their numbers. */
  | {
      readonly kind: "test";
      readonly directions: readonly Direction[];
      readonly tests: readonly ValidityTest[];
    }
  | { readonly kind: "verdict"; readonly verdict: Verdict };

/**
 * One step of selection. The procedure is a generator that asks questions; here it is replayed from
 * the start on the answers there are, until it asks what is not known yet. So it needs no state but
 * its evidence, may be stopped and taken up anywhere, and never asks a question twice, even when new
 * trials have joined.
 */
export function nextStep(evidence: Evidence): Step {
  const record = new Record(evidence);
  const procedure = selectGroup(evidence);
  let turn = procedure.next([]);
  while (!turn.done) {
    const answers = turn.value.questions.map((question) => record.answer(question));
    const step = record.missing(turn.value);
    if (step.directions.length + step.tests.length > 0) return { kind: "test", ...step };
    turn = procedure.next(answers.filter((answer) => answer !== undefined));
  }
  return { kind: "verdict", verdict: record.numbered(turn.value) };
}

/** What was asked before, by content. */
class Record {
  private readonly numbers: Map<string, number>;
  private readonly tests: Map<string, Evidence["tests"][number]>;

  constructor({ directions, tests }: Evidence) {
    this.numbers = new Map(directions.map((direction) => [keyOf(direction), direction.number]));
    const byNumber = new Map(directions.map((direction) => [direction.number, direction]));
    this.tests = new Map(
      tests.map((test) => [
        questionKey(
          test.directions.flatMap((number) => byNumber.get(number) ?? []),
          test,
        ),
        test,
      ]),
    );
  }

  answer(question: Question): number | undefined {
    return this.tests.get(questionKey(question.directions, question))?.crossEntropy;
  }

  /** Numbers what is new, and lists every test still without an answer. */
  missing({ candidates, questions }: Inquiry) {
    const numbers = new Map(this.numbers);
    const directions: Direction[] = [];
    for (const candidate of candidates) {
      const key = keyOf(candidate);
      if (numbers.has(key)) continue;
      directions.push({ ...candidate, number: numbers.size });
      numbers.set(key, numbers.size);
    }
    const tests = new Map<string, ValidityTest>();
    let next = this.tests.size;
    for (const question of questions) {
      const key = questionKey(question.directions, question);
      const known = this.tests.get(key);
      if (known?.crossEntropy !== undefined || tests.has(key)) continue;
      const { displacement, sees, closely } = question;
      const about = question.directions.flatMap((candidate) => numbers.get(keyOf(candidate)) ?? []);
      tests.set(key, {
        number: known?.number ?? next++,
        directions: about,
        displacement,
        sees,
        ...(closely && { closely }),
      });
    }
    return { directions, tests: [...tests.values()] };
  }

  numbered({ judged, ...verdict }: JudgedVerdict): Verdict {
    return {
      ...verdict,
      directions: judged.flatMap(({ candidate, ...judgement }) => {
        const direction = this.numbers.get(keyOf(candidate));
        return direction === undefined ? [] : { direction, ...judgement };
      }),
    };
  }
}

/** Two trials may learn the very same matrix; they stay two directions. */
const keyOf = ({ origin, trial, rank, entries }: Candidate): string =>
  `${origin} ${trial ?? ""} ${rank ?? ""} ${entries.join()}`;
