import { ApplicationFailure } from "@temporalio/activity";
import type { AskedData } from "../datasets/index.ts";
import { RefusedChangeError, type SweepRecord, type SweepStore } from "../store/index.ts";
import { type ChangeRequest, eachTrial, type SweepChange, type SweepId } from "../sweep/index.ts";
import type { ActivityTools } from "./tools.ts";

/** What a sweep's workflow knows of the data; earlier versions told it nothing. */
interface OpenedSweepFacts {
  /** d */
  readonly dimension: number;
}

/** Opening, changing and closing a sweep. */
export const createSweepActivities = ({ store }: Pick<ActivityTools, "store">) => ({
  /** Adds what is missing of the plan as it was at first; a retry adds nothing. */
  async openSweep(sweep: SweepId): Promise<OpenedSweepFacts | undefined> {
    const { asked, dataset } = await mustRead(store, sweep);
    for (const page of pagesOf(eachTrial(asked))) await store.addTrials(sweep, page);
    await store.setSweepState(sweep, "running");
    return { dimension: dataset.dimension };
  },

  /** Makes change `number` of the sweep. A retry finds it made. */
  async changeSweep(sweep: SweepId, number: number, request: ChangeRequest): Promise<SweepChange> {
    try {
      return await store.changeSweep(sweep, number, request);
    } catch (error) {
      if (!(error instanceof RefusedChangeError)) throw error;
      throw ApplicationFailure.nonRetryable(error.message, error.name);
    }
  },

  /**
   * After it no row of the sweep says running. A retry changes nothing, and neither does one that comes
   * when more than `changes` changes were made: the sweep goes on by those.
   *
   * @param reason - what stopped it, if it failed
   */
  async closeSweep(
    sweep: SweepId,
    state: "complete" | "cancelled" | "failed",
    changes?: number,
    reason?: string,
  ): Promise<void> {
    await store.setSweepState(sweep, state, changes, reason);
  },
});

/** As many in an array as one statement takes well. */
function* pagesOf<T>(all: Iterable<T>): Generator<readonly T[]> {
  let page: T[] = [];
  for (const one of all) {
    if (page.push(one) < PAGE) continue;
    yield page;
    page = [];
  }
  yield page;
}

const PAGE = 10_000;

/** The sweep, which whoever started the workflow has recorded first. */
export async function mustRead(store: SweepStore, sweep: SweepId): Promise<SweepRecord> {
  const record = await store.readSweep(sweep);
  if (!record)
    throw ApplicationFailure.nonRetryable(
      `The database of this worker knows no sweep ${sweep}. Submit it with the same database as the workers'.`,
      "UnknownSweep",
    );
  return record;
}

/** The data that a sweep is about, which must be the same whenever they are opened. */
export const dataOf = ({ spec, dataset }: SweepRecord): AskedData => ({
  ...spec.dataset,
  sha256: dataset.sha256,
});
