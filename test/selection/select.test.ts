import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  algebras,
  embed,
  type Matrix,
  multiply,
  norm,
  orthonormalise,
  principalAngles,
  zeros,
} from "../../lie/index.ts";
import { questionKey } from "../../selection/evidence.ts";
import { type Evidence, nextStep, type TrialEvidence } from "../../selection/index.ts";
import { type Direction, uniforms, type Verdict } from "../../sweep/index.ts";
import { conjugate, coordinates, transpose } from "../support/arbitrary.ts";
import {
  type Driven,
  drive,
  exactClassifier,
  learnedBy,
  member,
  noise,
  type Planted,
  planted,
  turned,
} from "./planted.ts";

type Trial = TrialEvidence["trial"];

const seeds = fc.integer({ min: 1, max: 1e6 });
const few = { numRuns: 6 };

/** A symmetric matrix: in whitened coordinates, orthogonal to every rotation. */
function symmetric(dim: number, normal: () => number): Matrix {
  const x = { dim, data: Float64Array.from({ length: dim * dim }, normal) };
  return { dim, data: x.data.map((entry, i) => entry + transpose(x).data[i]!) };
}

/** Two bodies about their centre: d = 8, blocks of 2, positions and momenta opposite, so rank 4. */
function twoBodies(search: Partial<Planted["spec"]["search"]> = {}): Planted {
  const moment = new Float64Array(64);
  const scales = [1, 1, 0.5, 0.5]; // of q₁, q₂, p₁, p₂
  const signs = [1, -1, 1, -1];
  for (const a of scales.keys())
    for (const b of scales.keys())
      if (a >> 1 === b >> 1)
        for (const i of [0, 1])
          moment[(2 * a + i) * 8 + 2 * b + i] = signs[a]! * signs[b]! * scales[a]! * scales[b]!;
  return planted(algebras.so2, moment, {
    basisCount: [1, 3],
    groupDimension: [2, 4, 8],
    ...search,
  });
}

/** Trials that learn the planar rotation, and surplus channels at the floor. */
const turning = (case_: Planted, seed: number): Evidence =>
  learnedBy(case_, (trial) => {
    const normal = noise(seed + trial.number, "learned");
    const J = embed(algebras.so2[0]!, trial.groupDimension);
    const surplus = () => symmetric(trial.groupDimension, normal);
    return [
      [member([J], normal), 1],
      [surplus(), 0.01],
      [surplus(), 0.005],
    ];
  });

interface Coordinates {
  readonly to: Matrix;
  readonly from: Matrix;
}

const plain: Coordinates = { to: identityOf(3), from: identityOf(3) };

function identityOf(dim: number): Matrix {
  const x = zeros(dim);
  for (let i = 0; i < dim; i++) x.data[i * dim + i] = 1;
  return x;
}

/** Data with a rotational law in skewed coordinates: S = AAᵀ, and so(3) becomes A so(3) A⁻¹. */
function rotations(
  { to, from }: Coordinates,
  search: Partial<Planted["spec"]["search"]>,
  truth: readonly Matrix[] = algebras.so3,
): Planted {
  return planted(
    truth.map((x) => conjugate(to, x, from)),
    multiply(to, transpose(to)).data,
    { groupDimension: [3], ...search },
  );
}

/** Trials that learn as much of a span as they have channels, and junk beyond. */
const spanning = (
  { truth, ...case_ }: Planted,
  { to, from }: Coordinates,
  seed: number,
  span: readonly Matrix[] = truth,
): Evidence =>
  learnedBy({ truth, ...case_ }, (trial) => {
    const normal = noise(seed + trial.number, "learned");
    const junk = () => conjugate(to, symmetric(3, normal), from);
    if (trial.basisCount === 1) return [[member(span, normal), 2]];
    return [
      ...span.map((x, i) => [member([x], normal), 1.5 - 0.3 * i] as const),
      [junk(), 0.3],
      [junk(), 0.1],
    ];
  });

const factsOf = ({
  status,
  name,
  dimension,
  groupDimension,
  basisCount,
  support,
  closureDefect,
}: Verdict) => ({
  status,
  name,
  dimension,
  groupDimension,
  basisCount,
  support,
  abelian: closureDefect === "abelian",
});

