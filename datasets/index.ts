export { DatasetError } from "./errors.ts";
export { describeDataset } from "./facts.ts";
export { openDataset } from "./open.ts";
export { type Split, splitGroups } from "./split.ts";
export { type WhitenedSamples, type Whitening, whiten, whitenedSamples } from "./whiten.ts";
