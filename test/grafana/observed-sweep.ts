import type { SweepStore } from "../../store/index.ts";
import type { Direction, SweepId } from "../../sweep/index.ts";
import { trainedSweep, VERDICTS } from "../cli/seeded-sweeps.ts";

/** A judged sweep with something for every panel to show: controls, and tests of law and input at several displacements. */
export async function observedSweep(store: SweepStore, name: string): Promise<SweepId> {
  const sweep = await trainedSweep(store, name);
  await store.addDirections(sweep, CONTROLS);
  await store.addTests(sweep, TESTS);
  await store.saveTestResults(
    sweep,
    TESTS.map((test) => ({ ...test, crossEntropy: Math.LN2 - 0.1 * test.displacement })),
  );
  await store.saveVerdict(sweep, VERDICTS.found);
  await store.setSweepState(sweep, "complete");
  return sweep;
}

const CONTROLS: readonly Direction[] = (["zero", "random"] as const).map((origin, i) => ({
  number: 8 + i,
  origin,
  dimension: 2,
  entries: Float64Array.of(0, i, -i, 0),
  extent: i,
}));

const TESTS = (["sample", "input"] as const)
  .flatMap((sees) =>
    [0.1, 0.5, 1].flatMap((displacement) =>
      [3, 8, 9].map((direction) => ({ directions: [direction], displacement, sees })),
    ),
  )
  .map((test, i) => ({ number: 4 + i, ...test }));
