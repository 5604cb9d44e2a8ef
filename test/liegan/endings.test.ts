import { describe, expect, test } from "vitest";
import { endingOf, type TrialHistory } from "../../liegan/endings.ts";

const history = (
  epochs: number,
  { loss = () => 0.69, inputLoss, extent = () => 0.4, angle = (epoch: number) => epoch } = {} as {
    loss?: (epoch: number) => number;
    inputLoss?: (epoch: number) => number;
    extent?: (epoch: number) => number;
    /** Of the leading direction, in radians. */
    angle?: (epoch: number) => number;
  },
): TrialHistory => {
  const each = <T>(of: (epoch: number) => T) => Array.from({ length: epochs }, (_, i) => of(i + 1));
  return {
    generators: each(() => []),
    losses: each(loss),
    inputLosses: inputLoss ? each(inputLoss) : [],
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

  test("on the conditional objective by what y tells beyond x, not by what x tells", () => {
    const loss = () => 0.45;
    expect(endingOf(history(20, { loss }), 40)).toBe("detected");
    expect(endingOf(history(20, { loss, inputLoss: () => 0.46 }), 40)).toBeUndefined();
    expect(endingOf(history(40, { loss, inputLoss: () => 0.46 }), 40)).toBe("converged");
    const gap = { loss: () => 0.5, inputLoss: () => 0.62 };
    for (const epochs of [20, 40]) expect(endingOf(history(epochs, gap), 40)).toBe("detected");
    const passing = (epoch: number) => (epoch <= 12 ? 0.69 : 0.46);
    expect(endingOf(history(25, { loss, inputLoss: passing }), 40)).toBeUndefined();
  });

  test("detected at its last epoch, and not settled before, where x alone tells nearly all", () => {
    const apart = { loss: () => 0.2, inputLoss: () => 0.2, angle: () => 0 };
    for (let epoch = 1; epoch < 40; epoch++)
      expect(endingOf(history(epoch, apart), 40)).toBeUndefined();
    expect(endingOf(history(40, apart), 40)).toBe("detected");
    const returned = (epoch: number) => (epoch <= 25 ? 0.2 : 0.5);
    const back = { loss: returned, inputLoss: returned };
    expect(endingOf(history(40, back), 40)).toBe("converged");
    expect(endingOf(history(39, { ...back, angle: () => 0 }), 40)).toBe("settled");
  });

  test("diverged at once when the loss of either discriminator is no number", () => {
    expect(endingOf(history(1, { inputLoss: () => Number.NaN }), 40)).toBe("diverged");
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