/** Largest angle between the verdict's basis and the truth, on the support. */
function angleTo({ space, truth }: Planted, { basis, groupDimension }: Verdict): number {
  const place = (x: Matrix) => space.place(embed(x, space.dimension).data, space.dimension);
  const found = basis.map((data) => place({ dim: groupDimension!, data }));
  const angles = principalAngles(orthonormalise(found), orthonormalise(truth.map(place)));
  return Math.max(...angles);
}

const standingsOf = ({ verdict, evidence }: Driven) => {
  const standing = new Map(verdict.directions.map((judged) => [judged.direction, judged]));
  return evidence.directions.map((direction) => ({
    direction,
    judged: standing.get(direction.number),
  }));
};

const shuffled = <T>(items: readonly T[], seed: number): readonly T[] => {
  const uniform = uniforms(seed);
  return items
    .map((item) => [uniform(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
};

describe("selection finds what was planted", () => {
  test("so(2) on blocks of 2 in a degenerate 8-dimensional space: smallest n, smallest K", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const case_ = twoBodies();
        const { verdict } = drive(turning(case_, seed), exactClassifier(case_));
        expect(factsOf(verdict)).toEqual({
          status: "found",
          name: "so(2)",
          dimension: 1,
          groupDimension: 2,
          basisCount: 1,
          support: 1,
          abelian: true,
        });
        expect(angleTo(case_, verdict)).toBeLessThan(0.05);
        expect(verdict.score).toBeLessThan(0.02);
        expect(norm(case_.space.place(verdict.basis[0]!, 2))).toBeCloseTo(1, 10);
      }),
      few,
    );
  });

  test("so(2) on blocks of 4 where blocks of 2 were not searched", () => {
    const case_ = twoBodies({ groupDimension: [8, 4], basisCount: [3] });
    const { verdict } = drive(turning(case_, 1), exactClassifier(case_));
    expect(factsOf(verdict)).toMatchObject({ status: "found", groupDimension: 4, basisCount: 3 });
  });

  test("so(3) among junk, in any coordinates, from single and from surplus channels", () => {
    fc.assert(
      fc.property(seeds, coordinates(3), (seed, frame) => {
        const case_ = rotations(frame, { basisCount: [5, 1, 3] });
        const driven = drive(spanning(case_, frame, seed), exactClassifier(case_));
        expect(factsOf(driven.verdict)).toEqual({
          status: "found",
          name: "so(3)",
          dimension: 3,
          groupDimension: 3,
          basisCount: 3,
          support: 1,
          abelian: false,
        });
        expect(driven.verdict.closureDefect).toBeLessThan(0.1);
        expect(angleTo(case_, driven.verdict)).toBeLessThan(0.05);
        const junk = standingsOf(driven).filter(
          ({ direction }) => direction.origin === "trial" && direction.extent < 0.5,
        );
        expect(junk.length).toBeGreaterThan(0);
        for (const { judged } of junk) expect(judged?.standing).toBe("invalid");
      }),
      few,
    );
  });

  test("a rotation whose bracket no trial learned, completed, with the K that would hold it", () => {
    const case_ = rotations(plain, { basisCount: [2] });
    const two = case_.truth.slice(0, 2);
    const { verdict, evidence } = drive(spanning(case_, plain, 1, two), exactClassifier(case_));
    expect(verdict).toMatchObject({ status: "found", name: "so(3)", dimension: 3 });
    expect(verdict.basisCount).toBeUndefined();
    expect(verdict.proposal?.basisCount).toContain(3);
    expect(evidence.directions.filter(({ origin }) => origin === "bracket").length).toBe(1);
  });

  test("the same though answers are off by the noise of a classifier", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const case_ = rotations(plain, { basisCount: [3] });
        const exact = exactClassifier(case_);
        const { verdict } = drive(
          spanning(case_, plain, seed),
          (about, question) =>
            exact(about, question) + 0.0005 * Math.sin(seed + 7 * question.number),
        );
        expect(factsOf(verdict)).toMatchObject({ status: "found", name: "so(3)", basisCount: 3 });
      }),
      few,
    );
  });

  test("the same though one trial diverged into NaN and one was detected", () => {
    const case_ = twoBodies();
    const evidence = turning(case_, 1);
    const trials = evidence.trials.map((own, i): TrialEvidence => {
      if (i === 0) {
        const generators = own.generators.map((L) => L.map(() => Number.NaN));
        return { ...own, ending: "diverged", generators };
      }
      return i === 4 ? { ...own, ending: "detected" } : own;
    });
    const driven = drive({ ...evidence, trials }, exactClassifier(case_));
    expect(factsOf(driven.verdict)).toMatchObject({ status: "found", groupDimension: 2 });
    const unfit = standingsOf(driven).filter(({ direction }) => direction.trial === 4);
    expect(unfit.length).toBeGreaterThan(0);
    for (const { judged } of unfit) expect(judged?.standing).toBe("unfit");
  });
});

