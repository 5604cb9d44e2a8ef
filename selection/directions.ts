import { norm, svd, toData } from "../lie/index.ts";
import { normals, type SweepSpec, streamSeed, uniforms } from "../sweep/index.ts";
import type { Candidate, Space, TrialEvidence } from "./evidence.ts";

/**
 * The singular directions of one trial's generators in the displacement inner product, longest
 * first: facts about their span, free of the basis the training happened to end in.
 *
 *   (√r · extent)ₖ, Dₖ = singular values and right vectors of the stacked WLₖW⁻¹
 */
export function trialDirections(
  space: Space,
  { trial, generators }: TrialEvidence,
  { training }: SweepSpec,
): readonly Candidate[] {
  const n = trial.groupDimension;
  const { values, left } = svd(generators.map((L) => space.place(L, n).data));
  return [...values].flatMap((value, rank) =>
    value > 0
      ? {
          origin: "trial" as const,
          trial: trial.number,
          rank,
          dimension: n,
          entries: mixed(generators, left[rank]!, 1 / value),
          extent: training.coefficientScale * value,
        }
      : [],
  );
}

/** c Σ wᵢ Lᵢ. */
export function mixed(
  generators: readonly Float64Array[],
  weights: ArrayLike<number>,
  c = 1,
): Float64Array {
  const sum = new Float64Array(generators[0]?.length ?? 0);
  for (const [i, L] of generators.entries())
    for (let j = 0; j < sum.length; j++) sum[j]! += c * weights[i]! * L[j]!;
  return sum;
}

/** The zero generator and random ones of unit displacement: what nothing and everything score. */
export function controls(space: Space): readonly Candidate[] {
  const { dimension, whitening } = space;
  const { rank } = whitening;
  const control = { rank: 0, dimension, extent: 0 };
  const zero = { ...control, origin: "zero" as const, entries: new Float64Array(dimension ** 2) };
  const random = Array.from({ length: RANDOM_CONTROLS }, (_, i) => {
    const normal = normals(uniforms(streamSeed(1, "random direction", i)));
    const whitened = { dim: rank, data: Float64Array.from({ length: rank ** 2 }, normal) };
    const entries = toData(whitening, whitened).data;
    const displacement = norm(space.place(entries, dimension));
    return {
      ...control,
      origin: "random" as const,
      entries: entries.map((entry) => entry / displacement),
    };
  });
  return [zero, ...random].map(({ rank: _, ...candidate }) => candidate);
}

/** Enough for a median that two unlucky ones cannot move. */
const RANDOM_CONTROLS = 7;
