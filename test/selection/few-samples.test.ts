import { describe, expect, test } from "vitest";
import { algebras, identity, type Matrix } from "../../lie/index.ts";
import {
  type Classifier,
  drive,
  exactClassifier,
  learnedBy,
  member,
  noise,
  planted,
} from "./planted.ts";

const [axis, ...others] = algebras.so3;

/**
 * A law with an exact turn about one axis and nearly some about others, by .01 nats at δ: a score of .05, more than the
 * tolerance of .02, and less than what chance alone gives with 250 samples held out.
 */
function nearly(turns: readonly Matrix[], samples: number) {
  const search = { basisCount: [turns.length + 1], groupDimension: [3] };
  const of = (truth: readonly Matrix[]) => planted(truth, identity(3).data, search, samples);
  const all = [axis!, ...turns];
  const classifier: Classifier = (directions, test) =>
    exactClassifier(of(all))(directions, test) +
    exactClassifier(of([axis!]), 0.01 * (test.displacement / 0.2) ** 2)(directions, test) -
    Math.LN2;
  const learned = learnedBy(of(all), ({ number }) =>
    all.map((turn, i) => [member([turn], noise(number, `turn ${i}`)), 1 - 0.2 * i]),
  );
  return drive(learned, classifier);
}

describe("with so few samples that chance scores more than the tolerance", () => {
  test("what scores no more than chance is a level, less exact than what scores within the tolerance", () => {
    expect(nearly(others, 1000).verdict.levels).toMatchObject([
      { name: "so(2)", tolerance: 0.02, law: { exact: true } },
      { name: "so(3)", tolerance: expect.closeTo(0.05, 2), law: { exact: false, range: 0.2 } },
    ]);
  });

  test("what is within the tolerance stands though the rest is no algebra", () => {
    const { verdict, evidence } = nearly(others.slice(0, 1), 1000);
    expect(verdict.levels).toMatchObject([{ name: "so(2)", law: { exact: true } }]);
    const learned = new Set(
      evidence.directions.filter(({ origin }) => origin === "trial").map(({ number }) => number),
    );
    const said = verdict.directions.filter(({ direction }) => learned.has(direction));
    expect(new Set(said.map(({ standing }) => standing))).toEqual(
      new Set(["accepted", "unclosed"]),
    );
    expect(said.find(({ standing }) => standing === "unclosed")?.reason).toMatch(
      /scores 0\.0\d\d, but its brackets with others leave what is valid/,
    );
  });

  test("with many samples it is none of either", () => {
    expect(nearly(others, 20_000).verdict.levels).toMatchObject([
      { name: "so(2)", law: { exact: true } },
    ]);
  });
});
