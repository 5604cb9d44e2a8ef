/** `42 s`, `1 min 12 s`, `2 h 5 min`, `3 d`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d`;
}

/** `1,234,567`, whatever the locale. */
export const countText = (count: number): string => Math.round(count).toLocaleString("en-US");

/** `1 trial`, `3 trials`. */
export const counted = (count: number, noun: string): string =>
  `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;

/** Three decimals, or a dash for what is not known. */
export const decimals = (value: number | undefined, digits = 3): string =>
  value === undefined ? "–" : Number.isFinite(value) ? unsigned(value.toFixed(digits)) : "NaN";

/** `-0.000` is `0.000`. */
const unsigned = (text: string): string => (/^-0\.?0*$/.test(text) ? text.slice(1) : text);

export const percent = (share: number): string => `${Math.floor(100 * share)} %`;

/** `8.8 GiB`, `12 MiB`, `32 KiB`. */
export function bytesText(bytes: number): string {
  if (bytes >= 2 ** 30 / 10) return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return bytes >= 2 ** 20
    ? `${(bytes / 2 ** 20).toFixed(0)} MiB`
    : `${(bytes / 2 ** 10).toFixed(0)} KiB`;
}
