import { resolutionOf } from "../selection/index.ts";
import type { Level } from "../sweep/index.ts";
import type { ReportData } from "./data.ts";
import { median } from "./figures/figure.ts";
import { controlsOf } from "./learned.ts";

/** What a test of a level as a whole noticed at one displacement. */
export interface Rung {
  readonly displacement: number;
  /** ln 2 less cross entropy, that of unmoved data taken off. */
  readonly nats: number;
}

/** By rising displacement. */
export interface Ladder {
  /** CE_xy of moved samples. */
  readonly law: readonly Rung[];
  /** CE_x − CE_xy: what y betrays beyond x. */
  readonly map: readonly Rung[];
}

/** What the tests of a level as a whole say, less what they say of unmoved data at the same displacement or the nearest. */
export function ladderOf({ basis }: Level, { directions, tests }: ReportData["evidence"]): Ladder {
  const entriesOf = new Map(directions.map(({ number, entries }) => [number, entries.join()]));
  const zero = directions.find(({ origin }) => origin === "zero")?.number;
  const own = basis.map((entries) => entries.join()).join(" ");
  const unmoved = { sample: Math.LN2, input: Math.LN2 };
  const seen = { sample: new Map<number, number>(), input: new Map<number, number>() };
  for (const { directions: of, displacement, sees, closely, crossEntropy } of tests) {
    if (closely || crossEntropy === undefined || !Number.isFinite(crossEntropy)) continue;
    if (of.length === 1 && of[0] === zero) unmoved[sees] = crossEntropy;
    else if (of.map((number) => entriesOf.get(number)).join(" ") === own)
      seen[sees].set(displacement, crossEntropy);
  }
  const rungs = [...seen.sample].toSorted(([a], [b]) => a - b);
  return {
    law: rungs.map(([displacement, entropy]) => ({ displacement, nats: unmoved.sample - entropy })),
    map: rungs.flatMap(([displacement, entropy]) => {
      const input = seen.input.get(displacement);
      if (input === undefined) return [];
      return [{ displacement, nats: input - entropy - (unmoved.input - unmoved.sample) }];
    }),
  };
}

/** What nats noticed are to be read against. */
export interface NoticeScale {
  /** What chance alone gives. */
  readonly chance: number;
  /** What random matrices give at the sweep's displacement, in the median: the unit of a score. */
  readonly random: number;
}

/** Undefined where the controls were not tested, or are not noticed. */
export function noticeScaleOf(
  data: Pick<ReportData, "record" | "evidence">,
): NoticeScale | undefined {
  const { record } = data;
  const { zero, random } = controlsOf(data);
  const middle = median(random);
  if (zero === undefined || middle === undefined) return undefined;
  const chance = resolutionOf(record.dataset.samples * record.spec.training.heldOut);
  return zero - middle > chance ? { chance, random: zero - middle } : undefined;
}
