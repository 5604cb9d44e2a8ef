import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tfjsEngine } from "../../engines/index.ts";
import { loadTfjs } from "../../engines/tfjs/backends.ts";
import { runOnce } from "../support/steps.ts";
import { conformance, example } from "./conformance.ts";

const { tf } = await loadTfjs("cpu");

describe("tfjs, its tensors", () => {
  let before: number;
  beforeEach(() => {
    before = tf.memory().numTensors;
  });
  afterEach(() => {
    expect(tf.memory().numTensors, "tensors left behind").toBe(before);
  });

  conformance("tfjs on cpu", { engine: () => tfjsEngine("cpu") });

  test("holds no more tensors after many steps than after one", async () => {
    const engine = await tfjsEngine("cpu");
    const pack = example({ steps: 1 });
    const session = await engine.open(pack.shape, pack.settings, pack.samples);
    const open = tf.memory().numTensors;
    let { state } = pack;
    for (let i = 0; i < 5; i++) {
      ({ state } = await session.run(state, pack.draws));
      expect(tf.memory().numTensors).toBe(open);
    }
    await session.close();
  });

  test("refuses a state of another shape, and leaves no tensor of it", async () => {
    const pack = example({});
    const other = example({}, { hiddenWidth: 9 });
    await expect(runOnce(await tfjsEngine("cpu"), { ...pack, state: other.state })).rejects.toThrow(
      RangeError,
    );
  });
});

test("a process keeps its first backend, and says so when asked for another", async () => {
  await expect(tfjsEngine("wasm")).rejects.toThrow(/trains with tfjs on cpu.+process of its own/);
  expect(tf.getBackend()).toBe("cpu");
});
