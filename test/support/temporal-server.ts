import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../local/ports.ts";
import { FAIR_QUEUES } from "../../local/temporal.ts";
import { findTemporal } from "../../local/temporal-binary.ts";
import { knowsNamespace } from "../../local/temporal-health.ts";

/** A Temporal server of a test's own, which it may kill and start again at the same address. */
export class TemporalServer {
  readonly address: string;
  readonly #program: string;
  readonly #options: readonly string[];
  #child: ChildProcess | undefined;

  private constructor(program: string, port: number, options: readonly string[]) {
    this.address = `127.0.0.1:${port}`;
    this.#program = program;
    this.#options = ["--port", String(port), ...options];
  }

  /**
   * @param options - of `temporal server start-dev`; with `--db-filename` it remembers what it knew when
   *   it is started again
   */
  static async start(...options: readonly string[]): Promise<TemporalServer> {
    const found = await findTemporal(() => undefined, {
      ...process.env,
      TEMPORAL_ADDRESS: undefined,
    });
    if (found.kind !== "binary") throw new Error("no Temporal server of our own");
    const server = new TemporalServer(found.path, await freePort(), options);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    this.#child = spawn(
      this.#program,
      [
        "server",
        "start-dev",
        "--ip",
        "127.0.0.1",
        "--headless",
        "--log-level",
        "never",
        ...FAIR_QUEUES.flatMap((setting) => ["--dynamic-config-value", setting]),
        ...this.#options,
      ],
      { stdio: "ignore" },
    );
    const deadline = performance.now() + 30_000;
    while (!(await knowsNamespace(this.address))) {
      if (performance.now() > deadline) throw new Error("Temporal did not start");
      await sleep(50);
    }
  }

  /** As a crash would. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
