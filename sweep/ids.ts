declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** The readable name of a sweep, `two-body`: also its Temporal workflow id and its key in every table. */
export type SweepId = Brand<string, "SweepId">;

/** What sweeps, and labels of workers, may be called: names appear in URLs, in SQL and in file names. */
export const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/** Trusts that the caller checked `name` against {@link NAME} or read it from a row. */
export const sweepId = (name: string): SweepId => name as SweepId;

/** `two-body/pack/00042`: the workflow id of one pack. */
export const packWorkflowId = (sweep: SweepId, pack: number): string =>
  `${sweep}/pack/${String(pack).padStart(5, "0")}`;

/** `two-body/select`: the workflow id of a selection anew, of which a sweep has one at a time. */
export const selectionWorkflowId = (sweep: SweepId): string => `${sweep}/select`;
