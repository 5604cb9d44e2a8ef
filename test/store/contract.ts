import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Claim, SweepState, SweepStore } from "../../store/index.ts";
import { planTrials, type SweepId, sweepId } from "../../sweep/index.ts";
import {
  claimedSweep,
  direction,
  facts,
  found,
  generators,
  newSpec,
  openedSweep,
  report,
  worker,
  zero,
} from "./samples.ts";

/** A store under test, and a way to see everything it holds of a sweep. */
export interface Subject {
  readonly store: SweepStore;
  rows(sweep: SweepId): Promise<unknown>;
  close(): Promise<void>;
}

/** What every SweepStore promises. */
export function storeContract(name: string, open: () => Promise<Subject>): void {
  describe(`${name} keeps the promises of a SweepStore`, () => {
    let subject: Subject;
    let store: SweepStore;
    beforeAll(async () => {
      subject = await open();
      store = subject.store;
    });
    afterAll(() => subject.close());

    it("gives every matrix back bit for bit", async () => {
      const seventeenDigits = [0.1 + 0.2, Math.PI * 1e-7, -1 / 3, 1.0000000000000002];
      const entries = Float64Array.from(seventeenDigits);
      const spec = newSpec();
      await store.openSweep(spec, {
        ...facts("c".repeat(64)),
        dimension: 2,
        secondMoment: entries,
      });
      await store.addDirections(spec.sweep, [{ ...zero, dimension: 2, entries }]);
      await store.saveVerdict(spec.sweep, { ...found, directions: [], basis: [entries] });
      expect((await store.readSweep(spec.sweep))?.dataset.secondMoment).toEqual(entries);
      expect((await store.readEvidence(spec.sweep)).directions[0]?.entries).toEqual(entries);
      expect((await store.readVerdict(spec.sweep))?.basis).toEqual([entries]);
    });

    describe("openSweep", () => {
      it("opens once, attaches to the same question, and never alters another", async () => {
        const spec = newSpec();
        expect(await store.openSweep(spec, facts())).toEqual({ kind: "opened" });
        const before = await subject.rows(spec.sweep);
        expect(await store.openSweep(structuredClone(spec), facts())).toEqual({
          kind: "attached",
          state: "planned",
        });
        const other = { ...spec, search: { ...spec.search, seeds: 9 } };
        expect(await store.openSweep(other, facts())).toEqual({
          kind: "differs",
          spec,
          dataset: facts(),
        });
        expect(await store.openSweep(spec, facts("b".repeat(64)))).toMatchObject({
          kind: "differs",
        });
        expect(await subject.rows(spec.sweep)).toEqual(before);
      });

      it("opens for one of many callers at once", async () => {
        const spec = newSpec();
        const answers = await Promise.all(
          Array.from({ length: 8 }, () => store.openSweep(spec, facts())),
        );
        expect(answers.filter(({ kind }) => kind === "opened")).toHaveLength(1);
        expect(answers.filter(({ kind }) => kind === "attached")).toHaveLength(7);
      });

      it("gives back what it was told", async () => {
        const spec = newSpec();
        await store.openSweep(spec, facts());
        expect(await store.readSweep(spec.sweep)).toMatchObject({
          id: spec.sweep,
          state: "planned",
          spec,
          dataset: facts(),
          startedAt: undefined,
          finishedAt: undefined,
        });
        expect(await store.readSweep(sweepId("nobody"))).toBeUndefined();
      });
    });

    describe("writes", () => {
      it("leave the same rows when repeated", async () => {
        const { sweep, claim } = await claimedSweep(store);
        const spec = (await store.readSweep(sweep))!.spec;
        const test = {
          number: 0,
          directions: [0],
          displacement: 0.5,
          sees: "sample" as const,
          closely: true as const,
        };
        const writes: (() => Promise<unknown>)[] = [
          () => store.addTrials(sweep, planTrials(spec)),
          () => store.saveReports(claim, [report(0, 1), report(1, 1), report(0, 2)]),
          () => store.saveGenerators(claim, [generators(0, 2), generators(1, 1)]),
          () => store.endTrials(claim, [{ trial: 0, ending: "converged", epoch: 2 }]),
          () =>
            store.releaseTrials(claim, {
              kind: "failed",
              failureClass: "machine",
              error: "Oops",
              message: "!",
            }),
          () => store.addDirections(sweep, [direction(0, 0), direction(1, 1), zero]),
          () => store.addTests(sweep, [test]),
          () => store.saveTestResults(sweep, [{ ...test, crossEntropy: 0.69 }]),
          () => store.saveVerdict(sweep, found),
          () => store.setSweepState(sweep, "complete"),
        ];
        for (const [i, write] of writes.entries()) {
          await write();
          const once = await subject.rows(sweep);
          for (const repeated of writes.slice(0, i + 1)) await repeated();
          expect(await subject.rows(sweep), `after write ${i}`).toEqual(once);
        }
      });

      it("of an empty list change nothing", async () => {
        const { sweep, claim } = await claimedSweep(store);
        const before = await subject.rows(sweep);
        expect(await store.saveReports(claim, [])).toEqual([]);
        await store.addTrials(sweep, []);
        await store.saveGenerators(claim, []);
        await store.endTrials(claim, []);
        await store.addDirections(sweep, []);
        await store.addTests(sweep, []);
        await store.saveTestResults(sweep, []);
        expect((await store.claimTrials(sweep, [], worker)).trials).toEqual([]);
        expect(await subject.rows(sweep)).toEqual(before);
      });

      it("keep every double, also those that are no number", async () => {
        const double = fc
          .oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity))
          .map((x) => x + 0); // −0 and 0 are one fact
        const { sweep, claim } = await claimedSweep(store);
        let epoch = 0;
        await fc.assert(
          fc.asyncProperty(fc.array(double, { minLength: 9, maxLength: 9 }), async (x) => {
            epoch++;
            const sent = {
              trial: 0,
              epoch,
              generatorLoss: x[0]!,
              discriminatorLoss: x[1]!,
              identityPenalty: x[2]!,
              overlapPenalty: x[3]!,
              largestExtent: x[4]!,
            };
            const matrix = Float64Array.from(x.slice(5));
            await store.saveReports(claim, [sent]);
            await store.saveGenerators(claim, [
              { trial: 0, epoch, dimension: 2, generators: [matrix] },
            ]);
            const [trial] = await store.readTrials(sweep);
            expect(trial).toMatchObject({ lastEpoch: epoch, lastReport: sent });
            expect(trial!.generators).toEqual([matrix]);
          }),
          { numRuns: 50 },
        );
      });
    });

    describe("claims", () => {
      it("hand out trials in the order of the plan and count attempts", async () => {
        const sweep = await openedSweep(store);
        const plan = planTrials((await store.readSweep(sweep))!.spec);
        const first = await store.claimTrials(sweep, [2, 1], worker);
        expect(first.trials.map(({ trial }) => trial)).toEqual([plan[1], plan[2]]);
        expect(first.trials.map(({ attempt }) => attempt)).toEqual([1, 1]);
        const second = await store.claimTrials(sweep, [1, 2, 3], worker);
        expect(second.trials.map(({ attempt }) => attempt)).toEqual([2, 2, 1]);
      });

      it("give each trial to one of many callers at once", async () => {
        const sweep = await openedSweep(store);
        const claims = await Promise.all(
          Array.from({ length: 6 }, (_, i) =>
            store.claimTrials(sweep, i % 2 ? [0, 1, 2, 3] : [3, 2, 1, 0], worker),
          ),
        );
        expect(claims.map(({ trials }) => trials[0]!.attempt).sort()).toEqual([1, 2, 3, 4, 5, 6]);
        const refused = await Promise.all(
          claims.map((claim) => store.saveReports(claim, [report(0, 1)])),
        );
        expect(refused.filter((numbers) => numbers.length === 0)).toHaveLength(1);
      });

      it("begin with no epochs and no generators", async () => {
        const { sweep, claim } = await claimedSweep(store);
        await store.saveReports(claim, [report(0, 1), report(0, 2)]);
        await store.saveGenerators(claim, [generators(0, 2)]);
        await store.claimTrials(sweep, [0], worker);
        expect((await store.readTrials(sweep))[0]).toMatchObject({
          state: "running",
          attempt: 2,
          lastEpoch: 0,
          generators: [],
          lastReport: undefined,
        });
      });

      it("keep what a second discriminator lost, where there is one", async () => {
        const { sweep, claim } = await claimedSweep(store);
        const both = { ...report(0, 1), inputLoss: 0.5 };
        await store.saveReports(claim, [both, report(1, 1)]);
        const [first, second] = await store.readTrials(sweep);
        expect(first!.lastReport).toEqual(both);
        expect(second!.lastReport).toEqual(report(1, 1));
      });

      it("keep the rows of each trial up to the epoch that it goes on from", async () => {
        const { sweep, claim } = await claimedSweep(store);
        for (const epoch of [1, 2, 3]) {
          await store.saveReports(
            claim,
            [0, 1, 2, 3].map((trial) => report(trial, epoch)),
          );
          await store.saveGenerators(
            claim,
            [0, 1, 2].map((trial) => generators(trial, epoch)),
          );
        }
        const from = new Map([
          [0, 2],
          [1, 3],
          [3, 77],
        ]);
        const again = await store.claimTrials(sweep, [0, 1, 2, 3], worker, from);
        expect(again.trials.map(({ attempt }) => attempt)).toEqual([2, 2, 2, 2]);
        const trials = await store.readTrials(sweep);
        expect(trials.map(({ lastEpoch }) => lastEpoch)).toEqual([2, 3, 0, 3]);
        expect(trials.map(({ lastReport }) => lastReport?.epoch)).toEqual([2, 3, undefined, 3]);
        expect(trials.map((trial) => trial.generators.length)).toEqual([0, 1, 0, 0]);
        // each goes on from there
        const next = [report(0, 3), report(1, 4), report(2, 1), report(3, 4)];
        expect(await store.saveReports(again, next)).toEqual([]);
        const after = await store.readTrials(sweep);
        expect(after.map(({ lastReport }) => lastReport)).toEqual(next);
      });

      it("leave out trials that have ended", async () => {
        const { sweep, claim } = await claimedSweep(store);
        await store.endTrials(claim, [{ trial: 1, ending: "collapsed", epoch: 1 }]);
        const again = await store.claimTrials(sweep, [0, 1], worker);
        expect(again.trials.map(({ trial }) => trial.number)).toEqual([0]);
      });

      it("that were replaced write nothing any more", async () => {
        const late: Record<string, (claim: Claim) => Promise<unknown>> = {
          saveRun: async (claim) =>
            expect(
              await store.saveRun(claim, {
                reports: [report(0, 3), report(1, 3)],
                generators: [generators(0, 3, 7)],
                endings: [{ trial: 0, ending: "diverged", epoch: 3 }],
              }),
            ).toEqual([0, 1]),
          saveReports: async (claim) =>
            expect(await store.saveReports(claim, [report(0, 3), report(1, 3)])).toEqual([0, 1]),
          saveGenerators: (claim) => store.saveGenerators(claim, [generators(0, 3, 7)]),
          endTrials: async (claim) =>
            expect(
              await store.endTrials(claim, [{ trial: 0, ending: "diverged", epoch: 3 }]),
            ).toEqual([0]),
          queue: (claim) =>
            store.releaseTrials(claim, {
              kind: "queued",
              failureClass: "machine",
              error: "Late",
              message: "late",
            }),
          fail: (claim) =>
            store.releaseTrials(claim, {
              kind: "failed",
              failureClass: "machine",
              error: "Late",
              message: "late",
            }),
          cancel: (claim) => store.releaseTrials(claim, { kind: "cancelled" }),
        };
        const { sweep, claim } = await claimedSweep(store);
        await store.claimTrials(sweep, [0, 1, 2, 3], worker);
        const before = await subject.rows(sweep);
        for (const [write, act] of Object.entries(late)) {
          await act(claim);
          expect(await subject.rows(sweep), write).toEqual(before);
        }
      });

      it("save a run as its three parts would, or nothing of it", async () => {
        const { sweep, claim } = await claimedSweep(store);
        const run = {
          reports: [report(0, 1), report(1, 1)],
          generators: [generators(0, 1), generators(1, 1)],
          endings: [{ trial: 0, ending: "collapsed" as const, epoch: 1 }],
        };
        const before = await subject.rows(sweep);
        const broken = {
          ...run,
          endings: [{ trial: 0, ending: "bored" as "collapsed", epoch: 1 }],
        };
        await expect(store.saveRun(claim, broken)).rejects.toThrow("bored");
        expect(await subject.rows(sweep)).toEqual(before);

        expect(await store.saveRun(claim, run)).toEqual([]);
        const [first, second] = await store.readTrials(sweep);
        expect([first?.state, second?.state]).toEqual(["collapsed", "running"]);
        expect([first?.lastReport, second?.lastReport]).toEqual(run.reports);
        expect([first?.generators, second?.generators]).toEqual(
          run.generators.map((saved) => saved.generators),
        );
        const after = await subject.rows(sweep);
        expect(await store.saveRun(claim, run)).toEqual([0]); // it has ended: a repeat is told so
        expect(await subject.rows(sweep)).toEqual(after);
      });

      it("refuse a trial replaced, ended or never claimed, and write the others", async () => {
        const { sweep, claim } = await claimedSweep(store);
        await store.claimTrials(sweep, [1], worker);
        await store.endTrials(claim, [{ trial: 2, ending: "detected", epoch: 1 }]);
        const refused = await store.saveReports(
          claim,
          [0, 1, 2, 77].map((trial) => report(trial, 1)),
        );
        expect([...refused].sort((a, b) => a - b)).toEqual([1, 2, 77]);
        const trials = await store.readTrials(sweep);
        expect(trials.map(({ lastReport }) => lastReport?.epoch)).toEqual([1, ...Array(3)]);
      });

      it("end what is still theirs, and say what is not", async () => {
        const { sweep, claim } = await claimedSweep(store);
        await store.claimTrials(sweep, [1], worker);
        const endings = [0, 1, 3, 77].map((trial) => ({
          ...{ trial, epoch: 1 },
          ending: "converged" as const,
        }));
        expect(await store.endTrials(claim, endings)).toEqual([1, 77]);
        expect((await store.readTrials(sweep)).map(({ state }) => state)).toEqual([
          "converged",
          "running",
          "running",
          "converged",
        ]);
      });

      it("keep a later epoch's generators when an earlier save arrives again", async () => {
        const { sweep, claim } = await claimedSweep(store);
        await store.saveGenerators(claim, [generators(0, 2, 2)]);
        await store.saveGenerators(claim, [generators(0, 1, 1)]);
        expect((await store.readTrials(sweep))[0]!.generators).toEqual(
          generators(0, 2, 2).generators,
        );
      });

      it("released as queued can be taken again; failed and cancelled ones cannot", async () => {
        for (const [outcome, taken] of [
          [{ kind: "queued", failureClass: "machine", error: "Gone", message: "bye" }, 4],
          [{ kind: "failed", failureClass: "memory", error: "Full", message: "no" }, 0],
          [{ kind: "cancelled" }, 0],
        ] as const) {
          const { sweep, claim } = await claimedSweep(store);
          await store.releaseTrials(claim, outcome);
          expect((await store.readProgress(sweep)).trials[outcome.kind]).toBe(4);
          expect(await store.saveReports(claim, [report(0, 1)])).toEqual([0]);
          const again = await store.claimTrials(sweep, [0, 1, 2, 3], worker);
          expect(again.trials).toHaveLength(taken);
        }
      });
    });

    it("failures are counted by class: trials that failed of it, and attempts at trials", async () => {
      const { sweep, claim } = await claimedSweep(store);
      expect(await store.readFailures(sweep)).toEqual([]);
      const memory = { failureClass: "memory", error: "Full", message: "no room" } as const;
      await store.releaseTrials(claim, { kind: "queued", ...memory });
      const again = await store.claimTrials(sweep, [0, 1, 2, 3], worker);
      await store.endTrials(again, [{ trial: 3, ending: "converged", epoch: 1 }]);
      await store.releaseTrials(
        { sweep, trials: again.trials.slice(0, 1) },
        {
          ...{ kind: "failed", failureClass: "configuration", error: "Refused" },
          message: "K = 9",
        },
      );
      expect(await store.readFailures(sweep)).toEqual([
        { failureClass: "configuration", trials: 1, attempts: 1, message: "K = 9" },
        { failureClass: "memory", trials: 0, attempts: 4, message: "no room" },
      ]);
      const count = (numbers: readonly number[]) => store.countFailures(sweep, numbers, "memory");
      await store.releaseTrials(await store.claimTrials(sweep, [1], worker), {
        kind: "queued",
        ...memory,
      });
      expect([await count([0, 3]), await count([0, 1]), await count([])]).toEqual([1, 2, 0]);
      await store.setSweepState(sweep, "complete");
      expect(await store.readFailures(sweep)).toContainEqual(
        expect.objectContaining({ failureClass: "abandoned", trials: 1, attempts: 1 }),
      );
    });

    describe("a final state", () => {
      const finals = ["complete", "cancelled", "failed"] as const satisfies readonly SweepState[];

      it.each(finals)(
        "%s leaves nothing running or queued, and lets nothing start",
        async (final) => {
          const { sweep, claim } = await claimedSweep(store);
          await store.endTrials(claim, [{ trial: 0, ending: "converged", epoch: 1 }]);
          await store.releaseTrials(
            { sweep, trials: claim.trials.slice(1, 2) },
            { kind: "queued", failureClass: "machine", error: "Gone", message: "bye" },
          );
          await store.setSweepState(sweep, final);
          const ended = await subject.rows(sweep);

          const { state, trials } = await store.readProgress(sweep);
          expect(state).toBe(final);
          expect([trials.queued, trials.running, trials.converged]).toEqual([0, 0, 1]);
          expect(trials[final === "cancelled" ? "cancelled" : "failed"]).toBe(3);

          expect(await store.saveReports(claim, [report(2, 1)])).toEqual([2]);
          expect((await store.claimTrials(sweep, [0, 1, 2, 3], worker)).trials).toEqual([]);
          const [trial] = planTrials((await store.readSweep(sweep))!.spec);
          await store.addTrials(sweep, [{ ...trial!, number: 99, configuration: 99 }]);
          for (const late of ["running", ...finals] as const)
            await store.setSweepState(sweep, late);
          expect(await subject.rows(sweep)).toEqual(ended);
        },
      );

      it("failed keeps what stopped the sweep, until it is taken up again", async () => {
        const { sweep } = await claimedSweep(store);
        const reasonOf = async () => [
          (await store.readSweep(sweep))?.reason,
          (await store.listSweeps()).find(({ id }) => id === sweep)?.reason,
        ];
        expect(await reasonOf()).toEqual([undefined, undefined]);
        await store.setSweepState(sweep, "failed", undefined, "x.npz is gone.");
        expect(await reasonOf()).toEqual(["x.npz is gone.", "x.npz is gone."]);
        const [failure] = await store.readFailures(sweep);
        expect(failure?.message).toContain("x.npz is gone.");
        await store.changeSweep(sweep, 1, { kind: "retried" });
        expect(await reasonOf()).toEqual([undefined, undefined]);
      });

      it("dates the sweep", async () => {
        const { sweep } = await claimedSweep(store);
        const running = (await store.readSweep(sweep))!;
        expect(running.startedAt).toBeInstanceOf(Date);
        expect(running.finishedAt).toBeUndefined();
        await store.setSweepState(sweep, "complete");
        const ended = (await store.readSweep(sweep))!;
        expect(ended.startedAt).toEqual(running.startedAt);
        expect(ended.finishedAt).toBeInstanceOf(Date);
        const { startedAt, finishedAt } = ended;
        expect(await store.readProgress(sweep)).toMatchObject({ startedAt, finishedAt });
      });
    });

    describe("a change", () => {
      const more = { kind: "extended", seeds: 3 } as const;
      const refused = { name: "RefusedChangeError" };

      it("is made once, however often and at once it is asked for, and remembered in order", async () => {
        const sweep = await openedSweep(store);
        await Promise.all([1, 2, 3].map(() => store.changeSweep(sweep, 1, more)));
        await store.changeSweep(sweep, 2, { kind: "paused" });
        await store.changeSweep(sweep, 1, more);
        const { asked, spec, changes } = (await store.readSweep(sweep))!;
        expect(spec.search.seeds).toBe(3);
        expect(asked.search.seeds).toBe(2);
        expect(changes).toEqual([{ kind: "extended", search: spec.search }, { kind: "paused" }]);
        const numbers = (await store.readTrials(sweep)).map(({ trial }) => trial.number);
        expect(numbers).toEqual([0, 1, 2, 3, 4, 5]);
        expect(await store.readProgress(sweep)).toMatchObject({ isPaused: true });
        expect((await store.listSweeps()).find(({ id }) => id === sweep)?.isPaused).toBe(true);
      });

      it("under a number that another has is refused, and changes nothing", async () => {
        const sweep = await openedSweep(store);
        await store.changeSweep(sweep, 1, more);
        const before = await subject.rows(sweep);
        for (const other of [{ ...more, seeds: 4 }, { kind: "resumed" }] as const)
          await expect(store.changeSweep(sweep, 1, other)).rejects.toMatchObject(refused);
        expect(await subject.rows(sweep)).toEqual(before);
      });

      it("that adds trials takes a sweep up that had ended, and whoever does not know of it cannot end it", async () => {
        const { sweep } = await claimedSweep(store);
        await store.setSweepState(sweep, "complete", 0);
        await store.changeSweep(sweep, 1, more);
        expect(await store.readSweep(sweep)).toMatchObject({
          ...{ state: "running", finishedAt: undefined },
        });
        await store.setSweepState(sweep, "complete", 0);
        expect((await store.readSweep(sweep))!.state).toBe("running");
        expect((await store.claimTrials(sweep, [4, 5], worker)).trials).toHaveLength(2);
        await store.setSweepState(sweep, "complete", 1);
        expect((await store.readSweep(sweep))!.state).toBe("complete");
      });

      it("lets trials wait again that had failed, and says which", async () => {
        const { sweep, claim } = await claimedSweep(store);
        await store.endTrials(claim, [{ trial: 2, ending: "converged", epoch: 1 }]);
        await store.setSweepState(sweep, "failed");
        const made = {
          kind: "retried",
          trials: [
            { from: 0, count: 2 },
            { from: 3, count: 1 },
          ],
        };
        for (let times = 0; times < 2; times++)
          expect(await store.changeSweep(sweep, 1, { kind: "retried" })).toEqual(made);
        expect((await store.readTrials(sweep)).map(({ state }) => state)).toEqual([
          ...["queued", "queued", "converged", "queued"],
        ]);
        await store.claimTrials(sweep, [0, 1, 2, 3], worker);
        await expect(store.changeSweep(sweep, 2, { kind: "retried" })).rejects.toMatchObject(
          refused,
        );
      });

      it("that cancels a trial shuts its attempt out and leaves the others of its claim alone", async () => {
        const { sweep, claim } = await claimedSweep(store);
        await store.changeSweep(sweep, 1, { kind: "dropped", trial: 1 });
        expect(await store.saveReports(claim, [report(0, 1), report(1, 1)])).toEqual([1]);
        expect(await store.readHold(claim)).toEqual({ held: [0, 2, 3], isTakenOver: false });
        await store.claimTrials(sweep, [0], worker);
        expect(await store.readHold(claim)).toEqual({ held: [2, 3], isTakenOver: true });
        const drop = (trial: number) => store.changeSweep(sweep, 2, { kind: "dropped", trial });
        await expect(drop(1)).rejects.toMatchObject(refused);
        await expect(drop(9)).rejects.toMatchObject(refused);
      });

      it("of a cancelled sweep is refused", async () => {
        const sweep = await openedSweep(store);
        await store.setSweepState(sweep, "cancelled");
        await expect(store.changeSweep(sweep, 1, more)).rejects.toMatchObject(refused);
      });
    });

    describe("progress", () => {
      it("adds up: epochs done meet epochs planned when all trials have ended", async () => {
        const { sweep, claim } = await claimedSweep(store);
        expect(await store.readProgress(sweep)).toMatchObject({
          trials: { running: 4, queued: 0 },
          plannedEpochs: 3,
          epochsDone: 0,
          epochsPlanned: 12,
          tests: { planned: 0, done: 0 },
          bestCrossEntropy: undefined,
        });
        await store.saveReports(
          claim,
          [0, 1, 2, 3].map((trial) => report(trial, 1)),
        );
        await store.saveReports(claim, [report(0, 2)]);
        expect(await store.readProgress(sweep)).toMatchObject({ epochsDone: 5, epochsPlanned: 12 });
        await store.endTrials(
          claim,
          [0, 1, 2, 3].map((trial) => ({ trial, ending: "collapsed", epoch: trial === 0 ? 2 : 1 })),
        );
        expect(await store.readProgress(sweep)).toMatchObject({ epochsDone: 5, epochsPlanned: 5 });
      });

      it("takes the best cross entropy from single directions of trials, seen on whole samples", async () => {
        const sweep = await openedSweep(store);
        await store.addDirections(sweep, [direction(0, 0), direction(1, 1), zero]);
        const asked = [
          { directions: [0], sees: "sample", crossEntropy: 0.5 },
          { directions: [1], sees: "sample", crossEntropy: Number.NaN },
          { directions: [0], sees: "input", crossEntropy: 0.6 },
          { directions: [9], sees: "sample", crossEntropy: 0.69 },
          { directions: [0, 1], sees: "sample", crossEntropy: 0.68 },
        ] as const;
        const results = asked.map((test, number) => ({ ...test, number, displacement: 0.5 }));
        await store.addTests(sweep, [...results, { ...results[0]!, number: 5 }]);
        await store.saveTestResults(sweep, results);
        expect(await store.readProgress(sweep)).toMatchObject({
          tests: { planned: 6, done: 5 },
          bestCrossEntropy: 0.5,
        });
      });

      it("appears in the list of sweeps, newest first", async () => {
        const { sweep: older, claim } = await claimedSweep(store);
        await store.endTrials(claim, [{ trial: 0, ending: "converged", epoch: 1 }]);
        await store.addDirections(older, [direction(0, 0), direction(1, 1)]);
        await store.saveVerdict(older, found);
        const newer = await openedSweep(store);
        const list = await store.listSweeps();
        expect(list.slice(0, 2).map(({ id }) => id)).toEqual([newer, older]);
        expect(list[1]).toMatchObject({
          state: "running",
          dataset: "three points",
          trials: 4,
          ended: 1,
          finishedAt: undefined,
          verdict: { status: "found", name: "so(2)" },
        });
        expect(list[0]!.verdict).toBeUndefined();
      });
    });

    describe("curves", () => {
      it("are the percentiles of the finite values of the trials of one n and K", async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 4, maxLength: 4 }),
            fc.nat({ max: 3 }),
            async (losses, lost) => {
              const { sweep, claim } = await claimedSweep(store);
              const reports = losses.map((loss, trial) => ({
                ...report(trial, 1),
                discriminatorLoss: trial === lost ? Number.NaN : loss,
              }));
              await store.saveReports(claim, reports);
              const curves = await store.readCurves(sweep);
              expect(curves.map(({ basisCount }) => basisCount)).toEqual([1, 2]);
              for (const { basisCount, trials, discriminatorLoss: band } of curves) {
                const own = claim.trials.filter(({ trial }) => trial.basisCount === basisCount);
                expect(trials).toBe(own.length);
                const finite = own
                  .flatMap(({ trial }) =>
                    trial.number === lost ? [] : (losses[trial.number] ?? []),
                  )
                  .sort((a, b) => a - b);
                const [low = Number.NaN, high = low] = finite;
                expect(band?.low).toBeCloseTo(low + 0.1 * (high - low), 10);
                expect(band?.middle).toBeCloseTo((low + high) / 2, 10);
                expect(band?.high).toBeCloseTo(low + 0.9 * (high - low), 10);
              }
            },
          ),
          { numRuns: 10 },
        );
      });

      it("have no band where no value is finite, and none before the first epoch", async () => {
        const { sweep, claim } = await claimedSweep(store);
        expect(await store.readCurves(sweep)).toEqual([]);
        const diverged = [Number.POSITIVE_INFINITY, Number.NaN, Number.NaN, Number.NaN];
        await store.saveReports(
          claim,
          diverged.map((largestExtent, trial) => ({ ...report(trial, 1), largestExtent })),
        );
        for (const { largestExtent } of await store.readCurves(sweep))
          expect(largestExtent).toBeUndefined();
      });
    });

    it("engines are those of the latest attempts", async () => {
      const { sweep } = await claimedSweep(store);
      await store.claimTrials(sweep, [2, 3], { ...worker, worker: "other:2", engine: "tfjs" });
      const { worker: _, ...onnx } = worker;
      const counts = { workers: 1, trials: 2 };
      expect(await store.readEngines(sweep)).toEqual([
        { ...onnx, ...counts },
        { ...onnx, ...counts, engine: "tfjs" },
      ]);
    });

    describe("evidence and verdicts", () => {
      it("come back as they were written, and the first of a number stands", async () => {
        const sweep = await openedSweep(store);
        const directions = [direction(0, 2), direction(1, 3), zero];
        await store.addDirections(sweep, [zero, ...directions.slice(0, 2)]);
        await store.addDirections(sweep, [{ ...direction(0, 1), extent: 77 }]);
        const test = { number: 0, directions: [1, 0], displacement: 0.5, sees: "input" } as const;
        const close = { ...test, number: 1, closely: true } as const;
        await store.addTests(sweep, [test, close]);
        await store.saveTestResults(sweep, [{ ...test, crossEntropy: 0.25 }]);
        await store.saveTestResults(sweep, [{ ...test, crossEntropy: 0.75 }]);
        expect(await store.readEvidence(sweep)).toEqual({
          directions,
          tests: [
            { ...test, crossEntropy: 0.25 },
            { ...close, crossEntropy: undefined },
          ],
        });
      });

      it("saves one verdict when told twice, and reads the latest", async () => {
        const sweep = await openedSweep(store);
        await store.addDirections(sweep, [direction(0, 0), direction(1, 1)]);
        expect(await store.readVerdict(sweep)).toBeUndefined();
        await store.saveVerdict(sweep, found);
        const once = await subject.rows(sweep);
        await store.saveVerdict(sweep, { ...found, directions: [...found.directions].reverse() });
        expect(await subject.rows(sweep)).toEqual(once);
        expect(await store.readVerdict(sweep)).toEqual(found);

        const { name, groupDimension, basisCount, closureDefect, support, score, ...rest } = found;
        const none = {
          ...rest,
          status: "none" as const,
          dimension: 0,
          basis: [],
          directions: [{ direction: 1, standing: "invalid" as const, score: 1, reason: "v = 1." }],
        };
        await store.saveVerdict(sweep, none);
        expect(await store.readVerdict(sweep)).toEqual(none);
        await store.saveVerdict(sweep, found);
        expect(await store.readVerdict(sweep)).toEqual(found);
        expect(await subject.rows(sweep)).not.toEqual(once);
      });

      it("saves one verdict when many say the same at once", async () => {
        const sweep = await openedSweep(store);
        await store.addDirections(sweep, [direction(0, 0), direction(1, 1)]);
        const sayIt = () => store.saveVerdict(sweep, found);
        await Promise.all(Array.from({ length: 20 }, sayIt));
        const once = await subject.rows(sweep);
        await sayIt();
        expect(await subject.rows(sweep)).toEqual(once);
      });

      it("keeps a closure defect that is a number", async () => {
        const sweep = await openedSweep(store);
        await store.addDirections(sweep, [direction(0, 0), direction(1, 1)]);
        await store.saveVerdict(sweep, { ...found, closureDefect: 1e-17 });
        expect((await store.readVerdict(sweep))?.closureDefect).toBe(1e-17);
      });
    });

    it("writes that name what was never recorded are refused and leave nothing", async () => {
      const nobody = sweepId("nobody");
      const sweep = await openedSweep(store);
      const before = await subject.rows(sweep);
      const unknown = { name: "UnknownRowError" };
      await expect(store.claimTrials(nobody, [0], worker)).rejects.toMatchObject(unknown);
      await expect(store.addTrials(nobody, [])).rejects.toMatchObject(unknown);
      await expect(store.setSweepState(nobody, "running")).rejects.toMatchObject(unknown);
      await expect(store.readProgress(nobody)).rejects.toMatchObject(unknown);
      await expect(store.saveVerdict(nobody, found)).rejects.toMatchObject(unknown);
      await expect(store.saveVerdict(sweep, found)).rejects.toMatchObject(unknown);
      await expect(store.addDirections(sweep, [direction(0, 77)])).rejects.toMatchObject(unknown);
      expect(await subject.rows(sweep)).toEqual(before);
    });
  });
}
