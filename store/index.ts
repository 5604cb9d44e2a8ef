export { RefusedChangeError, SchemaMissingError } from "./errors.ts";
export { migrateDatabase, openStore } from "./prisma-store.ts";
export {
  type Answer,
  type AnswerColumn,
  admitReader,
  openReader,
  READER,
  type Reader,
} from "./reader.ts";
export type {
  Band,
  Claim,
  ClaimedTrial,
  CurveBand,
  EngineShare,
  EvidenceRecord,
  Hold,
  OpenedSweep,
  Progress,
  Release,
  SweepRecord,
  SweepState,
  SweepStore,
  SweepSummary,
  TrialRecord,
  TrialState,
  WorkerFacts,
} from "./sweep-store.ts";
