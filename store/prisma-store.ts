import type {
  ChangeRequest,
  DatasetFacts,
  Direction,
  EpochReport,
  FailureClass,
  SweepId,
  SweepSpec,
  TestedValidity,
  Trial,
  TrialEnding,
  TrialGenerators,
  ValidityTest,
  Verdict,
} from "../sweep/index.ts";
import { changeSweep } from "./changes.ts";
import { claimTrials } from "./claims.ts";
import { readCurves, readEngines } from "./curves.ts";
import { connectPool, type Database, prismaOn } from "./database.ts";
import { endTrials, releaseTrials } from "./endings.ts";
import { SchemaMissingError } from "./errors.ts";
import { addDirections, addTests, readEvidence, saveTestResults } from "./evidence.ts";
import { countFailures, readFailures } from "./failures.ts";
import { readHold } from "./fence.ts";
import { migrate, pendingMigrations } from "./migrate.ts";
import { readProgress } from "./progress.ts";
import { saveGenerators, saveReports } from "./reports.ts";
import { saveRun } from "./runs.ts";
import { setSweepState } from "./states.ts";
import type {
  Claim,
  PackRun,
  Release,
  SweepState,
  SweepStore,
  WorkerFacts,
} from "./sweep-store.ts";
import { listSweeps, openSweep, readSweep } from "./sweeps.ts";
import { addTrials, readTrials } from "./trials.ts";
import { readVerdict, saveVerdict } from "./verdicts.ts";

/** Every fact of every sweep in PostgreSQL. Each concept has its own file; this is their table of contents. */
class PrismaStore implements SweepStore {
  readonly #database: Database;

  /** Owns the connections of `database` from now on; `close` ends them. */
  constructor(database: Database) {
    this.#database = database;
  }

  openSweep(spec: SweepSpec, dataset: DatasetFacts) {
    return openSweep(this.#database, spec, dataset);
  }
  readSweep(sweep: SweepId) {
    return readSweep(this.#database, sweep);
  }
  listSweeps() {
    return listSweeps(this.#database);
  }
  setSweepState(sweep: SweepId, state: SweepState, changes?: number, reason?: string) {
    return setSweepState(this.#database, sweep, state, changes, reason);
  }
  changeSweep(sweep: SweepId, number: number, request: ChangeRequest) {
    return changeSweep(this.#database, sweep, number, request);
  }

  addTrials(sweep: SweepId, trials: readonly Trial[]) {
    return addTrials(this.#database, sweep, trials);
  }
  claimTrials(
    sweep: SweepId,
    numbers: readonly number[],
    worker: WorkerFacts,
    fromEpochs: ReadonlyMap<number, number> = new Map(),
  ) {
    return claimTrials(this.#database, sweep, numbers, worker, fromEpochs);
  }
  saveRun(claim: Claim, run: PackRun) {
    return saveRun(this.#database, claim, run);
  }
  saveReports(claim: Claim, reports: readonly EpochReport[]) {
    return saveReports(this.#database.pool, claim, reports);
  }
  saveGenerators(claim: Claim, generators: readonly TrialGenerators[]) {
    return saveGenerators(this.#database.pool, claim, generators);
  }
  endTrials(claim: Claim, endings: readonly TrialEnding[]) {
    return endTrials(this.#database.pool, claim, endings);
  }
  releaseTrials(claim: Claim, outcome: Release) {
    return releaseTrials(this.#database.pool, claim, outcome);
  }
  readHold(claim: Claim) {
    return readHold(this.#database.pool, claim);
  }
  readTrials(sweep: SweepId) {
    return readTrials(this.#database, sweep);
  }
  readProgress(sweep: SweepId) {
    return readProgress(this.#database, sweep);
  }
  readCurves(sweep: SweepId) {
    return readCurves(this.#database.pool, sweep);
  }
  readEngines(sweep: SweepId) {
    return readEngines(this.#database.pool, sweep);
  }
  countFailures(sweep: SweepId, numbers: readonly number[], failureClass: FailureClass) {
    return countFailures(this.#database.pool, sweep, numbers, failureClass);
  }
  readFailures(sweep: SweepId) {
    return readFailures(this.#database.pool, sweep);
  }

  addDirections(sweep: SweepId, directions: readonly Direction[]) {
    return addDirections(this.#database, sweep, directions);
  }
  addTests(sweep: SweepId, tests: readonly ValidityTest[]) {
    return addTests(this.#database, sweep, tests);
  }
  saveTestResults(sweep: SweepId, results: readonly TestedValidity[]) {
    return saveTestResults(this.#database, sweep, results);
  }
  readEvidence(sweep: SweepId) {
    return readEvidence(this.#database, sweep);
  }

  saveVerdict(sweep: SweepId, verdict: Verdict) {
    return saveVerdict(this.#database, sweep, verdict);
  }
  readVerdict(sweep: SweepId) {
    return readVerdict(this.#database, sweep);
  }

  async close(): Promise<void> {
    await this.#database.prisma.$disconnect();
    await this.#database.pool.end();
  }
}

/**
 * The store in the database at `url`, whose migrations must have been applied; the caller closes it.
 *
 * @throws {UnreachableDatabaseError} if nobody answers at `url`.
 * @throws {SchemaMissingError} if it answers but lacks migrations of this version.
 * @throws {MigrationConflictError} if it holds another version of one of them.
 */
export async function openStore(url: string): Promise<SweepStore> {
  const pool = await connectPool(url);
  try {
    const missing = await pendingMigrations(pool);
    if (missing.length > 0) throw new SchemaMissingError(url, missing);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return new PrismaStore({ pool, prisma: prismaOn(pool) });
}

/**
 * Brings the database at `url` to this version and returns the names of the migrations it applied; none
 * when it is there already. Safe to call from several processes at once.
 *
 * @throws {UnreachableDatabaseError} if nobody answers at `url`.
 * @throws {MigrationConflictError} if a migration was edited after it was applied.
 */
export async function migrateDatabase(url: string): Promise<readonly string[]> {
  const pool = await connectPool(url);
  try {
    return await migrate(pool);
  } finally {
    await pool.end();
  }
}