describe("selection refuses", () => {
  test("a direction that one seed of three found", () => {
    const apart = [0, 2].map((at) => {
      const x = zeros(4);
      x.data[at * 4 + at + 1] = -1;
      x.data[(at + 1) * 4 + at] = 1;
      return x;
    });
    const case_ = planted(apart, identityOf(4).data, { basisCount: [2] });
    const evidence = learnedBy(case_, (trial) => {
      const normal = noise(trial.number, "learned");
      const second = trial.seed === 1 ? apart[1]! : symmetric(4, normal);
      return [
        [member([apart[0]!], normal), 1],
        [member([second], normal), 0.5],
      ];
    });
    const driven = drive(evidence, exactClassifier(case_));
    expect(factsOf(driven.verdict)).toMatchObject({
      status: "found",
      dimension: 1,
      name: "so(2)",
      support: 1,
    });
    const lonely = standingsOf(driven).find(
      ({ direction: { trial, rank } }) => trial === 0 && rank === 1,
    );
    expect(lonely?.judged?.standing).toBe("unsupported");
  });

  test("what one seed alone found, where the others found nothing: by chance some pass", () => {
    const case_ = twoBodies({ basisCount: [1] });
    const evidence = learnedBy(case_, ({ number, seed, groupDimension }: Trial) => {
      const normal = noise(number, "learned");
      const J = embed(algebras.so2[0]!, groupDimension);
      return [[seed === 1 ? J : symmetric(groupDimension, normal), 1]];
    });
    const { verdict } = drive(evidence, exactClassifier(case_));
    expect(verdict).toMatchObject({ status: "none", dimension: 0, basis: [] });
    expect(verdict.reason).toMatch(/33 % of the seeds/);
  });

  test("to decide where every seed found something, and no two the same", () => {
    const so3 = algebras.so3;
    const case_ = planted(so3, identityOf(3).data, { basisCount: [1] });
    const evidence = learnedBy(case_, ({ seed }) => [[so3[seed % 3]!, 1]]);
    const { verdict } = drive(evidence, exactClassifier(case_));
    expect(verdict).toMatchObject({ status: "inconclusive", dimension: 0, basis: [] });
    expect(verdict.reason).toMatch(/100 % of the seeds .* majority .*33 %/);
  });

  test("everything where nothing is valid", () => {
    const case_ = twoBodies();
    const evidence = learnedBy(case_, ({ number, groupDimension }) => [
      [symmetric(groupDimension, noise(number, "junk")), 1],
    ]);
    const { verdict } = drive(evidence, exactClassifier(case_));
    expect(verdict).toMatchObject({ status: "none", dimension: 0, basis: [] });
    expect(verdict.name).toBeUndefined();
  });

  test("everything where nothing moves the data", () => {
    const case_ = twoBodies();
    const evidence = learnedBy(case_, ({ groupDimension }) => [
      [embed(algebras.so2[0]!, groupDimension), 0.01],
    ]);
    const driven = drive(evidence, exactClassifier(case_));
    expect(driven.verdict.status).toBe("none");
    for (const { direction, judged } of standingsOf(driven))
      if (direction.origin === "trial") expect(judged?.standing).toBe("floor");
  });

  test("to decide with a classifier that cannot see", () => {
    const case_ = twoBodies();
    const { verdict } = drive(turning(case_, 1), exactClassifier(case_, 0.01));
    expect(verdict.status).toBe("inconclusive");
    expect(verdict.reason).toMatch(/raise selection.displacement/);
  });

  test("to decide without a trial that learned anything", () => {
    const case_ = twoBodies();
    const evidence = learnedBy(
      case_,
      () => [],
      () => "failed",
    );
    const { verdict } = drive(evidence, exactClassifier(case_));
    expect(verdict.status).toBe("inconclusive");
    expect(verdict.reason).toMatch(/no trial learned anything/i);
  });

  test("a valid span that no bracket stays in", () => {
    const case_ = rotations(plain, { basisCount: [2] }, algebras.so3.slice(0, 2));
    const driven = drive(spanning(case_, plain, 1), exactClassifier(case_));
    expect(driven.verdict.status).toBe("inconclusive");
    expect(driven.verdict.reason).toMatch(/no algebra/);
    expect(driven.verdict.closureDefect).toBeGreaterThan(0.9);
    const brackets = standingsOf(driven).filter(({ direction }) => direction.origin === "bracket");
    expect(brackets.map(({ judged }) => judged?.standing)).toEqual(["unclosed"]);
  });

  test("to take what hardly shows beside an exact symmetry for a part of it", () => {
    const case_ = rotations(plain, { basisCount: [4] });
    const { data } = symmetric(3, noise(7, "slow"));
    const slow = rotations(plain, { basisCount: [4] }, [...algebras.so3, { dim: 3, data }]);
    const [exact, near] = [exactClassifier(case_), exactClassifier(slow)];
    const { verdict } = drive(spanning(slow, plain, 1), (directions, asked) =>
      (asked.displacement > 0.2 || asked.closely ? exact : near)(directions, asked),
    );
    expect(verdict).toMatchObject({ status: "found", name: "so(3)", dimension: 3 });
    expect(verdict.levels.length).toBe(1);
    expect(angleTo(case_, verdict)).toBeLessThan(0.1);
  });

  test("to stop at a span that only the errors of its directions keep open", () => {
    const case_ = rotations(plain, { basisCount: [2] });
    const [first, second] = algebras.so3;
    const off = (x: Matrix, name: string): Matrix => {
      const error = symmetric(3, noise(1, name));
      const size = (0.12 * norm(x)) / norm(error);
      return { dim: 3, data: x.data.map((entry, i) => entry + size * error.data[i]!) };
    };
    // Every trial strays alike, so that no mean is nearer to the truth.
    const evidence = learnedBy(case_, () => [
      [off(first!, "one"), 2],
      [off(second!, "other"), 1.5],
    ]);
    const exact = exactClassifier(case_);
    // So little goes unnoticed, and what was learned stands as it is; of their bracket it is noticed.
    const driven = drive(evidence, (directions, asked) =>
      Math.min(Math.LN2, exact(directions, asked) + 0.006),
    );
    expect(driven.verdict).toMatchObject({ status: "found", name: "so(3)", dimension: 3 });
    expect(angleTo(case_, driven.verdict)).toBeLessThan(0.15);
  });

  test("what is no algebra and is noticed as soon as somebody looks closely", () => {
    const case_ = rotations(plain, { basisCount: [2] }, algebras.so3.slice(0, 2));
    const blurred = exactClassifier(case_);
    const { verdict } = drive(spanning(case_, plain, 1), (directions, asked) =>
      asked.closely ? Math.LN2 - 0.02 : blurred(directions, asked),
    );
    expect(verdict).toMatchObject({ status: "none", dimension: 0, levels: [] });
    expect(verdict.reason).toMatch(/no algebra.*looks closely/);
  });

  test("to call it nothing where one of its directions stays unnoticed", () => {
    const case_ = rotations(plain, { basisCount: [2] }, algebras.so3.slice(0, 2));
    const blurred = exactClassifier(case_);
    const sharp = exactClassifier(rotations(plain, { basisCount: [2] }, algebras.so3.slice(1, 2)));
    const { verdict } = drive(spanning(case_, plain, 1), (directions, asked) =>
      (asked.closely ? sharp : blurred)(directions, asked),
    );
    expect(verdict.status).toBe("inconclusive");
  });
});

