import { truthOf } from "../../datasets/index.ts";
import {
  embed,
  grassmannDistance,
  type Matrix,
  orthonormalise,
  principalAngles,
} from "../../lie/index.ts";
import { spanOnSupport } from "../../selection/algebra.ts";
import { spaceOf } from "../../selection/evidence.ts";
import type { Evidence } from "../../selection/index.ts";
import type { Holding, Level, Verdict } from "../../sweep/index.ts";
import { table } from "../machine.ts";
import { median } from "../measurements.ts";
import type { Known, TruthCase } from "./cases.ts";

/** One sweep of the truth suite, verdict against truth. */
export interface Row {
  readonly name: string;
  readonly seed: number;
  readonly truth: string;
  readonly verdict: string;
  /** In the verdict's own words. */
  readonly reason: string;
  readonly right: boolean;
  /** Largest principal angle, in rad, of the exact level to the span of the truth; absent where either is none. */
  readonly angle?: number;
  /** Grassmann distance, as matrices, of the widest level to what is known to hold nearly; absent where nothing is. */
  readonly distance?: number;
  /** Levels called exact that the law does not have. */
  readonly falseExact: number;
  /** Levels of which y is said to follow x exactly, and does not. */
  readonly falseMaps: number;
  /** Levels of any kind on a set with nothing to find. */
  readonly falseLevels: number;
  readonly isControl: boolean;
  readonly trialSteps: number;
  readonly tests: number;
  readonly seconds: number;
}

interface Finished {
  readonly truthCase: TruthCase;
  readonly seed: number;
  readonly verdict: Verdict;
  readonly evidence: Evidence;
  readonly trialSteps: number;
  readonly seconds: number;
}

export function rowOf({ truthCase, seed, verdict, evidence, trialSteps, seconds }: Finished): Row {
  const { name, truth: kind, dataset, file } = truthCase;
  const truth = truthOf(dataset(seed)) ?? knownOf(file, evidence.dataset.dimension);
  const exact = verdict.levels.filter(({ law }) => law.exact);
  const best = exact.at(-1);
  const angle =
    truth && truth.law.length > 0 && best ? angleTo(evidence, best, truth.law) : undefined;
  const widest = verdict.levels.at(-1);
  const distance = file?.approximate && widest && distanceTo(widest, file.approximate);
  const isRight = {
    exact:
      best !== undefined &&
      (truth === undefined || (best.dimension === truth.law.length && best.name === truth.name)),
    approximate: exact.length === 0 && verdict.status !== "none",
    none: verdict.status === "none",
  }[kind];
  const strays = (level: Level, span: readonly Matrix[]) =>
    span.length === 0 || angleTo(evidence, level, span) > STRAYED;
  const strayed = truth === undefined ? [] : exact.filter((level) => strays(level, truth.law));
  const falseMaps =
    truth?.map === undefined
      ? []
      : verdict.levels.filter(({ map }) => map?.exact).filter((level) => strays(level, truth.map));
  return {
    name,
    seed,
    truth: truthText(truthCase, seed),
    verdict: verdictText(verdict),
    reason: verdict.reason,
    right: isRight && strayed.length + falseMaps.length === 0,
    ...(angle !== undefined && { angle }),
    ...(distance !== undefined && { distance }),
    falseExact: kind === "exact" ? strayed.length : exact.length,
    falseMaps: falseMaps.length,
    falseLevels: kind === "none" ? verdict.levels.length : 0,
    isControl: kind === "none" || (kind === "approximate" && file === undefined),
    trialSteps,
    tests: evidence.tests.length,
    seconds,
  };
}

/** What a file's law is known to keep, in matrices of the whole of x; of its map nothing is asked. */
function knownOf(known: Known | undefined, dimension: number) {
  if (known?.law === undefined) return undefined;
  return { name: known.name, law: known.law.map((one) => embed(one, dimension)), map: undefined };
}

function truthText({ dataset, truth: kind, file }: TruthCase, seed: number): string {
  const truth = truthOf(dataset(seed));
  if (truth === undefined) return file?.name === undefined ? kind : `${file.name}, ${kind}`;
  if (kind === "exact") return `${truth.name}, exact`;
  const nearly = truth.approximate.length > 0 ? `${truth.approximate.length} approximate` : "";
  const map = truth.map.length > 0 ? `map ${truth.map.length}` : "";
  return [kind === "none" ? "none" : "", nearly, map].filter((part) => part !== "").join("; ");
}

const verdictText = ({ status, levels }: Verdict): string =>
  levels.length === 0 ? status : levels.map(levelText).join("; ");

const levelText = ({ name, dimension, law, map }: Level): string =>
  `${name}${name === "unnamed" ? ` (${dimension})` : ""} law ${rangeText(law)}${map === undefined ? "" : `, map ${rangeText(map)}`}`;

const rangeText = ({ exact, range }: Holding): string => (exact ? "exact" : `to ${range}`);

/** Largest angle between a level and the truth, on the support. */
function angleTo(evidence: Evidence, level: Level, truth: readonly Matrix[]): number {
  const space = spaceOf(evidence.dataset);
  const found = spanOnSupport(space, level.basis, level.groupDimension);
  const wanted = truth.map(({ data }) => data);
  return Math.max(...principalAngles(found, spanOnSupport(space, wanted, space.dimension)));
}

/** √(Σθ²) to the basis, by the inner product of matrices, as papers report it. */
function distanceTo({ basis, groupDimension }: Level, known: readonly Matrix[]): number {
  const found = basis.map((data): Matrix => ({ dim: groupDimension, data }));
  return grassmannDistance(orthonormalise(found), orthonormalise(known));
}

export function tally(rows: readonly Row[]): readonly string[] {
  const controls = rows.filter(({ isControl }) => isControl);
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
  return [
    `${rows.filter(({ right }) => right).length} of ${rows.length} verdicts right; ${sum(({ falseExact }) => falseExact)} levels falsely called exact, ` +
      `in ${controls.length} runs on sets without an exact symmetry; ${sum(({ falseMaps }) => falseMaps)} maps falsely called exact; ${sum(({ falseLevels }) => falseLevels)} levels of any kind where there is nothing to find.`,
  ];
}

/** One line a case: its seeds together. */
export function tableOf(rows: readonly Row[]): readonly string[] {
  const names = [...new Set(rows.map(({ name }) => name))];
  return table(
    [
      ...["set", "truth of the law", "right", "false levels", "verdict (first seed)"],
      ...["angle, rad", "distance", "trial-steps", "tests", "s"],
    ],
    names.map((name) => {
      const own = rows.filter((row) => row.name === name).sort((a, b) => a.seed - b.seed);
      const angles = own.flatMap(({ angle }) => angle ?? []);
      const [first] = own;
      const middle = (of: (row: Row) => number) => median(own.map(of));
      return [
        name,
        first?.truth ?? "",
        `${own.filter(({ right }) => right).length} of ${own.length}`,
        `${own.reduce((sum, row) => sum + falseOf(row), 0)}`,
        first?.verdict ?? "",
        angles.length === 0 ? "" : Math.max(...angles).toFixed(3),
        first?.distance?.toFixed(3) ?? "",
        Math.round(middle(({ trialSteps }) => trialSteps)).toLocaleString("en"),
        `${middle(({ tests }) => tests)}`,
        middle(({ seconds }) => seconds).toFixed(0),
      ];
    }),
  );
}

/** Levels that claim what is not so. */
const falseOf = ({ falseExact, falseMaps, falseLevels }: Row): number =>
  Math.max(falseLevels, falseExact + falseMaps);

/** An angle in rad beyond which a level is another group. */
const STRAYED = 0.2;
