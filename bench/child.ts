import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import * as ort from "onnxruntime-node";
import { loadOnnxEngine, ONNX_BACKENDS, TFJS_BACKENDS, tfjsEngine } from "../engines/index.ts";
import { Graph } from "../engines/onnx/graph.ts";
import type { Engine } from "../liegan/index.ts";
import { makePack, type PackSizes } from "./pack.ts";

/**
 * One case in a process of its own: `child.ts '<ChildJob as JSON>'`. It prepares, says `ready`,
 * starts when a line comes in, and prints a {@link Timing} as JSON.
 */
export type ChildJob =
  | { readonly kind: "probe"; readonly engine: string }
  | (PackSizes & { readonly kind: "engine"; readonly engine: string; readonly seconds: number })
  | {
      readonly kind: "sgemm";
      readonly size: number;
      readonly threads: number;
      readonly products: number;
      readonly seconds: number;
    };

/** What a case took; the peers print the same. */
export interface Timing {
  readonly milliseconds: number;
  readonly trialSteps?: number;
  readonly products?: number;
  /** Processor time by wall time. */
  readonly cores: number;
  /** Most memory ever resident. */
  readonly peakBytes: number;
}

/** Every backend of both engines, as `onnx:cpu`. */
const loaders: Readonly<Record<string, () => Promise<Engine>>> = {
  ...Object.fromEntries(
    ONNX_BACKENDS.map((backend) => [`onnx:${backend}`, () => loadOnnxEngine(backend)]),
  ),
  ...Object.fromEntries(
    TFJS_BACKENDS.map((backend) => [`tfjs:${backend}`, () => tfjsEngine(backend)]),
  ),
};

const load = (name: string): Promise<Engine> => {
  const loader = loaders[name];
  if (!loader)
    throw new Error(`no engine is called "${name}"; there are ${Object.keys(loaders).join(", ")}`);
  return loader();
};

async function work(job: ChildJob): Promise<object> {
  switch (job.kind) {
    case "probe":
      return job.engine === ""
        ? { engines: Object.keys(loaders) }
        : { version: (await load(job.engine)).version };
    case "engine": {
      const pack = makePack(job);
      const session = await (await load(job.engine)).open(pack.shape, pack.settings, pack.samples);
      let { state } = await session.run(pack.start(), pack.draw(0, Math.min(2, job.steps)));
      const timing = await timed(job.seconds, async (run) => {
        ({ state } = await session.run(state, pack.draw(run + 1)));
      });
      return { ...timing, trialSteps: timing.runs * job.steps * job.trials };
    }
    case "sgemm": {
      const multiply = await chainOfProducts(job.size, job.threads, job.products);
      await multiply();
      const timing = await timed(job.seconds, multiply);
      return { ...timing, products: timing.runs * job.products };
    }
  }
}

/** Repeats `run` for so many seconds, once at least. */
async function timed(
  seconds: number,
  run: (index: number) => Promise<void>,
): Promise<Timing & { readonly runs: number }> {
  console.log("ready");
  await new Promise((resolve) => createInterface(process.stdin).once("line", resolve));
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  let runs = 0;
  let milliseconds: number;
  do {
    await run(runs++);
    milliseconds = performance.now() - started;
  } while (milliseconds < 1000 * seconds);
  const { user, system } = process.cpuUsage(cpu);
  return {
    milliseconds,
    runs,
    cores: (user + system) / 1000 / milliseconds,
    peakBytes: await peakBytes(),
  };
}

/** A…A(AB): products of square matrices with nothing between them, by ONNX Runtime's own sgemm. */
async function chainOfProducts(
  size: number,
  threads: number,
  products: number,
): Promise<() => Promise<void>> {
  const g = new Graph();
  const a = g.input("a", "float", [size, size]);
  let value = g.input("b", "float", [size, size]);
  for (let i = 0; i < products; i++) value = g.matmul(a, value);
  g.output(value, "float", [size, size], "product");
  const session = await ort.InferenceSession.create(g.model(), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  // Entries of ±1/√size keep the products at the size of 1.
  const entries = Float32Array.from(
    { length: size * size },
    (_, i) => (((i * 2654435761) >>> 7) & 1 ? 1 : -1) / Math.sqrt(size),
  );
  const matrix = new ort.Tensor("float32", entries, [size, size]);
  return async () => {
    await session.run({ a: matrix, b: matrix });
  };
}

/** Linux counts a child's `maxrss` from its parent's; `VmHWM` is this process alone. */
async function peakBytes(): Promise<number> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
  return 1024 * (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes));
}

const result = await work(JSON.parse(process.argv[2] ?? "null") as ChildJob);
console.log(JSON.stringify(result));
process.exit(0); // what an engine keeps open must not keep the process
