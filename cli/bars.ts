/** A bar over a share of `width` columns, exact to an eighth of one. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(8 * width * within(share));
  return "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
}

/** The same on its track, so that what is left is seen too. */
export function gauge(share: number, width: number): readonly [done: string, left: string] {
  const done = bar(share, width);
  return [done, "░".repeat(width - done.length)];
}

/** One column a share, 0 a low one and 1 a full one; what is not known is a dot. */
export const sparkLine = (shares: readonly (number | undefined)[]): string =>
  shares
    .map((share) => (share === undefined ? "·" : (STEPS[Math.round(7 * within(share))] ?? "")))
    .join("");

const within = (share: number): number => Math.min(1, Math.max(0, share || 0));

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

const STEPS = [..."▁▂▃▄▅▆▇█"];
