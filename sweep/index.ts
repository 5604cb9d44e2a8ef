export {
  type ChangeRequest,
  type Control,
  controlOf,
  type Extension,
  extended,
  type SweepChange,
  type TrialRange,
  USUAL_PRIORITY,
  whyNot,
} from "./changes.ts";
export type { Dataset, DatasetFacts } from "./dataset.ts";
export { type ChangedField, changedFields, differences } from "./differences.ts";
export type {
  Direction,
  DirectionOrigin,
  JudgedDirection,
  Standing,
  TestedValidity,
  ValidityTest,
} from "./evidence.ts";
export {
  type Failure,
  type FailureClass,
  type FailureCount,
  failureClassOf,
  failureOf,
} from "./failure.ts";
export { NAME, packWorkflowId, type SweepId, selectionWorkflowId, sweepId } from "./ids.ts";
export {
  channelCount,
  eachTrial,
  packTrials,
  planSweep,
  planTrials,
  type SweepPlan,
} from "./plan.ts";
export { normals, streamSeed, uniforms } from "./seed.ts";
export {
  type AsymmetricSpec,
  type DatasetSpec,
  type LimitsSpec,
  type Objective,
  type PairsSpec,
  type SearchSpec,
  type SelectionChange,
  type SelectionSpec,
  type SeriesSpec,
  type SweepSpec,
  type SyntheticSet,
  type SyntheticSpec,
  syntheticDimensions,
  type TrainingSpec,
  type TwoBodySpec,
} from "./spec.ts";
export type {
  Ending,
  EpochReport,
  Pack,
  Trial,
  TrialEnding,
  TrialGenerators,
} from "./trial.ts";
export type { Holding, Level, Proposal, Verdict } from "./verdict.ts";
