import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BackendUnavailableError, TFJS_BACKENDS, tfjsEngine } from "../../engines/index.ts";
import { loadTfjs, type Tf } from "../../engines/tfjs/backends.ts";
import { runOnce } from "../support/steps.ts";
import { conformance, example } from "./conformance.ts";

const { tf } = await loadTfjs("cpu");

describe("tfjs on cpu", () => {
  let before: number;
  beforeEach(() => {
    before = tf.memory().numTensors;
  });
  afterEach(() => {
    expect(tf.memory().numTensors, "tensors left behind").toBe(before);
  });

  conformance("as an engine", { engine: () => tfjsEngine("cpu") });

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

describe("a backend of tfjs", () => {
  test.each(TFJS_BACKENDS)("%s loads, or says why not and what to do", async (backend) => {
    let failure: unknown;
    let loaded: { readonly tf: Tf } | undefined;
    try {
      loaded = await loadTfjs(backend);
    } catch (error) {
      failure = error;
    }
    if (loaded) expect(loaded.tf.getBackend()).toBe(backend);
    else {
      expect(failure).toBeInstanceOf(BackendUnavailableError);
      expect((failure as Error).message).toMatch(/tfjs-node-gpu: .+; @tensorflow\/tfjs-node: .+/);
      expect((failure as Error).message).toMatch(/Install .+, or train with onnx/);
    }
  });
});
