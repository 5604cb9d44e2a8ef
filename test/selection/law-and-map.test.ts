import { describe, expect, test } from "vitest";
import { algebras, identity, type Matrix, zeros } from "../../lie/index.ts";
import type { Direction } from "../../sweep/index.ts";
import {
  type Classifier,
  drive,
  exactClassifier,
  learnedBy,
  member,
  noise,
  planted,
} from "./planted.ts";

/** A circle turned by so(2), trials that learn the turn and a stretch. */
const case_ = planted(
  algebras.so2,
  identity(2).data,
  { basisCount: [1, 2], groupDimension: [2] },
  20_000,
);
const stretch: Matrix = { dim: 2, data: Float64Array.of(1, 0, 0, -1) };
const learned = learnedBy(case_, ({ number }) => [
  [member(algebras.so2, noise(number, "turn")), 1],
  [stretch, 0.5],
]);

/** What a motion changes in y is noticed by the classifier of whole samples alone. */
const lawAndMap =
  (law: Classifier, map: Classifier): Classifier =>
  (directions, test) =>
    test.sees === "input"
      ? law(directions, test)
      : law(directions, test) + map(directions, test) - Math.LN2;

const nothing: Classifier = () => Math.LN2;

/** ln 2, less so many nats for whatever is near a turn. */
const seesTurns =
  (nats: number): Classifier =>
  (directions, test) => {
    const isTurn = (one: Direction) =>
      one.origin !== "zero" && Math.LN2 - exactClassifier(case_, 1)([one], test) < 0.2;
    return Math.LN2 - (directions.some(isTurn) ? nats : 0);
  };

describe("what would pass for a symmetry is looked at closely", () => {
  const usual = exactClassifier(case_);

  test("each direction alone, at the displacement of the sweep, once all else is known", () => {
    const { evidence } = drive(learned, usual);
    const close = evidence.tests.filter(({ closely }) => closely);
    expect(close.map(({ directions }) => directions.length)).toEqual(close.map(() => 1));
    expect(new Set(close.map(({ displacement }) => displacement))).toEqual(new Set([0.2]));
    expect(close.at(-1)!.number).toBe(Math.max(...evidence.tests.map(({ number }) => number)));
  });

  test("and called exact where nothing is noticed even so", () => {
    const { verdict } = drive(learned, usual);
    expect(verdict.levels.map(({ name, law }) => [name, law.exact])).toEqual([["so(2)", true]]);
  });

  test("and no symmetry where that one alone notices, in x and y", () => {
    const { verdict } = drive(learned, (directions, test) =>
      test.closely && test.sees === "sample"
        ? seesTurns(0.02)(directions, test)
        : usual(directions, test),
    );
    expect(verdict.status).toBe("none");
    expect(verdict.reason).toMatch(/looks closely/);
  });
});

describe("a map may be equivariant where the law is not invariant", () => {
  /** Turns are noticed in x by .05 nats at any displacement: far more than a symmetry of the law may be. */
  const broken = lawAndMap(
    (directions, test) =>
      exactClassifier(case_)(directions, test) + seesTurns(0.05)(directions, test) - Math.LN2,
    exactClassifier(case_, 2),
  );

  test("then it is found, with a law that holds nowhere and a map that is exact", () => {
    const { verdict } = drive(learned, broken);
    expect(verdict.status).toBe("found");
    expect(verdict.levels).toMatchObject([
      { name: "so(2)", law: { exact: false, range: 0 }, map: { exact: true } },
    ]);
  });

  test("not where y betrays the motion", () => {
    const { verdict } = drive(
      learned,
      lawAndMap(
        (directions, test) => broken(directions, { ...test, sees: "input" }),
        (directions, test) =>
          exactClassifier(case_, 2)(directions, test) +
          seesTurns(0.01)(directions, test) -
          Math.LN2,
      ),
    );
    expect(verdict.status).toBe("none");
  });

  test("not where y says nothing of any motion", () => {
    const { verdict } = drive(
      learned,
      lawAndMap((directions, test) => broken(directions, { ...test, sees: "input" }), nothing),
    );
    expect(verdict.status).toBe("none");
  });

  describe("and holds nearly, up to a displacement at which y betrays the motion", () => {
    /** x gives turns away by so many nats at δ, growing with its square; y from 5 δ on. */
    const nearly = (nats: number) =>
      drive(
        {
          ...learned,
          spec: { ...learned.spec, selection: { ...case_.spec.selection, tolerance: 0.1 } },
        },
        lawAndMap(
          (directions, test) =>
            exactClassifier(case_)(directions, test) +
            seesTurns(nats * (test.displacement / 0.2) ** 2)(directions, test) -
            Math.LN2,
          (directions, test) =>
            exactClassifier(case_, 2)(directions, test) +
            seesTurns(test.displacement < 1 ? 0 : 0.02)(directions, test) -
            Math.LN2,
        ),
      ).verdict;

    test("if x hardly gives it away at δ", () => {
      expect(nearly(0.003).levels).toMatchObject([
        { name: "so(2)", law: { exact: false, range: 0.1 }, map: { exact: false, range: 0.5 } },
      ]);
    });

    test("not if x does", () => {
      const { status, reason } = nearly(0.011);
      expect(status).toBe("none");
      expect(reason).toMatch(/by more than 0.05 can be told from data/);
    });
  });

  test("not where only one seed of three found it", () => {
    const rare = learnedBy(case_, ({ seed, number }) => [
      [seed % 3 === 0 ? member(algebras.so2, noise(number, "turn")) : stretch, 1],
      [zeros(2), 0],
    ]);
    expect(drive(rare, broken).verdict.status).not.toBe("found");
  });
});