describe("a verdict does not depend on", () => {
  const frames = fc.tuple(seeds, coordinates(3));
  const so3 = ([seed, frame]: readonly [number, Coordinates]) => {
    const case_ = rotations(frame, { basisCount: [1, 3, 4] });
    return { case_, evidence: spanning(case_, frame, seed), answer: exactClassifier(case_) };
  };

  test("the order of trials", () => {
    fc.assert(
      fc.property(frames, seeds, (of, seed) => {
        const { case_, evidence, answer } = so3(of);
        const mixed = { ...evidence, trials: shuffled(evidence.trials, seed) };
        const [a, b] = [drive(evidence, answer).verdict, drive(mixed, answer).verdict];
        expect(factsOf(b)).toEqual(factsOf(a));
        expect(angleTo(case_, b)).toBeCloseTo(angleTo(case_, a), 6);
      }),
      few,
    );
  });

  test("the order in which directions and tests are listed: every step is the same", () => {
    const { evidence, answer } = so3([3, plain]);
    const { evidence: whole, steps, verdict } = drive(evidence, answer);
    const [last] = steps.slice(-1);
    const without = new Set(last!.tests.map(({ number }) => number));
    const before = { ...whole, tests: whole.tests.filter(({ number }) => !without.has(number)) };
    const mix = (of: Evidence): Evidence => ({
      ...of,
      directions: shuffled(of.directions, 5),
      tests: shuffled(of.tests, 6),
    });
    expect(nextStep(mix(whole))).toEqual({ kind: "verdict", verdict });
    expect(nextStep(mix(before))).toEqual(nextStep(before));
    expect(nextStep(before)).toEqual({ kind: "test", directions: [], tests: last!.tests });
  });

  test("the basis or signs a trial's generators happened to end in", () => {
    fc.assert(
      fc.property(frames, seeds, (of, seed) => {
        const { case_, evidence, answer } = so3(of);
        const trials = evidence.trials.map((own) => ({
          ...own,
          generators: turned(own.generators, noise(seed + own.trial.number, "another turn")),
        }));
        const [a, b] = [drive(evidence, answer), drive({ ...evidence, trials }, answer)];
        expect(factsOf(b.verdict)).toEqual(factsOf(a.verdict));
        expect(angleTo(case_, b.verdict)).toBeCloseTo(angleTo(case_, a.verdict), 6);
        const said = ({ verdict }: Driven) => verdict.directions.map(({ standing }) => standing);
        expect(said(b)).toEqual(said(a));
      }),
      few,
    );
  });

  test("how answers arrive: what is missing is asked again under its number, nothing else", () => {
    fc.assert(
      fc.property(frames, seeds, (of, seed) => {
        const { evidence, answer } = so3(of);
        const atOnce = drive(evidence, answer);
        const uniform = uniforms(seed);
        const lost: number[][] = [];
        const piecemeal = drive(evidence, answer, ({ number }, step) => {
          lost[step] ??= [];
          const arrives = uniform() < 0.6;
          if (!arrives) lost[step].push(number);
          return arrives;
        });
        for (const [i, missing] of lost.entries()) {
          const next = piecemeal.steps[i + 1];
          if (missing.length === 0 || !next) continue;
          expect(next.tests.map(({ number }) => number)).toEqual(missing);
          expect(next.directions).toEqual([]);
        }
        expect(piecemeal.verdict).toEqual(atOnce.verdict);
        expect(piecemeal.evidence.directions).toEqual(atOnce.evidence.directions);
        const byNumber = (of: Evidence) => of.tests.toSorted((a, b) => a.number - b.number);
        expect(byNumber(piecemeal.evidence)).toEqual(byNumber(atOnce.evidence));
      }),
      few,
    );
  });

  test("whether it is asked once or again, and evidence is left as it was", () => {
    const { evidence, answer } = so3([4, plain]);
    const driven = drive(evidence, answer);
    const copy = structuredClone(driven.evidence);
    expect(nextStep(driven.evidence)).toEqual({ kind: "verdict", verdict: driven.verdict });
    expect(nextStep(driven.evidence)).toEqual({ kind: "verdict", verdict: driven.verdict });
    expect(driven.evidence).toEqual(copy);
  });
});

