import { describe, expect, test } from "vitest";
import { endingOf, type TrialHistory } from "../../liegan/endings.ts";

const history = (
  epochs: number,
  { loss = () => 0.69, extent = () => 0.4, angle = (epoch: number) => epoch } = {} as {
    loss?: (epoch: number) => number;
    extent?: (epoch: number) => number;
    /** Of the leading direction, in radians. */
    angle?: (epoch: number) => number;
  },
): TrialHistory => {
  const each = <T>(of: (epoch: number) => T) => Array.from({ length: epochs }, (_, i) => of(i + 1));
  return {
    generators: each(() => []),
    losses: each(loss),
    extents: each(extent),
    directions: each((epoch) =>
      Float64Array.of(Math.cos(angle(epoch)), Math.sin(angle(epoch)), 0, 0),
    ),
  };
};

describe("how a trial ends", () => {
  test("not at all while it turns and goes unnoticed, and converged at its last epoch", () => {
    for (let epoch = 1; epoch < 40; epoch++) expect(endingOf(history(epoch), 40)).toBeUndefined();
    expect(endingOf(history(40), 40)).toBe("converged");
  });

  test("diverged at once when a number is none", () => {
    expect(endingOf(history(1, { loss: () => Number.NaN }), 40)).toBe("diverged");
    expect(endingOf(history(3, { extent: () => Number.POSITIVE_INFINITY }), 40)).toBe("diverged");
  });

  test("detected only when it was noticed for a whole window", () => {
    const early = (epoch: number) => (epoch <= 12 ? 0.4 : 0.69);
    for (let epoch = 1; epoch <= 12; epoch++)
      expect(endingOf(history(epoch, { loss: early }), 40)).toBeUndefined();
    expect(endingOf(history(30, { loss: early }), 40)).toBeUndefined();
    expect(endingOf(history(20, { loss: () => 0.4 }), 40)).toBe("detected");
  });

  test("collapsed only when it stayed small for a whole window", () => {
    const dip = (epoch: number) => (epoch < 9 ? 0.001 : 0.3);
    for (let epoch = 1; epoch <= 39; epoch++)
      expect(endingOf(history(epoch, { extent: dip }), 40)).toBeUndefined();
    expect(endingOf(history(20, { extent: () => 0.001 }), 40)).toBe("collapsed");
  });

  test("settled when its direction has stopped turning, whatever its sign", () => {
    const stopped = (epoch: number) => Math.min(epoch, 10) + (epoch % 2) * Math.PI;
    expect(endingOf(history(12, { angle: stopped }), 40)).toBeUndefined();
    expect(endingOf(history(20, { angle: stopped }), 40)).toBe("settled");
    expect(endingOf(history(20, { angle: (epoch) => epoch * 0.002 }), 40)).toBeUndefined();
  });
});
