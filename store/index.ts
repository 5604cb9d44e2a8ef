export { SchemaMissingError } from "./errors.ts";
export { migrateDatabase, openStore } from "./prisma-store.ts";
export type {
  Claim,
  ClaimedTrial,
  EvidenceRecord,
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
