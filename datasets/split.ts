import { type Dataset, streamSeed, uniforms } from "../sweep/index.ts";

/** Sample indices, ascending; no group is in both. */
export interface Split {
  readonly train: Int32Array;
  readonly heldOut: Int32Array;
}

/**
 * Holds out about `share` of the groups, whole: windows of one trajectory are too alike for one to
 * judge what was trained on another. Both sides get at least one group.
 */
export function splitGroups(dataset: Dataset, share: number, seed: number): Split {
  const groups = shuffled([...new Set(dataset.groups)], uniforms(streamSeed(seed, "held out")));
  const count = Math.min(groups.length - 1, Math.max(1, Math.round(share * groups.length)));
  const kept = new Set(groups.slice(count));
  const train: number[] = [];
  const heldOut: number[] = [];
  for (const [sample, group] of dataset.groups.entries())
    (kept.has(group) ? train : heldOut).push(sample);
  return { train: Int32Array.from(train), heldOut: Int32Array.from(heldOut) };
}

/** Fisher and Yates. */
function shuffled(items: readonly number[], uniform: () => number): number[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
