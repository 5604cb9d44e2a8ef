import type { Timing } from "./child.ts";
import type { Arrangement, Contender, Multiplier } from "./contenders.ts";
import { essentialFlop, type PackSizes } from "./pack.ts";

/** One contender at one size in one arrangement, and what its rounds gave. */
export interface Case {
  readonly contender: Contender;
  readonly arrangement: Arrangement;
  readonly sizes: PackSizes;
  /** Of all its processes together, a round each. */
  readonly msPerTrialStep: number[];
  /** Of its largest process. */
  peakBytes: number;
  /** Set by the first failure, after which the case is left out. */
  failure?: string;
}

export interface Product {
  readonly multiplier: Multiplier;
  readonly arrangement: Arrangement;
  readonly gigaflops: number[];
  failure?: string;
}

/** Rows and columns of a square matrix whose product is the measure: 2 · size³ FLOP. */
export const PRODUCT_SIZE = 1024;

/** Processes that run at once add their rates. */
const rateOf = (timings: readonly Timing[], work: (timing: Timing) => number): number =>
  timings.reduce((sum, timing) => sum + work(timing) / timing.milliseconds, 0);

export function keepTimings(of: Case, timings: readonly Timing[]): void {
  of.msPerTrialStep.push(1 / rateOf(timings, ({ trialSteps = 0 }) => trialSteps));
  of.peakBytes = Math.max(of.peakBytes, ...timings.map(({ peakBytes }) => peakBytes));
}

export function keepProducts(of: Product, timings: readonly Timing[]): void {
  const perMillisecond = rateOf(timings, ({ products = 0 }) => products);
  of.gigaflops.push((perMillisecond * 2 * PRODUCT_SIZE ** 3) / 1e6);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

export const medianMs = (of: Case): number => median(of.msPerTrialStep);

/** GFLOP/s of the essential products alone. */
export const gigaflops = (of: Case): number => essentialFlop(of.sizes) / medianMs(of) / 1e6;

/** The fastest by its median; undefined when none was measured. */
export const fastest = (cases: readonly Case[]): Case | undefined =>
  cases
    .filter(({ msPerTrialStep }) => msPerTrialStep.length > 0)
    .toSorted((a, b) => medianMs(a) - medianMs(b))[0];

/** The best sgemm of any library, on one thread or on all cores: the machine's, so the denominator of shares. */
export const sgemmRate = (products: readonly Product[], allCores: boolean): number =>
  Math.max(
    ...products
      .filter((p) => p.arrangement.allCores === allCores && p.gigaflops.length > 0)
      .map((p) => median(p.gigaflops)),
  );
