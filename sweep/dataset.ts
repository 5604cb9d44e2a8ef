/**
 * Samples as the sweep sees them: each is `inputBlocks` vectors of ℝᵈ that move (x), `outputBlocks`
 * more that move along (y), and `labels` numbers that stay.
 */
export interface Dataset {
  /** Readable: `two-body, 814 half-plane trajectories, seed 1`. */
  readonly title: string;
  readonly samples: number;
  /** d, dimension of one vector: the largest group dimension that can act. */
  readonly dimension: number;
  readonly inputBlocks: number;
  readonly outputBlocks: number;
  readonly labels: number;
  /** (samples, (inputBlocks + outputBlocks)·d + labels), row-major. */
  readonly values: Float64Array;
  /** Group of each sample; samples of one group are held out together. */
  readonly groups: Int32Array;
}

/** What is kept of a data set beside a sweep: enough to recognise it and to measure directions on it. */
export interface DatasetFacts {
  readonly title: string;
  /** Of the values, groups and shape, in hexadecimal. */
  readonly sha256: string;
  readonly samples: number;
  readonly groups: number;
  readonly dimension: number;
  readonly inputBlocks: number;
  readonly outputBlocks: number;
  readonly labels: number;
  /** Rank of the pooled second moment: d unless the data fill only a subspace. */
  readonly rank: number;
  /** E[xxᵀ] pooled over blocks, each divided by its own root mean square; (d, d), row-major. */
  readonly secondMoment: Float64Array;
}
