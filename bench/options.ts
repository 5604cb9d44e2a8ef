/** `128,512` as numbers. @throws with the option's name */
export const counts = (name: string, text: string): readonly number[] =>
  text.split(",").map((each) => count(name, each));

/** @throws with the option's name, where it is no whole number from 1 on */
export function count(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${name} has "${text}", which is not a whole number from 1 on`);
  return value;
}
