import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ActivityTools, SelectionTurn } from "../../activities/index.ts";
import { createSelectionActivities } from "../../activities/selection.ts";
import type { Matrix } from "../../lie/index.ts";
import { openStore, type SweepStore } from "../../store/index.ts";
import { planTrials, type SelectionChange, type SweepId, sweepId } from "../../sweep/index.ts";
import { type Classifier, exactClassifier, planted } from "../selection/planted.ts";
import { generators, worker } from "../store/samples.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let store: SweepStore;
beforeAll(async () => {
  database = await freshDatabase();
  store = await openStore(database.url);
});
afterAll(async () => {
  await store.close();
  await database.drop();
});

const turn = { dim: 2, data: Float64Array.of(0, -1, 1, 0) };
const circular = (truth: Matrix) =>
  planted([truth], Float64Array.of(1, 0, 0, 1), { groupDimension: [2] }, 5400);
/** So many samples that chance scores .01. Of its law a turn is an approximate symmetry of score about .03. */
const circle = circular({ dim: 2, data: Float64Array.of(0, -1, 1, 0.25) });
const ofLaw = exactClassifier(circle);
const toTurns = exactClassifier(circular(turn), 1);
/** y betrays whatever is no turn, and turns from five times the displacement of the sweep on. */
const classifier: Classifier = (moved, test) => {
  if (test.sees === "input") return ofLaw(moved, test);
  const isTurn = Math.LN2 - toTurns(moved, test) < 0.005;
  const betrayed = isTurn ? (test.displacement < 1 ? 0 : 0.05) : 0.15;
  return ofLaw(moved, test) - (moved[0]!.origin === "zero" ? 0 : betrayed);
};

/** Ended, with three trials that have learned the turn. */
async function endedSweep(name: string, state: "complete" | "cancelled"): Promise<SweepId> {
  const spec = { ...circle.spec, sweep: sweepId(name) };
  const numbers = planTrials(spec).map(({ number }) => number);
  await store.openSweep(spec, circle.dataset);
  await store.addTrials(spec.sweep, planTrials(spec));
  await store.setSweepState(spec.sweep, "running");
  const claim = await store.claimTrials(spec.sweep, numbers, worker);
  await store.saveGenerators(
    claim,
    numbers.map((trial) => generators(trial, 20, 0.5)),
  );
  await store.endTrials(
    claim,
    numbers.map((trial) => ({ trial, epoch: 20, ending: "converged" })),
  );
  await store.setSweepState(spec.sweep, state);
  return spec.sweep;
}

const tools: Partial<ActivityTools> = {
  get store() {
    return store;
  },
};

/** Runs selection to its verdict, as the workflow does, and counts the tests it asked. */
async function select(sweep: SweepId, change?: SelectionChange) {
  const { advanceSelection } = createSelectionActivities(tools as ActivityTools);
  let asked = 0;
  for (;;) {
    const turn: SelectionTurn = await advanceSelection(sweep, change);
    if (turn.kind === "verdict") return { asked, verdict: (await store.readVerdict(sweep))! };
    const { directions, tests } = await store.readEvidence(sweep);
    const open = tests.filter(({ crossEntropy }) => crossEntropy === undefined);
    expect(open.map(({ number }) => number)).toEqual(turn.batches.flat().sort((a, b) => a - b));
    asked += open.length;
    await store.saveTestResults(
      sweep,
      open.map((test) => ({
        ...test,
        crossEntropy: classifier(
          test.directions.map((number) => directions[number]!),
          test,
        ),
      })),
    );
  }
}

/** The learned directions that were asked about alone and of the whole sample, by displacement. */
async function learnedDirectionsAskedAbout(sweep: SweepId): Promise<Map<number, Set<number>>> {
  const { directions, tests } = await store.readEvidence(sweep);
  const byDisplacement = new Map<number, Set<number>>();
  for (const { directions: moved, displacement, sees } of tests) {
    const [direction, ...others] = moved;
    if (others.length > 0 || sees !== "sample") continue;
    if (directions[direction!]!.origin !== "trial") continue;
    const asked = byDisplacement.get(displacement) ?? new Set();
    byDisplacement.set(displacement, asked.add(direction!));
  }
  return byDisplacement;
}

describe("selection anew", () => {
  it("by the same values asks nothing and gives the same verdict", async () => {
    const sweep = await endedSweep("same", "complete");
    const first = await select(sweep);
    expect(first.asked).toBeGreaterThan(0);
    expect(await select(sweep)).toEqual({ asked: 0, verdict: first.verdict });
    const { displacement, tolerance } = circle.spec.selection;
    const given = await select(sweep, { displacement, tolerance });
    expect(given).toEqual({ asked: 0, verdict: first.verdict });
  });

  it("by other values judges otherwise, and by the first again as at first", async () => {
    const sweep = await endedSweep("back-and-forth", "complete");
    const strict = await select(sweep);
    expect(strict.verdict.status).toBe("none");
    const lax = await select(sweep, { tolerance: 0.2 });
    expect(lax.verdict).toMatchObject({ status: "found", name: "so(2)" });
    expect(await select(sweep)).toEqual({ asked: 0, verdict: strict.verdict });
    expect(await select(sweep, { tolerance: 0.2 })).toEqual({ asked: 0, verdict: lax.verdict });
  });

  it("at another displacement asks about every direction again, and about the old one no more", async () => {
    const sweep = await endedSweep("further", "complete");
    await select(sweep);
    const before = await learnedDirectionsAskedAbout(sweep);
    const further = await select(sweep, { displacement: 0.4 });
    expect(further.asked).toBeGreaterThan(0);
    const after = await learnedDirectionsAskedAbout(sweep);
    expect(before.get(circle.spec.selection.displacement)!.size).toBeGreaterThan(0);
    expect(after.get(0.4)).toEqual(before.get(circle.spec.selection.displacement));
    expect((await select(sweep)).asked).toBe(0);
  });

  it("leaves the sweep and its trials as they are", async () => {
    const sweep = await endedSweep("untouched", "cancelled");
    const before = [await store.readSweep(sweep), await store.readTrials(sweep)];
    expect((await select(sweep, { tolerance: 0.2 })).verdict.status).toBe("found");
    expect([await store.readSweep(sweep), await store.readTrials(sweep)]).toEqual(before);
  });
});
