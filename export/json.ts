import type { Carried } from "./carried.ts";

/** As {@link Carried} is, matrices as rows. */
export const jsonOf = (carried: Carried): string => `${JSON.stringify(carried, null, 2)}\n`;
