/** Displacement of the data below which a direction is not tested: surplus channels end at .015 to .16 (method §15.1). */
export const FLOOR = 0.02;

/** Sine of an angle within which two learned directions are the same: single trials stray up to 20°. */
export const ANGULAR_NOISE = 0.35;

/** More than this share of the seeds must have found a direction. */
export const MAJORITY = 0.5;

/** Score up to which a direction is a hint: what several hints share may be valid where none of them is. */
export const HINT = 0.3;
