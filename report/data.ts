import type {
  CurveBand,
  EngineShare,
  EvidenceRecord,
  SweepRecord,
  SweepStore,
  TrialRecord,
} from "../store/index.ts";
import type { FailureCount, Verdict } from "../sweep/index.ts";

/** All that a report is drawn from. Pure data: the same data give the same page. */
export interface ReportData {
  readonly record: SweepRecord;
  readonly verdict: Verdict | undefined;
  readonly trials: readonly TrialRecord[];
  readonly evidence: EvidenceRecord;
  readonly curves: readonly CurveBand[];
  readonly engines: readonly EngineShare[];
  readonly failures: readonly FailureCount[];
  /** When they were read, and by which version: `0.1.0`. */
  readonly readAt: Date;
  readonly version: string;
}

export async function readReport(
  store: SweepStore,
  record: SweepRecord,
  { readAt, version }: Pick<ReportData, "readAt" | "version">,
): Promise<ReportData> {
  const [verdict, trials, evidence, curves, engines, failures] = await Promise.all([
    store.readVerdict(record.id),
    store.readTrials(record.id),
    store.readEvidence(record.id),
    store.readCurves(record.id),
    store.readEngines(record.id),
    store.readFailures(record.id),
  ]);
  return { record, verdict, trials, evidence, curves, engines, failures, readAt, version };
}
