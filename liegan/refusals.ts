import type { Dataset, Trial } from "../sweep/index.ts";

/** A trial that cannot be trained as it is configured. The others of its pack can. */
export interface Refusal {
  readonly trial: number;
  /** What was seen, and what to do. */
  readonly message: string;
}

/**
 * The trials of a job that no engine could train. None is planned so from a sweep file, which is checked; a sweep
 * that was extended by an earlier version may have some.
 */
export const refusalsOf = (
  { dimension: d }: Pick<Dataset, "dimension">,
  { trials, channels }: { readonly trials: readonly Trial[]; readonly channels: number },
): readonly Refusal[] =>
  trials.flatMap(({ number, groupDimension: n, basisCount: K }) => {
    const refuse = (why: string) => [{ trial: number, message: `Trial ${number} ${why}.` }];
    if (d % n !== 0)
      return refuse(
        `acts on blocks of ${n}, which do not divide the dimension ${d} of the data; ` +
          `search.groupDimension takes divisors of ${d}`,
      );
    if (K > channels)
      return refuse(
        `has ${K} generators, and its pack has room for ${channels}; ask for K = ${K} under another name`,
      );
    return [];
  });
