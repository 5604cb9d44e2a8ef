import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { NAME } from "../sweep/index.ts";
import type { Options } from "./command.ts";

/** How a worker trains, for the commands that start one. */
export function trainingOptions(command: Command): void {
  command
    .addOption(slotsOption())
    .addOption(
      new Option("--engine <name>", "what trains (default: the fastest here)").choices([
        "onnx",
        "tfjs",
      ]),
    )
    .option(
      "--checkpoints <place>",
      "a folder, or s3://bucket/prefix?endpoint=… (default: in the home)",
    )
    .addOption(
      new Option(
        "--checkpoint-seconds <count>",
        "least time between two of a pack (default: 60)",
      ).argParser(seconds),
    )
    .addOption(
      new Option(
        "--drain-seconds <count>",
        `longest wait for the border of an epoch when stopped (default: ${DRAIN_SECONDS})`,
      ).argParser(seconds),
    )
    .addOption(
      new Option(
        "--queue <label>",
        "train for sweeps whose limits.queue is this, such as gpu (default: for those without)",
      ).argParser((text) => {
        if (NAME.test(text)) return text;
        throw new InvalidArgumentError(
          "Expected 1 to 63 of the characters a-z, 0-9, dot, underscore and hyphen.",
        );
      }),
    )
    .addOption(metricsOption())
    .option(
      "--backend <name>",
      "of the engine, as `doctor` lists them (default: the fastest here; cpu with --engine)",
    );
}

export const slotsOption = (): Option =>
  new Option("--slots <count>", "packs trained at once (default: one per core)").argParser(
    (text) => {
      const count = Number(text);
      if (!Number.isInteger(count) || count < 1 || count > MOST_SLOTS)
        throw new InvalidArgumentError(`Expected an integer from 1 to ${MOST_SLOTS}.`);
      return count;
    },
  );

/** Service managers that send SIGTERM kill half a minute later, as `liesweep down` does. */
export const DRAIN_SECONDS = 25;

function seconds(text: string): number {
  const count = Number(text);
  if (text === "" || !(count >= 0)) throw new InvalidArgumentError("Expected a number of seconds.");
  return count;
}

/** More trainer processes than any machine has cores; a slip of the finger should not start 10,000. */
const MOST_SLOTS = 1024;

const metricsOption = (): Option =>
  new Option(
    "--metrics <address>",
    "serve Prometheus metrics at HOST:PORT, or at a port of 127.0.0.1 (default: off)",
  ).argParser((text) => {
    const [, host = "127.0.0.1", port = ""] = /^(?:(.+):)?(\d+)$/.exec(text) ?? [];
    const number = Number(port);
    if (port === "" || number < 1 || number > 65_535)
      throw new InvalidArgumentError("Expected HOST:PORT, or a port from 1 to 65535.");
    return { host, port: number };
  });

/** The same options as words, to hand on to `liesweep worker`. */
export const trainingArguments = ({
  slots,
  engine,
  backend,
  checkpoints,
  checkpointSeconds,
  drainSeconds,
  queue,
  metrics,
}: Options): readonly string[] => [
  ...(slots === undefined ? [] : ["--slots", String(slots)]),
  ...(engine === undefined ? [] : ["--engine", engine]),
  ...(backend === undefined ? [] : ["--backend", backend]),
  ...(checkpoints === undefined ? [] : ["--checkpoints", checkpoints]),
  ...(checkpointSeconds === undefined ? [] : ["--checkpoint-seconds", String(checkpointSeconds)]),
  ...(drainSeconds === undefined ? [] : ["--drain-seconds", String(drainSeconds)]),
  ...(queue === undefined ? [] : ["--queue", queue]),
  ...(metrics === undefined ? [] : ["--metrics", `${metrics.host}:${metrics.port}`]),
];

/** Remembers which engine and backend are fastest on this machine. */
export const calibrationFile = (home: string): string => join(home, "calibration.json");
