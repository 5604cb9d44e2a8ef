export type { Truth } from "./claims.ts";
export { DatasetError } from "./errors.ts";
export { describeDataset } from "./facts.ts";
export { type AskedData, openDataset, reopenDataset } from "./open.ts";
export { type Split, splitGroups } from "./split.ts";
export { truthOf } from "./truth.ts";
export { type WhitenedSamples, type Whitening, whiten, whitenedSamples } from "./whiten.ts";