describe("the questions", () => {
  const case_ = rotations(plain, { basisCount: [1, 5] });
  const answer = exactClassifier(case_);
  const start = spanning(case_, plain, 9);

  test("begin with the zero generator and random controls, then every direction fit to be tested", () => {
    const [first, second] = drive(start, answer).steps;
    const originsOf = (step: typeof first) => {
      const all = [...first!.directions, ...second!.directions];
      const originOf = new Map(all.map(({ number, origin }) => [number, origin]));
      return step!.tests.map(({ directions }) => originOf.get(directions[0]!));
    };
    const origins = originsOf(first);
    const random = origins.filter((origin) => origin === "random").length;
    expect(random).toBeGreaterThanOrEqual(3);
    expect(origins).toEqual(["zero", ...Array(random).fill("random"), "zero"]);
    expect(first!.directions[0]!.entries.every((entry) => entry === 0)).toBe(true);
    expect(new Set(originsOf(second))).toEqual(new Set(["trial"]));
    const seen = [...first!.tests, ...second!.tests].map(({ displacement, sees }) => [
      displacement,
      sees,
    ]);
    expect(seen.filter(([, sees]) => sees === "input")).toEqual([[0.2, "input"]]);
    expect(new Set(seen.map(([displacement]) => displacement))).toEqual(new Set([0.2]));
  });

  test("go on at a larger displacement where the first shows nothing", () => {
    const { verdict, evidence } = drive(start, (about, question) =>
      question.displacement < 0.4 ? Math.LN2 : answer(about, question),
    );
    expect(factsOf(verdict)).toMatchObject({ status: "found", name: "so(3)" });
    const learned = evidence.tests.filter(({ directions: [one] }) =>
      evidence.directions.some(({ number, origin }) => number === one && origin === "trial"),
    );
    expect(new Set(learned.map(({ displacement }) => displacement))).toContain(0.5);
  });

  test("are about directions of unit displacement, numbered without gaps", () => {
    const { evidence } = drive(start, answer);
    expect(evidence.directions.map(({ number }) => number)).toEqual([
      ...evidence.directions.keys(),
    ]);
    expect(evidence.tests.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual([
      ...evidence.tests.keys(),
    ]);
    for (const { origin, entries, dimension } of evidence.directions)
      expect(norm(case_.space.place(entries, dimension))).toBeCloseTo(origin === "zero" ? 0 : 1, 9);
  });

  test("are never asked twice", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { evidence, steps } = drive(spanning(case_, plain, seed), answer);
        const byNumber = new Map(evidence.directions.map((each) => [each.number, each]));
        const keys = steps.flatMap(({ tests }) =>
          tests.map((asked) =>
            questionKey(
              asked.directions.map((number) => byNumber.get(number) as Direction),
              asked,
            ),
          ),
        );
        expect(new Set(keys).size).toBe(keys.length);
      }),
      few,
    );
  });

  test("about equal matrices of two trials are one, and both get the answer", () => {
    const [first, ...others] = start.trials;
    const copies = others.map((own) =>
      own.trial.configuration === first!.trial.configuration
        ? { ...own, generators: first!.generators }
        : own,
    );
    const driven = drive({ ...start, trials: [first!, ...copies] }, answer);
    const equal = standingsOf(driven).filter(({ direction: { trial } }) => trial! < 3);
    expect(equal.length).toBe(3);
    expect(new Set(equal.map(({ judged }) => judged?.score)).size).toBe(1);
  });

  test("asked before keep their numbers and answers when more trials join", () => {
    const early = { ...start, trials: start.trials.filter(({ trial }) => trial.seed < 3) };
    const before = drive(early, answer).evidence;
    const { verdict, evidence, steps } = drive({ ...before, trials: start.trials }, answer);
    expect(factsOf(verdict)).toEqual(factsOf(drive(start, answer).verdict));
    expect(evidence.directions.slice(0, before.directions.length)).toEqual(before.directions);
    const old = new Set(before.tests.map(({ number }) => number));
    for (const { tests, directions } of steps) {
      expect(tests.filter(({ number }) => old.has(number))).toEqual([]);
      for (const { number } of directions)
        expect(number).toBeGreaterThanOrEqual(before.directions.length);
    }
  });

  test("leave every direction of every trial with one standing and a reason", () => {
    for (const driven of [
      drive(start, answer),
      drive(turning(twoBodies(), 2), exactClassifier(twoBodies())),
      drive(turning(twoBodies(), 2), exactClassifier(twoBodies(), 0.01)),
    ]) {
      const numbers = driven.verdict.directions.map(({ direction }) => direction);
      expect(new Set(numbers).size).toBe(numbers.length);
      for (const { direction, judged } of standingsOf(driven)) {
        if (!["trial", "zero", "random"].includes(direction.origin)) continue;
        expect(judged, `direction ${direction.number}`).toBeDefined();
        expect(judged!.reason).toMatch(/\S/);
        expect(judged!.reason).not.toMatch(/NaN|undefined/);
      }
    }
  });
});
